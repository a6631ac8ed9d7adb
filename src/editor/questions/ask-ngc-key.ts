import * as vscode from 'vscode';
import { isNgcKey } from '../../ports/container-images';

/** Asks for the NGC API key, hidden while it is typed; only what looks like one is taken. */
export async function askNgcKey(): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: 'NGC API Key',
    prompt:
      'For pulling from nvcr.io. Made at org.ngc.nvidia.com/setup/api-keys; kept in the editor’s secrets, asked once.',
    placeHolder: 'nvapi-…',
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === '' || isNgcKey(text.trim())
        ? undefined
        : 'This does not look like an NGC API key: nvapi- and at least 40 more characters.',
  });
  const key = typed?.trim();
  return key === undefined || key === '' ? undefined : key;
}
