import assert from 'node:assert/strict';
import { connect } from 'node:net';
import type { InstanceRecord } from '../../../../src/instances/record';
import { createJupyterTunnel, type JupyterTunnel } from '../../../../src/journey/tunnel/jupyter-tunnel';
import type { TunnelView } from '../../../../src/journey/lab';
import { EventSource } from '../../../../src/ports/disposable';
import { silentLogger } from '../../../../src/ports/logger';
import { SshError } from '../../../../src/ssh/errors';
import type { SshConnection, SshFailure } from '../../../../src/ssh/types';
import { aRecord } from '../../instances/a-record';
import { createFakeConnection, type FakeConnection } from '../../ssh/fake-connection';
import { createFakeClock } from '../fake-clock';
import { startJupyterStandIn, type JupyterStandIn } from '../jupyter-stand-in';
import { createMemorySecrets, type MemorySecrets } from '../memory-secrets';
import { createMemorySetup } from '../memory-setup';

/** Tunnels to one instance, whose network is this process and whose Jupyter is a stand-in. */
export interface TunnelBed {
  readonly jupyter: JupyterStandIn;
  readonly secrets: MemorySecrets;
  record: InstanceRecord;
  /** Why nobody reaches the instance now. */
  outage: SshFailure | undefined;
  /** The token in the file on the instance. */
  tokenOnInstance: string;
  /** How often it was read there. */
  readonly tokenReads: number;
  /** Why nobody reads Jupyter's token from the instance now. */
  tokenOutage: SshFailure | undefined;
  /** The failures for which the person was asked to look at the host key. */
  readonly refusals: readonly SshFailure[];
  /** The next connection waits for this. */
  beforeConnecting: Promise<void>;
  /** The link of the tunnel that was opened last. */
  readonly link: FakeConnection;
  /** Tries to reach the instance. */
  readonly tries: number;
  readonly tunnel: JupyterTunnel;
  /** Resolves when the tunnel shows this. */
  shows(kind: TunnelView['kind']): Promise<void>;
  /** Resolves when `is` holds, looked at after each change. */
  seen(is: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function openTunnelBed(): Promise<TunnelBed> {
  const jupyter = await startJupyterStandIn('right');
  // On 8888 may be whatever runs on this computer.
  const free = await startJupyterStandIn('free it again');
  await free.close();
  const secrets = createMemorySecrets();
  const changes = new EventSource<void>();
  const refusals: SshFailure[] = [];
  let tries = 0;
  let tokenReads = 0;
  let link: FakeConnection | undefined;
  const connection = (): SshConnection => {
    link = createLoopbackConnection(jupyter.port, () => {
      tries++;
      return bed.outage;
    });
    return link.connection;
  };
  const bed: TunnelBed = {
    jupyter,
    secrets,
    record: aRecord({ tunnel: { wanted: true, localPort: free.port } }),
    outage: undefined,
    tokenOnInstance: jupyter.token,
    get tokenReads() {
      return tokenReads;
    },
    tokenOutage: undefined,
    refusals,
    beforeConnecting: Promise.resolve(),
    get link() {
      return link ?? assert.fail('Nothing was connected yet.');
    },
    get tries() {
      return tries;
    },
    tunnel: createJupyterTunnel({
      id: aRecord().id,
      record: () => bed.record,
      update: async (change) => {
        bed.record = change(bed.record);
      },
      live: {
        connection: async () => {
          await bed.beforeConnecting;
          return connection();
        },
        setup: async () => ({
          ...createMemorySetup(),
          jupyterToken: async () => {
            if (bed.tokenOutage) throw new SshError(bed.tokenOutage);
            tokenReads++;
            return bed.tokenOnInstance;
          },
        }),
        reset: () => undefined,
        dispose: () => undefined,
      },
      secrets,
      clock: createFakeClock(),
      logger: silentLogger,
      changed: () => changes.fire(),
      hostKeyRefused: async (failure) => {
        refusals.push(failure);
      },
    }),
    shows: (kind) => bed.seen(() => bed.tunnel.view.kind === kind),
    seen: async (is) => {
      while (!is()) {
        await new Promise<void>((resolve) => {
          const listening = changes.event(() => {
            listening.dispose();
            resolve();
          });
        });
      }
    },
    close: async () => {
      bed.tunnel.dispose();
      await jupyter.close();
    },
  };
  return bed;
}

/** An SSH connection whose every way leads to a port of this computer. */
function createLoopbackConnection(port: number, outage: () => SshFailure | undefined): FakeConnection {
  return createFakeConnection({
    connect: async () => {
      const reason = outage();
      if (reason) throw new SshError(reason);
    },
    forward: async () => connect({ port, host: '127.0.0.1', allowHalfOpen: true }),
  });
}
