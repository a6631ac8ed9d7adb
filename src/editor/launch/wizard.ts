import * as vscode from 'vscode';
import type { LaunchPlan } from '../../instances/record';
import type { GivenKey } from '../../journey/lab';
import type { Logger } from '../../ports/logger';
import { errorWords } from '../words/error-words';
import { hourly, usd } from '../words/money';
import { readSettings } from '../settings/settings';
import type { LaunchCatalog } from './catalog';
import type { LaunchDraft } from './draft';
import { editedOrTold } from './edit';
import { editField } from './edit-field';
import { launchPlan } from './launch-plan';
import { resolveDraft } from './resolve-draft';
import { showSummary } from './show-summary';
import { generatedKeyLabel, generateProvedKey, type KeyChoice } from './ssh-key';
import { changeWish, readWishes, wishesToKeep, type LaunchWishes } from './wishes';

const memoryKey = 'ociGpu.lastLaunch';
/** USD an hour above which the price is asked for by itself. */
const askAboveUsdPerHour = 5;

export interface WizardDeps {
  readonly catalog: LaunchCatalog;
  readonly memory: vscode.Memento;
  readonly namesInUse: readonly string[];
  readonly log: Logger;
}

/** What the wizard gives: enough to launch. */
export interface ChosenLaunch {
  readonly kind: 'chosen';
  readonly plan: LaunchPlan;
  readonly key: GivenKey;
}

/** What ends the wizard without a launch. */
export type NoLaunch =
  | { readonly kind: 'closed' | 'noAccess' }
  | { readonly kind: 'signIn'; readonly profile: string | undefined };

/** Shows the launch summary until it is launched or closed, or access to OCI comes first. */
export async function askForLaunch(deps: WizardDeps): Promise<ChosenLaunch | NoLaunch> {
  let wishes = readWishes(deps.memory.get(memoryKey));
  let lastSource = wishes.allowSshFrom;
  let key: KeyChoice = { kind: 'generate' };
  let draft: LaunchDraft | undefined;
  for (;;) {
    const settings = readSettings();
    const shown = await showSummary({
      extras: {
        wishes,
        keyLabel: key.kind === 'generate' ? generatedKeyLabel : key.key.label,
        lastSource,
      },
      first: draft,
      resolve: async (publish, signal) =>
        await resolveDraft(
          deps.catalog,
          wishes,
          { ...settings, freeName: freeName(deps.namesInUse) },
          signal,
          publish,
        ),
    });
    if (shown.kind === 'closed' || shown.kind === 'noAccess') return shown;
    if (shown.kind === 'unread') {
      if (shown.failure === 'signIn') return { kind: 'signIn', profile: shown.draft.profile?.value?.name };
      draft = undefined;
      continue;
    }
    draft = shown.draft;
    if (shown.kind === 'launch') {
      const chosen = await conclude(draft, wishes, key, deps);
      if (chosen) return chosen;
      continue;
    }
    const editing = editField(shown.field, { draft, wishes, catalog: deps.catalog });
    const edit = await editedOrTold(editing, async (error) => {
      deps.log.warn(`The ${shown.field} of a launch could not be changed`, error);
      await vscode.window.showWarningMessage(errorWords(error), { modal: true });
    });
    if (edit.kind === 'wish') wishes = changeWish(wishes, edit.wish);
    if (edit.kind === 'wish' && shown.field === 'allowSshFrom') lastSource = undefined;
    if (edit.kind === 'key') key = edit.key;
  }
}

async function conclude(
  draft: LaunchDraft,
  wishes: LaunchWishes,
  choice: KeyChoice,
  { memory }: WizardDeps,
): Promise<ChosenLaunch | undefined> {
  if (!launchPlan(draft, wishes, '') || !(await agreesToPrice(draft))) return undefined;
  const key = choice.kind === 'own' ? choice.key : await generateProvedKey(draft.name);
  const plan = launchPlan(draft, wishes, key.publicLine);
  if (!plan) return undefined;
  await memory.update(memoryKey, {
    ...wishesToKeep(wishes),
    profile: plan.profile,
    region: plan.region,
    compartmentId: plan.compartmentId,
    shape: plan.shape,
  } satisfies LaunchWishes);
  return { kind: 'chosen', plan, key: key.given };
}

async function agreesToPrice({ shape }: LaunchDraft): Promise<boolean> {
  const usdPerHour = shape?.value?.price?.usdPerHour;
  if (!shape?.value || usdPerHour === undefined || usdPerHour <= askAboveUsdPerHour) return true;
  const launch = `Launch for ${hourly(usdPerHour)}`;
  const answer = await vscode.window.showWarningMessage(
    `${shape.value.name} costs ${usd(usdPerHour)} an hour, ${usd(usdPerHour * 24)} a day.`,
    { modal: true, detail: 'It is billed until it is terminated, also while idle.' },
    launch,
  );
  return answer === launch;
}

/** `gpu-lab`, or with the first free number. */
export function freeName(inUse: readonly string[]): string {
  const base = 'gpu-lab';
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!inUse.includes(name)) return name;
  }
}
