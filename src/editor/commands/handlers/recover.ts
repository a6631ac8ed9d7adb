import * as vscode from 'vscode';
import { isUnreachedLaunch } from '../../../instances/life';
import type { InstanceRecord } from '../../../instances/record';
import type { JumpHost, SetupChoice } from '../../../journey/lab';
import { defaultTag } from '../../../ports/container-images';
import { setupWays, type SetupWay } from '../../../ports/setup-way';
import { editAllowFrom } from '../../launch/allow-from';
import { editReachBy } from '../../launch/edit-reach';
import { editSshKey } from '../../launch/ssh-key';
import type { ReachBy } from '../../launch/wishes';
import { pickOne } from '../../quick-pick';
import { questions } from '../../questions/questions';
import { chooseTag } from '../../setup-way/choose-tag';
import { accessWords } from '../../words/access-words';
import { setupWayNames } from '../../words/setup-way-names';
import { checkStillFits } from '../fitting-view';
import type { InstanceHandler } from '../register';
import { tellOutcome } from '../tell-failure';
import { mayRestartJupyter } from './ask-before-restart';
import { undoLaunch } from './undo-launch';
import { workOn } from './work-on';

export const cancel: InstanceHandler = async (context, { record }) => {
  if (isUnreachedLaunch(record)) {
    const undo = 'Undo the Launch';
    const answer = await vscode.window.showWarningMessage(
      `Cancel the launch of ${record.name}?`,
      { modal: true, detail: 'Everything that it has made is removed again, the machine and its disk too.' },
      undo,
    );
    if (answer !== undo) return;
    const outcome = await undoLaunch(context.lab, record.id, async () => {
      await vscode.commands.executeCommand('ociGpu.terminateInstance', record.id);
    });
    await tellOutcome(context, record.id, outcome);
    return;
  }
  await tellOutcome(context, record.id, await context.lab.cancel(record.id));
};

export const retry: InstanceHandler = async (context, { record }) =>
  await workOn(context, record.id, 'Trying again', () => context.lab.retry(record.id));

export const setUpInstance: InstanceHandler = async (context, view) => {
  const { record } = view;
  const picked = await pickOne({
    title: `Set Up ${record.name}`,
    placeholder: 'How shall TensorFlow and JupyterLab get there?',
    canGoBack: false,
    items: setupWays.map((way) => ({
      label: setupWayNames[way],
      description: record.setup.way === way ? 'as now; does only what is left' : '',
      value: way,
    })),
    isActive: (way) => way === record.setup.way,
  });
  if (picked.kind !== 'chosen') return;
  const choice = await chooseImage(picked.value, record);
  if (choice === undefined || !(await mayRestartJupyter(context.lab, view))) return;
  if (picked.value === 'ngc' && !(await context.haveNgcKey())) return;
  checkStillFits('ociGpu.setUpInstance', context.lab, record);
  await context.showSetupLog(record.id);
  await workOn(context, record.id, 'Setting up', () => context.lab.setUp(record.id, picked.value, choice));
};

/** The tag of a way with a container; undefined when the person has closed the list. */
async function chooseImage(way: SetupWay, { setup }: InstanceRecord): Promise<SetupChoice | undefined> {
  if (way === 'native') return {};
  const present = setup.way === way ? setup.containerTag : undefined;
  const picked = await chooseTag(way, present ?? defaultTag(way), false);
  return picked.kind === 'chosen' ? { containerTag: picked.value } : undefined;
}

/** Opens port 22 to the address that the person has now, says what that did, and goes on with what failed for it. */
export const allowMyAddress: InstanceHandler = async (context, view, target) => {
  const { record } = view;
  const picked = await editAllowFrom(undefined, {
    placeholder: `Port 22 of ${record.name} will be open to this address too`,
    canGoBack: false,
  });
  if (picked.kind !== 'chosen') return;
  checkStillFits('ociGpu.allowMyAddress', context.lab, record);
  const outcome = await context.lab.allowSshFrom(record.id, picked.value);
  if (outcome.kind === 'failed') {
    await tellOutcome(context, record.id, outcome);
    return;
  }
  void vscode.window.showInformationMessage(accessWords(record.name, outcome));
  const phase = context.lab.get(record.id)?.record.phase;
  if (phase?.kind === 'failed' && phase.wayOut.includes('retry')) await retry(context, view, target);
};

/** What the cloud cannot say of an instance that it has: how its private address is reached from here. */
export const reachBy: InstanceHandler = async (context, { record }) => {
  const { jump } = record.ssh;
  const picked = await editReachBy(jump ? { kind: 'jump', ...jump } : { kind: 'privateAddress' });
  if (picked.kind !== 'chosen') return;
  checkStillFits('ociGpu.reachBy', context.lab, record);
  await workOn(context, record.id, 'Reaching an instance', () =>
    context.lab.reachBy(record.id, jumpHost(picked.value)),
  );
};

function jumpHost(way: ReachBy): JumpHost | undefined {
  return way.kind === 'jump' ? { host: way.host, port: way.port, user: way.user } : undefined;
}

/** The key is gone, or the instance does not take it: another one is chosen, and the login tried with that. */
export const chooseSshKey: InstanceHandler = async (context, { record }) => {
  const picked = await editSshKey(false);
  if (picked.kind !== 'chosen' || picked.value.kind !== 'own') return;
  const { given } = picked.value.key;
  checkStillFits('ociGpu.chooseSshKey', context.lab, record);
  await workOn(context, record.id, 'Trying the key', () => context.lab.chooseSshKey(record.id, given));
};

/**
 * A host key that is not the known one is an attack or a machine made anew: both are shown, and the person decides.
 * The key that was shown is in the record; where it is not, connecting again shows it.
 */
export const trustHostKey: InstanceHandler = async (context, view, target) => {
  const { record } = view;
  const shown = record.phase.kind === 'failed' ? record.phase.shownHostKey : undefined;
  if (shown === undefined) {
    await retry(context, view, target);
    return;
  }
  if (!(await questions.trustHostKey(record, shown))) return;
  checkStillFits('ociGpu.trustHostKey', context.lab, record);
  await workOn(context, record.id, 'Connecting again', () => context.lab.trustHostKey(record.id, shown));
};
