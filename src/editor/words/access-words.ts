import type { AccessOutcome } from '../../journey/lab';

/** What was done about an address that SSH shall be let in from, and what that means. */
export function accessWords(name: string, outcome: Exclude<AccessOutcome, { kind: 'failed' }>): string {
  const { cidr } = outcome;
  if (outcome.kind === 'opened') {
    const others = outcome.before.length === 0 ? '' : ` ${outcome.before.join(', ')} may still enter too.`;
    return `${name}: port 22 is now open to ${cidr}.${others}`;
  }
  const rule = outcome.by === cidr ? '' : ` (by ${outcome.by})`;
  return `${name}: ${cidr} was let in already${rule}, so something else is in the way: a firewall or VPN on your side, or the machine itself.`;
}
