import type { InstanceRecord } from '../../instances/record';
import type { HostKey, HostKeyCheck, HostKeyPlace } from '../../ssh/types';

/**
 * Compares the key that a server shows with the ones that the record trusts. Where none is noted yet it refuses:
 * the stage that connects reads the console, or asks the person, and connects again.
 */
export function hostKeyCheck(record: () => InstanceRecord): HostKeyCheck {
  return (shown, place) => {
    const trusted = trustedHostKeys(record(), place);
    if (trusted.some((key) => key.fingerprint === shown.fingerprint)) return Promise.resolve(true);
    return Promise.resolve(trusted.length === 0 ? false : { changedFrom: trusted });
  };
}

/** The keys that are trusted at a place; a jump host has its own. */
export function trustedHostKeys({ ssh }: InstanceRecord, place: HostKeyPlace): readonly HostKey[] {
  return (jumpAt(ssh, place) ?? ssh).hostKeys;
}

/** @returns the record with `keys` as all that are trusted at that place. */
export function withTrustedHostKeys(
  record: InstanceRecord,
  place: HostKeyPlace,
  keys: readonly HostKey[],
): InstanceRecord {
  const { ssh } = record;
  const hostKeys = keys.map(({ algorithm, fingerprint }) => ({ algorithm, fingerprint }));
  const jump = jumpAt(ssh, place);
  return { ...record, ssh: jump ? { ...ssh, jump: { ...jump, hostKeys } } : { ...ssh, hostKeys } };
}

function jumpAt({ jump }: InstanceRecord['ssh'], { host, port }: HostKeyPlace) {
  return jump?.host === host && jump.port === port ? jump : undefined;
}
