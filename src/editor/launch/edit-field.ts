import { defaultTag } from '../../ports/container-images';
import { setupWays } from '../../ports/setup-way';
import { bootVolumeMonthly } from '../words/money';
import { setupWayNames } from '../words/setup-way-names';
import { pickOne, typeText, type Items, type Picked } from '../quick-pick';
import { chooseTag } from '../setup-way/choose-tag';
import { editAllowFrom } from './allow-from';
import type { LaunchCatalog } from './catalog';
import type { LaunchDraft } from './draft';
import { asWish, type Edit } from './edit';
import { editReachBy } from './edit-reach';
import { editShape } from './edit-shape';
import { complaint, parseBootVolume, parseName, parsePackages, type Parsed } from './parse-inputs';
import { shortDomain } from './shapes';
import { editSshKey } from './ssh-key';
import type { Field } from './summary';
import type { LaunchWishes } from './wishes';

export interface EditContext {
  readonly draft: LaunchDraft;
  readonly wishes: LaunchWishes;
  readonly catalog: LaunchCatalog;
}

type Editor = (context: EditContext) => Promise<Edit>;

/** Lets the person change one line of the summary. */
export async function editField(field: Field, context: EditContext): Promise<Edit> {
  return await editors[field](context);
}

const editors: { readonly [field in Field]: Editor } = {
  profile: async ({ draft }) =>
    asWish(
      await choose(
        'Profile',
        'Search profiles',
        options(draft.profile).map((profile) => ({
          label: profile.name,
          description: profile.problem === undefined ? profile.region : `$(warning) ${profile.problem}`,
          ...(profile.warning === undefined ? {} : { detail: `$(warning) ${profile.warning}` }),
          value: profile.name,
        })),
        draft.profile?.value?.name,
      ),
      (profile) => ({ profile }),
    ),
  region: async ({ draft }) =>
    asWish(
      await choose(
        'Region',
        'Search regions',
        options(draft.region).map(({ id, name, isHome }) => ({
          label: name,
          description: [name === id ? '' : id, isHome ? 'home' : ''].filter(Boolean).join(' · '),
          value: id,
        })),
        draft.region?.value?.id,
      ),
      (region) => ({ region }),
    ),
  compartment: async ({ draft }) =>
    asWish(
      await choose(
        'Compartment',
        'Search compartments',
        options(draft.compartment).map(({ id, name, path }) => ({
          label: name,
          description: path === name ? '' : path,
          value: id,
        })),
        draft.compartment?.value?.id,
      ),
      (compartmentId) => ({ compartmentId }),
    ),
  shape: async ({ draft, catalog }) => {
    const place = placeOf(draft);
    if (!place) return { kind: 'unchanged' };
    const picked = await editShape(catalog, place, options(draft.shape), draft.shape?.value);
    return asWish(picked, ({ name }) => ({ shape: name }));
  },
  image: async ({ draft }) =>
    asWish(
      await choose(
        'Image',
        'Search images',
        options(draft.image).map((image) => {
          const refusals = Object.values(image.ways).filter((fit) => !fit.fits);
          const reason = refusals.length === setupWays.length ? refusals[0]?.reason : undefined;
          return {
            label: image.name,
            description: [image.createdOn, image.isTutorialImage ? 'the tutorial’s' : '']
              .filter(Boolean)
              .join(' · '),
            ...(reason === undefined ? {} : { detail: `$(warning) ${reason}` }),
            value: image.id,
          };
        }),
        draft.image?.value?.id,
      ),
      (imageId) => ({ imageId }),
    ),
  availabilityDomain: async ({ draft, wishes }) => {
    const domains = draft.availability?.domains ?? draft.availabilityDomains ?? [];
    const items: Items<string | undefined> = [
      { label: 'Any', description: 'tries each until one has room', value: undefined },
      ...domains.map((domain) => ({
        label: shortDomain(domain),
        description: roomOf(draft, domain),
        value: domain,
      })),
    ];
    const picked = await choose(
      'Availability domain',
      'Where in the region?',
      items,
      wishes.availabilityDomain,
    );
    return asWish(picked, (availabilityDomain) =>
      availabilityDomain === undefined ? { availabilityDomain: undefined } : { availabilityDomain },
    );
  },
  network: async ({ draft }) => {
    const items: Items<string | undefined> = [
      { label: 'Made for you', description: 'one network a compartment, used again', value: undefined },
      ...options(draft.subnets).map(({ id, name, cidr, isPublic }) => ({
        label: name,
        description: `${cidr} · ${isPublic ? 'public' : 'private: reached only from inside or through a jump host'}`,
        value: id,
      })),
    ];
    return asWish(await choose('Network', 'Search subnets', items, draft.subnets?.value?.id), (subnetId) => ({
      subnetId,
    }));
  },
  reachBy: async ({ wishes }) => asWish(await editReachBy(wishes.reachBy), (reachBy) => ({ reachBy })),
  allowSshFrom: async ({ wishes }) =>
    asWish(
      await editAllowFrom(wishes.allowSshFrom, {
        placeholder: 'Port 22 will be open to this address alone',
        canGoBack: true,
      }),
      (allowSshFrom) => ({ allowSshFrom }),
    ),
  sshKey: async () => {
    const picked = await editSshKey(true);
    return picked.kind === 'chosen' ? { kind: 'key', key: picked.value } : { kind: 'unchanged' };
  },
  bootVolume: async ({ draft }) =>
    await typed(
      `Size in GB (200 GB costs ${bootVolumeMonthly(200)})`,
      'Boot volume',
      String(draft.bootVolumeSizeInGBs),
      (text) => parseBootVolume(text, draft.image?.value?.minBootVolumeGBs ?? 50),
      (bootVolumeSizeInGBs) => ({ bootVolumeSizeInGBs }),
    ),
  setupWay: async ({ draft }) => {
    const ways = draft.image?.value?.ways ?? {};
    const items = [
      ...setupWays.map((way) => {
        const fit = ways[way];
        const remark = fit?.fits === false ? fit.reason : fit?.caution;
        return {
          label: `${fit?.fits === false ? '$(circle-slash) ' : ''}${setupWayNames[way]}`,
          ...(remark === undefined ? {} : { detail: remark }),
          value: way,
        };
      }),
      { label: 'none', description: 'set it up later, or by hand', value: null },
    ];
    const picked = await choose(
      'Setup',
      'How shall TensorFlow and JupyterLab get there?',
      items,
      draft.setupWay,
    );
    if (picked.kind === 'chosen' && picked.value !== null && ways[picked.value]?.fits === false)
      return { kind: 'unchanged' };
    return asWish(picked, (setupWay) => ({ setupWay }));
  },
  containerTag: async ({ draft, wishes }) => {
    const way = draft.setupWay;
    if (way === undefined || way === null || way === 'native') return { kind: 'unchanged' };
    const picked = await chooseTag(way, wishes.containerTag ?? defaultTag(way), true);
    return asWish(picked, (containerTag) => ({ containerTag }));
  },
  extraPackages: async ({ wishes }) =>
    await typed(
      'Package names for pip, with spaces between',
      'Extra packages',
      (wishes.extraPackages ?? []).join(' '),
      parsePackages,
      (extraPackages) => ({ extraPackages }),
    ),
  name: async ({ draft }) =>
    await typed('Name of the instance', 'Name', draft.name, parseName, (name) => ({ name })),
};

