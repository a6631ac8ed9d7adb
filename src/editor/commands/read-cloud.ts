import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Logger } from '../../ports/logger';
import type { AccessCheck } from '../cloud-access';
import { partFailure, readFailure } from '../read-failure';

/**
 * Reads the cloud, with the view's own progress bar, and tells the welcome view what came of it: whether OCI can be
 * reached at all, and that a list is not empty but unread, in part or as a whole. Only what is known is said: machines may be billed.
 * @throws what the cloud said
 */
export async function readCloud(
  lab: Pick<Lab, 'refresh' | 'unread'>,
  checkAccess: () => Promise<AccessCheck>,
): Promise<void> {
  await vscode.window.withProgress({ location: { viewId: 'ociGpu.instances' } }, async () => {
    try {
      const check = await checkAccess();
      setContext('ociGpu.hasAccess', check.kind === 'fine');
      await lab.refresh();
      setContext('ociGpu.readFailed', check.kind === 'fine' ? partFailure(lab.unread) : undefined);
    } catch (error) {
      setContext('ociGpu.readFailed', readFailure(error));
      throw error;
    } finally {
      setContext('ociGpu.loaded', true);
    }
  });
}

/** Reads the cloud the first time that the view is seen, and again when a setting about access has changed. */
export async function lookAtCloud(
  lab: Pick<Lab, 'refresh' | 'unread'>,
  checkAccess: () => Promise<AccessCheck>,
  logger: Logger,
): Promise<void> {
  try {
    await readCloud(lab, checkAccess);
  } catch (error) {
    logger.warn(`The cloud could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function setContext(key: string, value: boolean | string | undefined): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
