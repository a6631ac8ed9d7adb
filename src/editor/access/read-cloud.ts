import * as vscode from 'vscode';
import { createAccessWatch } from './access-watch';
import type { CloudReader, CloudReaderDeps } from './cloud-reader';
import { partFailure, readFailure } from './read-failure';

/**
 * Reads the cloud, with the view's own progress bar, and tells the welcome view what came of it: whether OCI can be
 * reached at all, and that a list is not empty but unread, in part or as a whole. Only what is known is said: machines may be billed.
 */
export function openCloudReader({ lab, checkAccess, logger }: CloudReaderDeps): CloudReader {
  const read = async (): Promise<void> => {
    await vscode.window.withProgress({ location: { viewId: 'ociGpu.instances' } }, async () => {
      try {
        const check = await access.check();
        setContext('ociGpu.hasAccess', check.kind === 'fine');
        await lab.refresh().finally(() => access.looked(check, lab.unread));
        setContext('ociGpu.readFailed', check.kind === 'fine' ? partFailure(lab.unread) : undefined);
      } catch (error) {
        setContext('ociGpu.readFailed', readFailure(error));
        throw error;
      } finally {
        setContext('ociGpu.loaded', true);
      }
    });
  };
  const look = async (): Promise<void> => {
    try {
      await read();
    } catch (error) {
      logger.warn(`The cloud could not be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const access = createAccessWatch({ checkAccess, look, logger });
  return { read, look, dispose: () => access.dispose() };
}

function setContext(key: string, value: boolean | string | undefined): void {
  void vscode.commands.executeCommand('setContext', key, value);
}
