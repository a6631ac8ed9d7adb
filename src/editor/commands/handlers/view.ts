import * as vscode from 'vscode';
import { readCloud } from '../read-cloud';
import type { Handler } from '../register';

/** Reads the cloud again. */
export const refresh: Handler = async ({ lab, checkAccess }) => await readCloud(lab, checkAccess);

export const showInstances: Handler = async () => {
  await vscode.commands.executeCommand('ociGpu.instances.focus');
};

export const showLog: Handler = async ({ log }) => log.show();
