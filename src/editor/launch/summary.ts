import { defaultTag, imageReference, tagCaution, type ContainerWay } from '../../ports/container-images';
import { setupWayNames } from '../words/setup-way-names';
import { bootVolumeMonthly, hourly } from '../words/money';
import type { ReadFailure } from '../access/read-failure';
import type { LaunchDraft } from './draft';
import { domainsToTry } from './launch-plan';
import { isEverybody } from './parse-inputs';
import { isLimitReached, obstacle, shapeFacts, shapePrice, shortDomain } from './shapes';
import type { LaunchWishes, ReachBy } from './wishes';

/** What a line of the summary lets the person change. */
export type Field =
  | 'profile'
  | 'region'
  | 'compartment'
  | 'shape'
  | 'image'
  | 'availabilityDomain'
  | 'network'
  | 'reachBy'
  | 'allowSshFrom'
  | 'sshKey'
  | 'bootVolume'
  | 'setupWay'
  | 'containerTag'
  | 'extraPackages'
  | 'name';

/** What a line offers is read into this part of the draft; the other lines need nothing from the cloud. */
const readInto: { readonly [field in Field]?: keyof LaunchDraft } = {
  profile: 'profile',
  region: 'region',
  compartment: 'compartment',
  shape: 'shape',
  image: 'image',
  availabilityDomain: 'availabilityDomains',
  network: 'subnets',
};

/** Whether it is known what a line offers: before, its list would be empty. */
export function isRead(field: Field, draft: LaunchDraft): boolean {
  const part = readInto[field];
  return part === undefined || draft[part] !== undefined;
}

/** A line: name, present choice, and a warning where something stands in the way. */
export interface SummaryLine {
  readonly field: Field;
  readonly label: string;
  /** Undefined while it is not known. */
  readonly value: string | undefined;
  readonly detail?: string;
  readonly warning?: boolean;
}

/** A group of lines under a separator. */
export interface SummaryGroup {
  readonly title: string;
  readonly lines: readonly SummaryLine[];
}

/** What the summary knows besides the draft. */
export interface SummaryExtras {
  readonly wishes: LaunchWishes;
  /** How the key is named: `new key, kept in the editor`, `~/.ssh/id_ed25519`. */
  readonly keyLabel: string;
  /** The address that SSH was allowed from at the last launch, while nothing else has been said. */
  readonly lastSource?: string | undefined;
}

/** The lines of the launch summary, in the order in which people think of them. */
export function summaryGroups(
  draft: LaunchDraft,
  { wishes, keyLabel, lastSource }: SummaryExtras,
): readonly SummaryGroup[] {
  return [
    { title: 'Machine', lines: machineLines(draft) },
    { title: 'Place', lines: placeLines(draft, wishes) },
    { title: 'Access', lines: accessLines(draft, wishes, keyLabel, lastSource) },
    { title: 'Setup', lines: setupLines(draft, wishes) },
  ];
}

function machineLines(draft: LaunchDraft): SummaryLine[] {
  const shape = draft.shape?.value;
  const hindrance = shape && obstacle(shape, draft.availability);
  const shapeProblem = hindrance?.message ?? draft.shape?.problem;
  return [
    {
      field: 'shape',
      label: 'Shape',
      value: shape && `${shape.name} · ${shapePrice(shape)}`,
      // A second row from the start: lines that move while a person points at one are not met.
      ...detailOrProblem(shape ? shapeFacts(shape) : '…', shapeProblem),
    },
    line('image', 'Image', draft.image?.value?.name, draft.image?.problem),
    line(
      'bootVolume',
      'Boot volume',
      `${draft.bootVolumeSizeInGBs} GB · ${bootVolumeMonthly(draft.bootVolumeSizeInGBs)}`,
    ),
    line('name', 'Name', draft.name),
  ];
}

