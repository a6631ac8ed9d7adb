import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { SshError, lostError } from './errors';

/** Opens a direct-tcpip channel (RFC 4254, section 7.2). @throws SshError `refused` when the server cannot connect there. */
export async function openForward(
  client: Client,
  sshHost: string,
  host: string,
  port: number,
): Promise<Duplex> {
  return await new Promise<Duplex>((resolve, reject) => {
    const lost = () => reject(lostError('a forwarded connection', sshHost));
    client.once('close', lost);
    const opened = (error: Error | undefined, channel: Duplex) => {
      client.off('close', lost);
      if (error) reject(toForwardError(error, sshHost, host, port));
      else resolve(channel);
    };
    try {
      client.forwardOut('127.0.0.1', 0, host, port, opened);
    } catch (error) {
      client.off('close', lost);
      reject(lostError('a forwarded connection', sshHost, error));
    }
  });
}

/** ssh2 gives the reason code of RFC 4254, section 5.1: 1 prohibited by the server's configuration, 2 connect failed. */
function toForwardError(error: Error, sshHost: string, host: string, port: number): SshError {
  const reason: unknown = 'reason' in error ? error.reason : undefined;
  if (reason === undefined) return lostError('a forwarded connection', sshHost, error);
  if (reason === 1) {
    const message = `The SSH server of ${sshHost} does not allow forwarding (AllowTcpForwarding).`;
    return new SshError({ kind: 'protocol', message }, error);
  }
  return new SshError(
    { kind: 'refused', message: `Nothing answers on ${host}:${port} of ${sshHost} (yet).` },
    error,
  );
}
