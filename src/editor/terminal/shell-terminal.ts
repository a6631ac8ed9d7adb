import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { SshShell } from '../../ssh/types';
import { inRed, shellEnd } from './shell-end';

/** What a terminal is until it says how large it is. */
const usualSize = { columns: 80, rows: 24 };

/** Opens a shell on an instance in a new terminal. */
export function openShellTerminal(lab: Lab, id: string): void {
  vscode.window.createTerminal(shellOptions(lab, id)).show();
}

/** What a terminal with a shell on the instance is made of. */
export function shellOptions(lab: Lab, id: string): vscode.ExtensionTerminalOptions {
  return {
    name: nameOf(lab, id),
    iconPath: new vscode.ThemeIcon('vm'),
    isTransient: true,
    pty: shellPty(lab, id),
  };
}

function shellPty(lab: Lab, id: string): vscode.Pseudoterminal {
  const written = new vscode.EventEmitter<string>();
  const closed = new vscode.EventEmitter<number>();
  let shell: SshShell | undefined;
  let isClosed = false;
  let hasEnded = false;
  let typedEarly = '';
  const connect = async (size: { columns: number; rows: number }) => {
    try {
      const opened = await lab.openShell(id, size);
      if (isClosed) {
        opened.dispose();
        return;
      }
      shell = opened;
      // Bytes of one character may come in two pieces.
      opened.output.setEncoding('utf8');
      opened.output.on('data', (text: string) => written.fire(text));
      opened.onExit((code) => {
        hasEnded = true;
        const end = shellEnd(code, nameOf(lab, id));
        if (end.kind === 'close') closed.fire(end.code);
        else written.fire(end.text);
      });
      if (typedEarly !== '') opened.input.write(typedEarly);
    } catch (error) {
      written.fire(inRed(error instanceof Error ? error.message : String(error)));
    }
  };
  return {
    onDidWrite: written.event,
    onDidClose: closed.event,
    open: (size) => void connect(size ?? usualSize),
    close: () => {
      isClosed = true;
      shell?.dispose();
    },
    handleInput: (text) => {
      if (hasEnded) return;
      if (shell) shell.input.write(text);
      else typedEarly += text;
    },
    setDimensions: ({ columns, rows }) => {
      if (!hasEnded) shell?.resize(columns, rows);
    },
  };
}

function nameOf(lab: Lab, id: string): string {
  return lab.get(id)?.record.name ?? 'instance';
}