function placeLines(draft: LaunchDraft, wishes: LaunchWishes): SummaryLine[] {
  const profiles = draft.profile?.options ?? [];
  const profile = draft.profile?.value;
  const warning = profile?.warning;
  const odd = warning === undefined ? {} : { detail: warning, warning: true };
  return [
    line('region', 'Region', draft.region?.value?.name, draft.region?.problem),
    line('compartment', 'Compartment', draft.compartment?.value?.path, draft.compartment?.problem),
    domainLine(draft, wishes),
    ...(profiles.length > 1 || draft.profile?.problem !== undefined || warning !== undefined
      ? [{ ...line('profile', 'Profile', profile?.name, draft.profile?.problem), ...odd }]
      : []),
  ];
}

function domainLine(draft: LaunchDraft, wishes: LaunchWishes): SummaryLine {
  const domains = domainsToTry(draft, wishes).map(shortDomain).toSorted();
  const value = domains.length > 1 ? `any of ${domains.join(', ')}` : domains[0];
  const problem = domainProblem(draft, wishes);
  return {
    ...line('availabilityDomain', 'Availability domain', value),
    ...(problem === undefined ? {} : { detail: problem, warning: true }),
  };
}

/** Why no launch can come of the chosen domain; undefined where nothing is known against it. */
function domainProblem(draft: LaunchDraft, wishes: LaunchWishes): string | undefined {
  const { availability, shape } = draft;
  const { availabilityDomain: only, name = '' } = draft.subnets?.value ?? {};
  const wished = wishes.availabilityDomain;
  if (only !== undefined && wished !== undefined && only !== wished) {
    return `The subnet ${name} is in ${shortDomain(only)} alone. Choose that domain, or another network.`;
  }
  const domains = domainsToTry(draft, wishes);
  if (!shape?.value || !availability || !isLimitReached(availability, domains)) return undefined;
  return `The service limit allows no more ${shape.value.name} in ${domains.map(shortDomain).join(', ')}.`;
}

function accessLines(
  draft: LaunchDraft,
  wishes: LaunchWishes,
  keyLabel: string,
  lastSource: string | undefined,
): SummaryLine[] {
  const subnet = draft.subnets?.value;
  const network = subnet
    ? `${subnet.name} (${subnet.isPublic ? 'public' : 'private'})`
    : 'made for you, and used again';
  return [
    {
      ...line('network', 'Network', network),
      // The machine would be billed before anybody learns that it cannot be reached.
      ...(subnet?.isPublic ? { detail: 'Port 22 must be open to your address in its security list.' } : {}),
    },
    ...(subnet ? (subnet.isPublic ? [] : [reachLine(wishes)]) : [sourceLine(wishes, lastSource)]),
    line('sshKey', 'SSH key', keyLabel),
  ];
}

function sourceLine({ allowSshFrom }: LaunchWishes, lastSource: string | undefined): SummaryLine {
  const named = { field: 'allowSshFrom', label: 'Allow SSH from' } as const;
  if (allowSshFrom === undefined) return { ...named, value: 'choose an address', warning: true };
  const value = allowSshFrom === lastSource ? `${allowSshFrom} · same as last time` : allowSshFrom;
  if (!isEverybody(allowSshFrom)) return { ...named, value };
  return { ...named, value, detail: 'The whole internet may try to log in.', warning: true };
}

function reachLine({ reachBy }: LaunchWishes): SummaryLine {
  return {
    field: 'reachBy',
    label: 'Reach it by',
    value: reachBy === undefined ? 'choose how' : reachWords(reachBy),
    ...(reachBy === undefined ? { warning: true } : {}),
  };
}

function reachWords(reachBy: ReachBy): string {
  if (reachBy.kind === 'privateAddress') return 'its private address (VPN or peering)';
  const { user, host, port } = reachBy;
  return `jump host ${user}@${host}${port === 22 ? '' : `:${port}`}`;
}