async function choose<T>(
  title: string,
  placeholder: string,
  items: Items<T>,
  present: T | undefined,
): Promise<Picked<T>> {
  return await pickOne<T>({
    title,
    placeholder,
    items,
    canGoBack: true,
    isActive: (value) => value === present,
  });
}

async function typed<T>(
  prompt: string,
  title: string,
  value: string,
  parse: (text: string) => Parsed<T>,
  toWish: (value: T) => LaunchWishes,
): Promise<Edit> {
  const answer = await typeText({ title, prompt, value, canGoBack: true, validate: complaint(parse) });
  if (answer.kind !== 'typed') return { kind: 'unchanged' };
  const parsed = parse(answer.text);
  return parsed.ok ? { kind: 'wish', wish: toWish(parsed.value) } : { kind: 'unchanged' };
}

function options<T>(choice: { readonly options: readonly T[] } | undefined): readonly T[] {
  return choice?.options ?? [];
}

function placeOf({ profile, region, compartment }: LaunchDraft) {
  if (!profile?.value || !region?.value || !compartment?.value) return undefined;
  return { profile: profile.value.name, region: region.value.id, compartmentId: compartment.value.id };
}

function roomOf({ availability }: LaunchDraft, domain: string): string {
  if ((availability?.left?.get(domain) ?? 1) <= 0) return 'limit reached';
  if (!availability?.domainsWithRoom) return '';
  return availability.domainsWithRoom.includes(domain) ? 'room now' : 'no room now';
}
