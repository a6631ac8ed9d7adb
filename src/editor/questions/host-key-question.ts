import type { InstanceRecord } from '../../instances/record';
import { trustedHostKeys } from '../../journey/reach/host-key-check';
import type { HostKey, ShownHostKey } from '../../ssh/types';

/** What a person reads before a host key is trusted: the key, and what was known before. */
export function hostKeyQuestion(
  instance: InstanceRecord,
  shown: ShownHostKey,
): { readonly message: string; readonly detail: string } {
  const known = trustedHostKeys(instance, shown);
  const isJumpHost = shown.host !== instance.ssh.host;
  const who = isJumpHost ? `the jump host of ${instance.name}` : instance.name;
  const address = `${shown.host}:${String(shown.port)}`;
  if (known.length === 0) {
    return {
      message: `Is this the host key of ${who}?`,
      detail: [
        `${address} shows:\n${line(shown)}`,
        'Nothing could confirm it. Trust it only if you expect this key; it is asked once.',
      ].join('\n\n'),
    };
  }
  return {
    message: `Another host key than the known one is shown by ${who}.`,
    detail: [
      `${address} shows:\n${line(shown)}`,
      `Known so far:\n${known.map(line).join('\n')}`,
      'The machine was made anew, or somebody is listening in. Trust the new key only if you know why it changed.',
    ].join('\n\n'),
  };
}

function line({ algorithm, fingerprint }: HostKey): string {
  return `${algorithm}  ${fingerprint}`;
}
