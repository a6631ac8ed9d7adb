import type { Client, ClientChannel } from 'ssh2';
import { EventSource } from '../ports/disposable';
import { lostError } from './errors';
import type { SshShell } from './types';

/** Opens an interactive login shell with a pty. @param onClosed called once, when the channel is gone. */
export async function openShell(
  client: Client,
  host: string,
  size: { columns: number; rows: number },
  onClosed: () => void,
): Promise<SshShell> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    const lost = () => reject(lostError('a terminal', host));
    client.once('close', lost);
    client.shell({ term: 'xterm-256color', cols: size.columns, rows: size.rows }, (error, opened) => {
      client.off('close', lost);
      if (error) reject(error);
      else resolve(opened);
    });
  });
  const exits = new EventSource<number | null>();
  let code: number | null = null;
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    client.off('close', finish);
    onClosed();
    exits.fire(code);
  };
  channel.on('exit', (status: number | null) => {
    code = status;
  });
  channel.once('close', finish);
  // A dropped link ends the shell even when nobody reads what is left of its output.
  client.once('close', finish);
  return {
    output: channel,
    input: channel,
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
    onExit: exits.event,
    dispose: () => channel.close(),
  };
}
