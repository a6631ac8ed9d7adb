import * as v from 'valibot';
import { createSshConnection } from '../../src/ssh/connection';
import { createTunnel } from '../../src/ssh/tunnel';

/**
 * Our tunnels in a process of their own, as `ssh -L` is, so that neither shares a thread with the load.
 * Told where to go by one message; answers with the local ports; ends with its parent.
 */
const request = v.object({ port: v.number(), privateKeyPem: v.string(), remotePorts: v.array(v.number()) });

async function openTunnels(message: unknown): Promise<void> {
  const { port, privateKeyPem, remotePorts } = v.parse(request, message);
  const connection = createSshConnection({
    address: { host: '127.0.0.1', port, user: 'root' },
    identity: { kind: 'key', privateKeyPem },
    checkHostKey: async () => true,
  });
  const states = await Promise.all(
    remotePorts.map((remotePort) => createTunnel({ connection, remotePort, localPort: 0 }).start()),
  );
  process.send?.(states.map((state) => (state.kind === 'up' ? state.port : undefined)));
}

process.once('disconnect', () => process.exit(0));
process.once('message', (message) => {
  openTunnels(message).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
