import * as vscode from 'vscode';
import type { Handler } from '../register';

/** Reads the cloud again. */
export const refresh: Handler = async ({ readCloud }) => await readCloud();

export const showInstances: Handler = async () => {
  await vscode.commands.executeCommand('ociGpu.instances.focus');
};

export const showLog: Handler = async ({ log }) => log.show();
