import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { createCloudAccess } from './editor/access/cloud-access';
import { createCloudReader } from './editor/access/cloud-reader';
import { keepContextKeys } from './editor/commands/context-keys';
import type { CommandContext } from './editor/commands/context';
import { registerCommands } from './editor/commands/register';
import { tellHostKey } from './editor/commands/tell-host-key';
import { tellInherited } from './editor/commands/tell-inherited';
import { createKernelTargets } from './editor/kernel-targets';
import { createNotebookKernels } from './editor/notebook';
import { createInstanceProgress } from './editor/progress/instance-progress';
import { questions } from './editor/questions/questions';
import { readSettings } from './editor/settings/settings';
import { createLazyStatusBar } from './editor/status-bar/lazy-status-bar';
import { createSetupLogTerminals } from './editor/terminal/setup-log-terminal';
import { registerShellProfile } from './editor/terminal/shell-profile';
import { createInstanceTree } from './editor/tree/instance-tree';
import { createLazyClouds } from './journey/lazy-clouds';
import { createLab } from './journey/create-lab';
import type { Lab } from './journey/lab';
import { systemClock as clock } from './ports/clock';

let lab: Lab | undefined;

/** Composes the parts. Everything heavy is loaded by the part that needs it, with its first use. */
export function activate(extension: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('OCI GPU', { log: true });
  const { secrets } = extension;
  const clouds = createLazyClouds({ settings: readSettings, secrets, questions, logger: log, clock });
  lab = createLab({
    storageDir: extension.globalStorageUri.fsPath,
    resourcesDir: vscode.Uri.joinPath(extension.extensionUri, 'resources').fsPath,
    sshDir: join(homedir(), '.ssh'),
    secrets,
    questions,
    logger: log,
    clock,
    clouds,
    cpuPackages: () => readSettings().sandboxCpuPackages,
    packageMirrors: () => readSettings().packageMirrors,
  });
  const current = lab;
  const cloudAccess = createCloudAccess(clouds, () => current.unread);
  const cloudReader = createCloudReader({ lab, checkAccess: cloudAccess.checkAccess, logger: log });
  const look = () => {
    cloudReader.look().catch((error: unknown) => log.error(error instanceof Error ? error : String(error)));
  };
  const setupLogs = createSetupLogTerminals(lab);
  const progress = createInstanceProgress(lab, clock, log);
  const notebooks = createNotebookKernels({
    extensionId: extension.extension.id,
    targets: createKernelTargets(lab, log),
    memento: extension.workspaceState,
    globalMemento: extension.globalState,
    samples: vscode.Uri.joinPath(extension.extensionUri, 'resources', 'notebooks'),
    clock,
    logger: log,
  });
  const context: CommandContext = {
    ...cloudAccess,
    readCloud: () => cloudReader.read(),
    lab,
    clock,
    log,
    memory: extension.globalState,
    notebooks,
    haveNgcKey: async () => {
      const { ngcKey } = await import('./journey/setup/ngc-key');
      return (await ngcKey({ secrets, questions })) !== undefined;
    },
    showSetupLog: (id) => setupLogs.show(id),
    openShell: async (id) => {
      const { openShellTerminal } = await import('./editor/terminal/shell-terminal');
      openShellTerminal(current, id);
    },
    showProgress: (id) => progress.show(id),
  };
  // Disposed of in this order: commands first, so that none runs on parts that are gone; what the others log to, last.
  extension.subscriptions.push(
    registerCommands(context),
    tellInherited(context),
    tellHostKey(context),
    notebooks,
    setupLogs,
    keepContextKeys(lab),
    createInstanceTree(lab, clock, look),
    cloudReader,
    createLazyStatusBar(lab, clock, log),
    registerShellProfile(lab),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (!accessSettings.some((name) => change.affectsConfiguration(name))) return;
      clouds.reset();
      look();
    }),
    log,
  );
}

/** Ends the connections and gives the instances over to other windows. */
export async function deactivate(): Promise<void> {
  await lab?.dispose();
}

const accessSettings = ['ociGpu.configFile', 'ociGpu.profile', 'ociGpu.region', 'ociGpu.endpoint'];
