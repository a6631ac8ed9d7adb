import { editSshKey } from '../../launch/ssh-key';
import { resolveDraft } from '../../launch/resolve-draft';
import { pickOne, typeText, type Items } from '../../quick-pick';
import { readSettings } from '../../settings/settings';
import type { GivenKey } from '../../../journey/lab';
import { readOnes } from '../read-ones';
import type { Handler } from '../register';
import { tellOutcome } from '../tell-failure';

/** What a person types for a host: `user@host` or `user@host:port`. */
export function parseHost(text: string): { user: string; host: string; port: number } | undefined {
  const match = /^([^@\s]+)@([\w.-]+|\[[\da-fA-F:]+\])(?::(\d{1,5}))?$/.exec(text.trim());
  const [, user, host, port] = match ?? [];
  if (user === undefined || host === undefined || Number(port ?? 22) > 65_535) return undefined;
  return { user, host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? 22) };
}

/** Adds a machine that is reached by SSH, whoever runs it. */
export const addSshHost: Handler = async (context) => {
  const typed = await typeText({
    title: 'Add SSH Host',
    prompt: 'Login user and address; it is looked at before anything is changed on it',
    placeholder: 'opc@203.0.113.7',
    canGoBack: false,
    validate: (text) => (parseHost(text) ? undefined : 'Type user@host, or user@host:port.'),
  });
  const host = typed.kind === 'typed' ? parseHost(typed.text) : undefined;
  if (!host) return;
  const key = await askKey();
  if (!key) return;
  const { id, ended } = await context.lab.addSshHost({ ...host, name: host.host, key });
  context.showProgress(id);
  void ended.then(async (outcome) => await tellOutcome(context, id, outcome));
};

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
    void ended.then(async (outcome) => await tellOutcome(context, id, outcome));
  } finally {
    life.abort();
  }
};

async function askKey(): Promise<GivenKey | undefined> {
  const picked = await editSshKey(false);
  return picked.kind === 'chosen' && picked.value.kind === 'own' ? picked.value.key.given : undefined;
}
