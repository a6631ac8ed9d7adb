import { pickOne, typeText, type Picked } from '../quick-pick';
import { complaint, parseLogin } from './parse-inputs';
import type { ReachBy } from './wishes';

/** Asks how an instance in a private subnet is reached from here. */
export async function editReachBy(present: ReachBy | undefined): Promise<Picked<ReachBy>> {
  for (;;) {
    const picked = await pickOne<ReachBy['kind']>({
      title: 'Reach it by',
      placeholder: 'The subnet allows no public address',
      canGoBack: true,
      items: [
        {
          label: 'Its private address',
          description: 'this computer is in its network by VPN or peering',
          value: 'privateAddress',
        },
        { label: 'A jump host…', description: 'which takes the same SSH key', value: 'jump' },
      ],
      isActive: (kind) => kind === present?.kind,
    });
    if (picked.kind !== 'chosen') return picked;
    if (picked.value === 'privateAddress') return { kind: 'chosen', value: { kind: 'privateAddress' } };
    const jump = await typeJumpHost(present);
    if (jump) return { kind: 'chosen', value: jump };
  }
}

async function typeJumpHost(present: ReachBy | undefined): Promise<ReachBy | undefined> {
  const typed = await typeText({
    title: 'Jump host',
    prompt: 'Login user and address, with the port if it is not 22',
    placeholder: 'opc@203.0.113.7',
    value: present?.kind === 'jump' ? `${present.user}@${present.host}:${present.port}` : '',
    canGoBack: true,
    validate: complaint(parseLogin),
  });
  const parsed = typed.kind === 'typed' ? parseLogin(typed.text) : undefined;
  return parsed?.ok ? { kind: 'jump', ...parsed.value } : undefined;
}
