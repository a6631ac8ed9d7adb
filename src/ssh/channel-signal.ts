import type { Client, ClientChannel } from 'ssh2';

/**
 * Sends a signal to a channel's command. ssh2's own `channel.signal` does nothing once stdin was closed,
 * which is always by then; the message it would send is still allowed (RFC 4254, 6.9), so it is sent directly.
 * If a later ssh2 hides these parts, the channel is only closed.
 */
export function sendSignal(
  client: Client,
  channel: ClientChannel,
  signalName: 'TERM' | 'KILL' | 'INT',
): void {
  const protocol: unknown = Reflect.get(client, '_protocol');
  const outgoing: unknown = Reflect.get(channel, 'outgoing');
  if (!hasSignal(protocol) || !isOpenSide(outgoing)) {
    channel.signal(signalName);
    return;
  }
  if (outgoing.state === 'open' || outgoing.state === 'eof') protocol.signal(outgoing.id, signalName);
}

function hasSignal(value: unknown): value is { signal(channel: number, name: string): void } {
  return (
    typeof value === 'object' && value !== null && 'signal' in value && typeof value.signal === 'function'
  );
}

function isOpenSide(value: unknown): value is { id: number; state: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'id' in value &&
    typeof value.id === 'number' &&
    'state' in value
  );
}
