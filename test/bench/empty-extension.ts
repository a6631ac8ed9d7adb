import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes an extension that does nothing, to hold ours against.
 * @param activationEvents when the editor starts it
 * @returns the folder
 */
export function writeEmptyExtension(folder: string, activationEvents: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'empty',
    publisher: 'bench',
    version: '0.0.1',
    engines: { vscode: '^1.105.0' },
    type: 'module',
    main: './extension.js',
    activationEvents,
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'extension.js'), 'export function activate() {}\n');
  return folder;
}
