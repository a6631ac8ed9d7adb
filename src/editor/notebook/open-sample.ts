import { FileSystemError, Uri, commands, window, workspace } from 'vscode';
import type { Memento } from 'vscode';

/** What opening a sample needs. */
export interface OpenSampleDeps {
  readonly extensionId: string;
  readonly controllerId: string;
  /** The packaged notebooks. */
  readonly samples: Uri;
  readonly memento: Memento;
}

const folderKey = 'ociGpu.sampleFolder';

/**
 * Opens the person's own copy of a sample with the instance's kernel chosen. A copy that is there is
 * opened as it is: it may hold their work. @returns false when no folder was chosen.
 */
export async function openSample(file: string, deps: OpenSampleDeps): Promise<boolean> {
  const folder = await folderForSamples(deps.memento);
  if (!folder) return false;
  const copy = Uri.joinPath(folder, file);
  if (!(await exists(copy)))
    await workspace.fs.copy(Uri.joinPath(deps.samples, file), copy, { overwrite: false });
  const notebook = await workspace.openNotebookDocument(copy);
  const notebookEditor = await window.showNotebookDocument(notebook);
  await commands.executeCommand('notebook.selectKernel', {
    notebookEditor,
    id: deps.controllerId,
    extension: deps.extensionId,
  });
  window.setStatusBarMessage(
    `$(info) This is your copy of ${file}. JupyterLab shows the instance's own copy.`,
    15_000,
  );
  return true;
}

/** The workspace's folder; without one, a folder that is asked for once. */
async function folderForSamples(memento: Memento): Promise<Uri | undefined> {
  const [first] = workspace.workspaceFolders ?? [];
  if (first) return first.uri;
  const kept = memento.get<string>(folderKey);
  if (kept !== undefined && (await exists(Uri.parse(kept)))) return Uri.parse(kept);
  const [chosen] =
    (await window.showOpenDialog({
      title: 'Where should your copies of the sample notebooks be?',
      openLabel: 'Keep Notebooks Here',
      canSelectFolders: true,
      canSelectFiles: false,
    })) ?? [];
  if (chosen) await memento.update(folderKey, chosen.toString());
  return chosen;
}

async function exists(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof FileSystemError && error.code === 'FileNotFound') return false;
    throw error;
  }
}
