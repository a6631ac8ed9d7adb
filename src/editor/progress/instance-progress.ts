import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import { commandLink } from '../words/markdown';
import { currentStep } from '../words/phase-words';

/** Shows what goes on with an instance as one notification, until it has ended; Cancel stops the work. */
export function createInstanceProgress(lab: Lab): { show(instanceId: string): void } {
  const shown = new Set<string>();
  return {
    show: (id) => {
      if (shown.has(id)) return;
      shown.add(id);
      void run(lab, id).then(
        () => shown.delete(id),
        () => shown.delete(id),
      );
    },
  };
}

async function run(lab: Lab, id: string): Promise<void> {
  const title = lab.get(id)?.record.name ?? 'Instance';
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  await vscode.window.withProgress(options, async (progress, cancelled) => {
    cancelled.onCancellationRequested(() => void vscode.commands.executeCommand('ociGpu.cancel', id));
    await new Promise<void>((resolve) => {
      let said = '';
      const follow = () => {
        const phase = lab.get(id)?.record.phase;
        const step = phase && currentStep(phase);
        if (!phase || (step === undefined && phase.kind !== 'planned')) {
          subscription.dispose();
          resolve();
          return;
        }
        const log =
          phase.kind === 'settingUp' ? ` ${commandLink('Show log', 'ociGpu.showSetupLog', id)}` : '';
        const message = `${step ?? 'Getting ready'}${log}`;
        if (message !== said) progress.report({ message });
        said = message;
      };
      const subscription = lab.onDidChange(follow);
      follow();
    });
  });
}