function setupLines(draft: LaunchDraft, wishes: LaunchWishes): SummaryLine[] {
  const way = draft.setupWay;
  const extra = wishes.extraPackages ?? [];
  return [
    wayLine(draft),
    ...(way === undefined || way === null || way === 'native' ? [] : [tagLine(way, wishes)]),
    ...(way === null
      ? []
      : [line('extraPackages', 'Extra packages', extra.length === 0 ? 'none' : extra.join(' '))]),
  ];
}

function wayLine({ setupWay: way, image }: LaunchDraft): SummaryLine {
  const shown = line('setupWay', 'Setup', way === null ? 'none' : way && setupWayNames[way]);
  const fit = way ? image?.value?.ways[way] : undefined;
  return fit?.fits === true && fit.caution !== undefined
    ? { ...shown, detail: fit.caution, warning: true }
    : shown;
}

function tagLine(way: ContainerWay, { containerTag }: LaunchWishes): SummaryLine {
  const tag = containerTag ?? defaultTag(way);
  const caution = tagCaution(way, tag);
  const shown = line('containerTag', 'Container image', imageReference(way, tag));
  return caution === undefined ? shown : { ...shown, detail: caution, warning: true };
}

function line(field: Field, label: string, value: string | undefined, problem?: string): SummaryLine {
  return problem === undefined
    ? { field, label, value }
    : { field, label, value: '', detail: problem, warning: true };
}

function detailOrProblem(
  facts: string,
  problem: string | undefined,
): Pick<SummaryLine, 'detail' | 'warning'> {
  return problem === undefined ? { detail: facts } : { detail: problem, warning: true };
}

/** The first line of the summary. */
export type LaunchButton =
  | { readonly kind: 'ready'; readonly description: string }
  | { readonly kind: 'reading' }
  /** Something must be changed first; choosing the line goes there. */
  | { readonly kind: 'blocked'; readonly field: Field; readonly reason: string }
  /** What the line offers could not be read. */
  | {
      readonly kind: 'unread';
      readonly field: Field;
      readonly reason: string;
      readonly failure: ReadFailure;
    };

/** Whether the draft can be launched, with its price. */
export function launchButton(draft: LaunchDraft, { wishes }: SummaryExtras): LaunchButton {
  for (const [field, choice] of [
    ['profile', draft.profile],
    ['region', draft.region],
    ['compartment', draft.compartment],
    ['shape', draft.shape],
    ['image', draft.image],
  ] as const) {
    if (choice?.failure !== undefined)
      return { kind: 'unread', field, reason: choice.problem ?? '', failure: choice.failure };
    if (choice?.problem !== undefined) return { kind: 'blocked', field, reason: choice.problem };
    if (!choice) return { kind: 'reading' };
    if (!choice.value) return { kind: 'blocked', field, reason: `Choose the ${field}.` };
  }
  const shape = draft.shape?.value;
  const hindrance = shape && obstacle(shape, draft.availability);
  // A capacity report is a snapshot, and a launch tries each domain: it warns, and does not forbid.
  if (hindrance && hindrance.cause !== 'capacity')
    return { kind: 'blocked', field: 'shape', reason: hindrance.message };
  if (!draft.availabilityDomains && !draft.availability) return { kind: 'reading' };
  const against = domainProblem(draft, wishes);
  if (against !== undefined) return { kind: 'blocked', field: 'availabilityDomain', reason: against };
  if (!draft.subnets?.value && wishes.allowSshFrom === undefined) {
    return { kind: 'blocked', field: 'allowSshFrom', reason: 'Say from which address SSH is allowed.' };
  }
  if (draft.subnets?.value?.isPublic === false && wishes.reachBy === undefined) {
    return {
      kind: 'blocked',
      field: 'reachBy',
      reason: 'Say how a private address is reached.',
    };
  }
  if (!shape) return { kind: 'reading' };
  return {
    kind: 'ready',
    description: shape.price
      ? `${hourly(shape.price.usdPerHour)}, billed from the first minute`
      : 'price unknown',
  };
}
