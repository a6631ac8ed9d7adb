import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Disposable } from '../../ports/disposable';
import type { Logger } from '../../ports/logger';
import type { AccessCheck } from '../cloud-access';
import { commands, verbOf, type Command } from './commands';
import { contextOf } from './context-of';

const verbs = (commands as readonly Command[])
  .filter(({ fits }) => fits !== undefined)
  .map(({ id }) => verbOf(id));

/** Keeps the context keys of the instances true. Sends only what has changed. */
export function keepContextKeys(lab: Lab): Disposable {
  const sent = new Map<string, boolean>();
  const send = () => {
    for (const [key, value] of contextOf(lab.instances, verbs)) {
      if (sent.get(key) === value) continue;
      sent.set(key, value);
      setContext(key, value);
    }
  };
  send();
  return lab.onDidChange(send);
}

/**
 * Tells the welcome view whether OCI can be reached at all, and then reads the cloud: the first time that the
 * view is seen, and again when a setting about access has changed.
 */
export async function lookAtCloud(
  lab: Lab,
  checkAccess: () => Promise<AccessCheck>,
  logger: Logger,
): Promise<void> {
  try {
    const check = await checkAccess();
    setContext('ociGpu.hasAccess', check.kind === 'fine');
    setContext('ociGpu.loaded', true);
    if (check.kind === 'fine') await lab.refresh();
  } catch (error) {
    setContext('ociGpu.loaded', true);
    logger.warn(`The cloud could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
