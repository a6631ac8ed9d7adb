import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import { commandLink } from '../words/markdown';
import { currentStep } from '../words/phase-words';

/** Shows what goes on with an instance as one notification, until it has ended; Cancel stops the work. */
export function createInstanceProgress(lab: Lab, clock: Clock): { show(instanceId: string): void } {
  const shown = new Set<string>();
  return {
    show: (id) => {
      if (shown.has(id)) return;
      shown.add(id);
      void run(lab, id, clock).then(
        () => shown.delete(id),
        () => shown.delete(id),
      );
    },
  };
}

async function run(lab: Lab, id: string, clock: Clock): Promise<void> {
  const title = lab.get(id)?.record.name ?? 'Instance';
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, cancelled) => {
    cancelled.onCancellationRequested(() => void vscode.commands.executeCommand('ociGpu.cancel', id));
    const { followWork } = await import('./follow-work');
    let said = '';
    await followWork(lab, id, clock, (phase) => {
      const log = phase.kind === 'settingUp' ? ` ${commandLink('Show log', 'ociGpu.showSetupLog', id)}` : '';
      const message = `${currentStep(phase) ?? 'Getting ready'}${log}`;
      if (message !== said) progress.report({ message });
      said = message;
    });
  });
}
