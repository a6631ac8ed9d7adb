import * as vscode from 'vscode';
import type { Handler } from '../register';

/** Reads the cloud again, with the view's own progress bar. */
export const refresh: Handler = async ({ lab }) => {
  await vscode.window.withProgress(
    { location: { viewId: 'ociGpu.instances' } },
    async () => await lab.refresh(),
  );
};

export const showInstances: Handler = async () => {
  await vscode.commands.executeCommand('ociGpu.instances.focus');
};

export const showLog: Handler = async ({ log }) => log.show();
