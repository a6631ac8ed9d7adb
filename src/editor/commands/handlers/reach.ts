import * as vscode from 'vscode';
import type { InstanceHandler } from '../register';
import { tellTunnel } from '../tell-tunnel';

/** How long the status bar says that something was copied. */
const copiedForMs = 3_000;

export const copySshCommand: InstanceHandler = async ({ lab }, { record }) => {
  await copy(await lab.sshCommand(record.id), 'SSH command copied');
};

export const copyAddress: InstanceHandler = async (_context, { record }) => {
  if (record.ssh.host !== undefined) await copy(record.ssh.host, 'Address copied');
};

/** Up when it is down or failed, down in every other state; a button that says which carries `wanted`. */
export const toggleTunnel: InstanceHandler = async (context, { record, tunnel }, target) => {
  const wanted = isWantedBy(target) || tunnel.kind === 'down' || tunnel.kind === 'failed';
  await tellTunnel(context, record.id, await context.lab.setTunnel(record.id, wanted));
};

function isWantedBy(target: unknown): boolean {
  return typeof target === 'object' && target !== null && 'wanted' in target && target.wanted === true;
}

async function copy(text: string, words: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(words, copiedForMs);
}
