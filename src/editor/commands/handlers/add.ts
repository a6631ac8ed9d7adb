import { editSshKey } from '../../launch/ssh-key';
import { complaint, parseLogin, type Login } from '../../launch/parse-inputs';
import { resolveDraft } from '../../launch/resolve-draft';
import { pickOne, typeText, type Items } from '../../quick-pick';
import { readSettings } from '../../settings/settings';
import type { GivenKey } from '../../../journey/lab';
import { readOnes } from '../read-ones';
import type { Handler } from '../register';
import { tellLater } from '../tell-later';
import { tellReady } from '../tell-ready';

/** Adds a machine that is reached by SSH, whoever runs it; through a jump host, when one is named. */
export const addSshHost: Handler = async (context) => {
  const typed = await typeText({
    title: 'Add SSH Host',
    prompt: 'Login user and address; it is looked at before anything is changed on it',
    placeholder: 'opc@203.0.113.7',
    canGoBack: false,
    validate: complaint(parseLogin),
  });
  const host = typed.kind === 'typed' ? parseLogin(typed.text) : undefined;
  if (!host?.ok) return;
  const jump = await askJumpHost();
  if (jump === undefined) return;
  const key = await askKey();
  if (!key) return;
  const through = jump === 'none' ? {} : { jump };
  const { id, ended } = await context.lab.addSshHost({
    ...host.value,
    ...through,
    name: host.value.host,
    key,
  });
  context.showProgress(id);
  tellLater(
    context,
    'Adding an SSH host',
    ended.then((outcome) => tellReady(context, id, outcome)),
  );
};

/** @returns undefined when it was closed */
async function askJumpHost(): Promise<Login | 'none' | undefined> {
  const typed = await typeText({
    title: 'Add SSH Host',
    prompt: 'Jump host on the way there, which takes the same key; Enter alone when there is none',
    placeholder: 'opc@bastion.example.com',
    canGoBack: false,
    validate: (text) => (text.trim() === '' ? undefined : complaint(parseLogin)(text)),
  });
  if (typed.kind !== 'typed') return undefined;
  const parsed = parseLogin(typed.text);
  return parsed.ok ? parsed.value : 'none';
}

interface Adoptable {
  readonly profile: string;
  readonly region: string;
  readonly instanceId: string;
}

/** Takes an instance of the person's own into the list. */
export const adoptInstance: Handler = async (context) => {
  const life = new AbortController();
  try {
    const catalog = await context.openCatalog(life.signal);
    const settings = readSettings();
    const picked = await pickOne<Adoptable>({
      title: 'Adopt Existing Instance',
      placeholder: 'Search the instances of your compartments',
      canGoBack: false,
      load: async (show) => {
        const draft = await resolveDraft(
          catalog,
          {},
          { ...settings, freeName: '' },
          life.signal,
          () => undefined,
        );
        const profile = draft.profile?.value;
        const region = draft.region?.value;
        if (!profile || !region)
          throw new Error(draft.profile?.problem ?? draft.region?.problem ?? 'No region.');
        const shown = new Set(
          context.lab.instances.map(({ record }) =>
            record.origin.kind === 'oci' ? record.origin.instanceId : '',
          ),
        );
        const lists = await Promise.allSettled(
          (draft.compartment?.options ?? []).map(async ({ id, path }) => {
            const place = { profile: profile.name, region: region.id, compartmentId: id };
            return (await context.listInstances(place, life.signal)).map((instance) => ({
              ...instance,
              path,
            }));
          }),
        );
        const items = readOnes(lists, (reason) =>
          context.log.warn('A compartment could not be read.', reason),
        )
          .flat()
          .filter(({ instanceId }) => !shown.has(instanceId))
          .map(({ instanceId, name, shape, state, path }) => ({
            label: name,
            description: `${shape} · ${state.toLowerCase()} · ${path}`,
            value: { profile: profile.name, region: region.id, instanceId },
          }));
        const none: Items<Adoptable> = [{ label: 'There is no other instance in this region.' }];
        show(items.length > 0 ? items : none);
      },
    });
    if (picked.kind !== 'chosen') return;
    const key = await askKey();
    if (!key) return;
    const { id, ended } = await context.lab.adopt({ ...picked.value, key });
    context.showProgress(id);
    tellLater(
      context,
      'Adopting an instance',
      ended.then((outcome) => tellReady(context, id, outcome)),
    );
  } finally {
    life.abort();
  }
};

async function askKey(): Promise<GivenKey | undefined> {
  const picked = await editSshKey(false);
  return picked.kind === 'chosen' && picked.value.kind === 'own' ? picked.value.key.given : undefined;
}
