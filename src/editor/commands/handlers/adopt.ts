import { editField } from '../../launch/edit-field';
import type { LaunchCatalog, Place } from '../../launch/catalog';
import type { LaunchDraft } from '../../launch/draft';
import { resolvePlace } from '../../launch/resolve-draft';
import { changeWish, type LaunchWishes } from '../../launch/wishes';
import { pickOne } from '../../quick-pick';
import { readSettings } from '../../settings/settings';
import { adoptableItems, type AdoptChoice, type FoundInstance } from '../adoptable-items';
import type { CommandContext } from '../context';
import { readOnes } from '../read-ones';
import type { Handler } from '../register';
import { tellLater } from '../tell-later';
import { tellReady } from '../tell-ready';
import { askKey } from './ask-key';

type Adoptable = Extract<AdoptChoice, { kind: 'instance' }>;

/** Takes an instance of the person's own into the list. */
export const adoptInstance: Handler = async (context) => {
  const life = new AbortController();
  try {
    const chosen = await chooseInstance(context, await context.openCatalog(life.signal), life.signal);
    if (!chosen) return;
    const key = await askKey();
    if (!key) return;
    const { profile, region, instanceId } = chosen;
    const { id, ended } = await context.lab.adopt({ profile, region, instanceId, key });
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

/** The list of a region's instances, until one is chosen or it is closed. */
async function chooseInstance(
  context: CommandContext,
  catalog: LaunchCatalog,
  signal: AbortSignal,
): Promise<Adoptable | undefined> {
  const settings = readSettings();
  let wishes: LaunchWishes = {};
  for (;;) {
    let draft: LaunchDraft = { bootVolumeSizeInGBs: settings.defaultBootVolumeSize, name: '' };
    const picked = await pickOne<AdoptChoice>({
      title: 'Adopt Existing Instance',
      placeholder: 'Search the instances of your compartments',
      canGoBack: false,
      load: async (show) => {
        const place = await resolvePlace(catalog, wishes, settings, signal, (part) => {
          draft = { ...draft, ...part };
        });
        const found = place ? await instancesIn(place, draft, context, signal) : [];
        show(adoptableItems(draft, found));
      },
    });
    if (picked.kind !== 'chosen') return undefined;
    if (picked.value.kind === 'instance') return picked.value;
    const edit = await editField(picked.value.kind, { draft, wishes, catalog });
    if (edit.kind === 'wish') wishes = changeWish(wishes, edit.wish);
  }
}

/** The instances of every compartment that can be read, but for those in the list. */
async function instancesIn(
  place: Place,
  { compartment }: LaunchDraft,
  { lab, log, listInstances }: CommandContext,
  signal: AbortSignal,
): Promise<readonly FoundInstance[]> {
  const lists = await Promise.allSettled(
    (compartment?.options ?? []).map(async ({ id, path }) =>
      (await listInstances({ ...place, compartmentId: id }, signal)).map((instance) => ({
        ...instance,
        path,
      })),
    ),
  );
  const shown = new Set(
    lab.instances.map(({ record }) => (record.origin.kind === 'oci' ? record.origin.instanceId : '')),
  );
  return readOnes(lists, (reason) => log.warn('A compartment could not be read.', reason))
    .flat()
    .filter(({ instanceId }) => !shown.has(instanceId));
}
