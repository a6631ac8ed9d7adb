import * as vscode from 'vscode';
import type { Phase } from '../../instances/phase';
import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import { commandLink } from '../words/markdown';
import { currentStep } from '../words/phase-words';
import { canCancel } from './can-cancel';
import { followWork } from './follow-work';

/** A notification cannot gain or lose its Cancel: where that changes, another one takes its place. */
export async function notifyWork(lab: Lab, id: string, clock: Clock): Promise<void> {
  let shown: Notification | undefined;
  await followWork(lab, id, clock, (phase) => {
    const cancellable = canCancel(phase);
    if (shown?.cancellable !== cancellable) {
      shown?.end();
      shown = notify(lab.get(id)?.record.name ?? 'Instance', id, cancellable);
    }
    shown.say(messageOf(phase, id));
  });
  shown?.end();
}

function messageOf(phase: Phase, id: string): string {
  const log = phase.kind === 'settingUp' ? ` ${commandLink('Show log', 'ociGpu.showSetupLog', id)}` : '';
  return `${currentStep(phase) ?? 'Getting ready'}${log}`;
}

interface Notification {
  readonly cancellable: boolean;
  readonly say: (message: string) => void;
  readonly end: () => void;
}

function notify(title: string, id: string, cancellable: boolean): Notification {
  let said = '';
  let progress: vscode.Progress<{ message: string }> | undefined;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const location = vscode.ProgressLocation.Notification;
  void vscode.window.withProgress({ location, title, cancellable }, async (begun, cancelled) => {
    cancelled.onCancellationRequested(() => void vscode.commands.executeCommand('ociGpu.cancel', id));
    progress = begun;
    progress.report({ message: said });
    await ended;
  });
  return {
    cancellable,
    say: (message) => {
      if (message === said) return;
      said = message;
      progress?.report({ message });
    },
    end: () => end(),
  };
}
