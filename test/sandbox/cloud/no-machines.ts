import { createHash } from 'node:crypto';
import type { Machine, MachineDisk, Machines, MachineSpec } from '../machines/machine';

/**
 * A stand-in that boots nothing: for tests of the control plane alone.
 * Its console is text; the fingerprints come late, as cloud-init prints them.
 */
export function noMachines(fingerprintsAfterMs: number, now: () => number): Machines {
  let booted = 0;
  return {
    boot: async (spec) => createNoMachine(spec, `192.0.2.${(++booted % 250) + 1}`, now, fingerprintsAfterMs),
    removeDisk: async () => undefined,
    dispose: async () => undefined,
  };
}

function createNoMachine(
  spec: MachineSpec,
  address: string,
  now: () => number,
  fingerprintsAfterMs: number,
): Machine {
  const bootedAt = now();
  const disk: MachineDisk = spec.disk ?? { id: `disk-of-${spec.instanceId}` };
  return {
    instanceId: spec.instanceId,
    address,
    console: async () => consoleText(spec, now() - bootedAt >= fingerprintsAfterMs),
    stop: async () => undefined,
    start: async () => undefined,
    reset: async () => undefined,
    terminate: async ({ keepDisk }) => (keepDisk ? disk : undefined),
    setReachable: async () => undefined,
    exec: async () => ({ code: 127, stdout: '', stderr: 'nothing is booted here\n' }),
  };
}

function consoleText(spec: MachineSpec, complete: boolean): string {
  const boot = [`${spec.hostname} login: `, `[    1.000000] systemd[1]: Set hostname to <${spec.hostname}>.`];
  if (!complete) return `${boot.join('\n')}\n`;
  const sum = createHash('sha256').update(spec.instanceId).digest('base64').replace(/=+$/, '');
  return [
    ...boot,
    '-----BEGIN SSH HOST KEY FINGERPRINTS-----',
    `256 SHA256:${sum} root@${spec.hostname} (ED25519)`,
    '-----END SSH HOST KEY FINGERPRINTS-----',
    '',
  ].join('\n');
}
