import * as vscode from 'vscode';
import type { InstanceView } from '../../../journey/lab';
import { leavingWords, stopWords, terminationWords } from '../../words/ending';
import { bootVolumeMonthly, keptDiskWords } from '../../words/money';
import type { CommandContext } from '../context';
import { existsInCloud, hasKeptDisk } from '../fits';
import { checkStillFits } from '../fitting-view';
import type { InstanceHandler } from '../register';
import { tellOutcome } from '../tell-failure';
import { endDoubtfulLaunch } from './end-doubtful-launch';
import { workOn } from './work-on';

export const startInstance: InstanceHandler = async (context, { record }) =>
  await workOn(context, record.id, 'Starting', () => context.lab.start(record.id));

/** Stops after the truth about the bill. */
export const stopInstance: InstanceHandler = async (context, { record }) => {
  const billed = record.origin.kind === 'oci' && record.origin.plan.billedWhenStopped;
  const stop = billed ? 'Stop, and Go on Paying' : 'Stop';
  const terminate = 'Terminate…';
  const answer = await vscode.window.showWarningMessage(
    `Stop ${record.name}?`,
    { modal: true, detail: stopWords(record, await context.lab.kernels(record.id)) },
    ...(billed ? [terminate, stop] : [stop]),
  );
  if (answer === terminate) await vscode.commands.executeCommand('ociGpu.terminateInstance', record.id);
  if (answer !== stop) return;
  checkStillFits('ociGpu.stopInstance', context.lab, record);
  await tellOutcome(context, record.id, await context.lab.stop(record.id));
};

/** Terminates after saying what is lost, and what keeping the boot volume costs. */
export const terminateInstance: InstanceHandler = async (context, view) => {
  if (existsInCloud(view)) await askToTerminate(context, view);
  else await askToEndLaunch(context, view);
};

/** @param before a sentence that is read first */
async function askToTerminate(
  context: CommandContext,
  { record }: InstanceView,
  before?: string,
): Promise<void> {
  const gb = record.origin.kind === 'oci' ? record.origin.plan.bootVolumeSizeInGBs : 0;
  const all = 'Terminate and Delete Boot Volume';
  const keep = `Terminate, Keep Boot Volume (${bootVolumeMonthly(gb)})`;
  const words = terminationWords(record, await context.lab.kernels(record.id), context.clock.now());
  const answer = await vscode.window.showWarningMessage(
    `Terminate ${record.name}?`,
    { modal: true, detail: before === undefined ? words : `${before} ${words}` },
    all,
    keep,
  );
  if (answer === undefined) return;
  checkStillFits('ociGpu.terminateInstance', context.lab, record);
  const outcome = await context.lab.terminate(record.id, { keepBootVolume: answer === keep });
  await tellOutcome(context, record.id, outcome);
}

/** It is not known what the launch has made, so there is nothing to choose. */
async function askToEndLaunch(context: CommandContext, { record }: InstanceView): Promise<void> {
  const end = 'Look and Terminate';
  const answer = await vscode.window.showWarningMessage(
    `Terminate what the launch of ${record.name} may have made?`,
    { modal: true, detail: 'Its instance and network are looked for, which takes minutes, and removed.' },
    end,
  );
  if (answer !== end) return;
  const outcome = await endDoubtfulLaunch(context.lab, record, (found) =>
    askToTerminate(context, found, 'The instance was found while you were asked.'),
  );
  await tellOutcome(context, record.id, outcome);
}

/** Deletes the disk that was kept when the machine was terminated. */
export const deleteBootVolume: InstanceHandler = async (context, { record }) => {
  const remove = 'Delete Boot Volume';
  const answer = await vscode.window.showWarningMessage(
    `Delete the boot volume of ${record.name}?`,
    {
      modal: true,
      detail: `All files on it are lost for good. This ends what it costs (${keptDiskWords(record) ?? ''}).`,
    },
    remove,
  );
  if (answer !== remove) return;
  checkStillFits('ociGpu.deleteBootVolume', context.lab, record);
  await tellOutcome(context, record.id, await context.lab.deleteBootVolume(record.id));
};

/** Asks first where something stays that the list would no longer tell of. */
export const forgetInstance: InstanceHandler = async (context, view, target) => {
  const { lab } = context;
  const { record } = view;
  const stays = leavingWords(record);
  if (stays !== undefined) {
    const remove = 'Remove';
    const deleteDisk = 'Delete Boot Volume…';
    const answer = await vscode.window.showWarningMessage(
      `Remove ${record.name} from the list?`,
      { modal: true, detail: stays },
      ...(hasKeptDisk(view) ? [deleteDisk, remove] : [remove]),
    );
    if (answer === deleteDisk) await vscode.commands.executeCommand('ociGpu.deleteBootVolume', record.id);
    if (answer !== remove) return;
    const now = checkStillFits('ociGpu.forgetInstance', lab, record);
    if (leavingWords(now.record) !== stays) {
      await forgetInstance(context, now, target);
      return;
    }
  }
  await lab.forget(record.id);
};
