import type { InstanceRecord } from '../../instances/record';
import type { Clock } from '../../ports/clock';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { SecretStore } from '../../ports/secrets';
import { createSetup } from '../../setup';
import type { Setup } from '../../setup/types';
import { createSshConnection } from '../../ssh/connection';
import { SshError } from '../../ssh/errors';
import type { SshAddress, SshConnection } from '../../ssh/types';
import { identityOf } from './access';
import { hostKeyCheck, trustedHostKeys } from './host-key-check';
import type { Questions } from '../lab';

/** What a live instance needs. */
export interface LiveInstanceDeps {
  readonly record: () => InstanceRecord;
  readonly secrets: SecretStore;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder of the scripts that run on the instance. */
  readonly resourcesDir: string;
}

/** The part of an instance that lives only while the editor runs: its connection, and set-up through it. */
export interface LiveInstance extends Disposable {
  /** The same connection until address or key change. @throws SshError when there is no address or key */
  connection(): Promise<SshConnection>;
  setup(): Promise<Setup>;
  /** Ends the connection; the next use makes another, with the key as it is kept then. */
  reset(): void;
}

/** Nothing is connected before the first use. */
export function createLiveInstance(deps: LiveInstanceDeps): LiveInstance {
  let current: { readonly to: string; readonly connection: Promise<SshConnection> } | undefined;

  const drop = (): void => {
    current?.connection.then(
      (connection) => connection.dispose(),
      () => undefined,
    );
    current = undefined;
  };

  const connect = async (record: InstanceRecord): Promise<SshConnection> => {
    const identity = await identityOf(record.ssh.key, deps);
    const address = addressOf(record);
    return createSshConnection({
      address: record.ssh.jump ? { ...address, jump: { ...record.ssh.jump, identity } } : address,
      identity,
      checkHostKey: hostKeyCheck(deps.record),
      knownHostKeyTypes: (place) =>
        Promise.resolve(trustedHostKeys(deps.record(), place).map((key) => key.algorithm)),
      logger: deps.logger,
      clock: deps.clock,
    });
  };

  const connection = (): Promise<SshConnection> => {
    const record = deps.record();
    const to = JSON.stringify([
      record.ssh.host,
      record.ssh.port,
      record.ssh.user,
      record.ssh.key,
      record.ssh.jump && { ...record.ssh.jump, hostKeys: [] },
    ]);
    if (current?.to === to) return current.connection;
    drop();
    const made = connect(record);
    current = { to, connection: made };
    // A key that could not be had this time may be had the next time.
    made.catch(() => {
      if (current?.connection === made) current = undefined;
    });
    return made;
  };

  return {
    connection,
    setup: async () =>
      createSetup({
        connection: await connection(),
        resourcesDir: deps.resourcesDir,
        logger: deps.logger,
        clock: deps.clock,
      }),
    reset: drop,
    dispose: drop,
  };
}

function addressOf({ name, ssh }: InstanceRecord): SshAddress {
  if (ssh.host === undefined) {
    throw new SshError({ kind: 'unreachable', message: `${name} has no address yet.` });
  }
  return { host: ssh.host, port: ssh.port, user: ssh.user };
}
