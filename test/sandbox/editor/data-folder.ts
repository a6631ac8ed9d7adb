import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** Settings by their full name, as in settings.json. */
export type Settings = Readonly<Record<string, unknown>>;

/** What a test wants quiet, whatever else it sets. */
const quiet: Settings = {
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'extensions.ignoreRecommendations': true,
  'window.commandCenter': false,
  // The editor would offer every port that the sandbox opens on this machine.
  'remote.autoForwardPorts': false,
  // The accessible text of the terminal and the DOM renderer make what it shows readable from outside.
  'terminal.integrated.gpuAcceleration': 'off',
};

/**
 * Writes the person's own settings.json where this build of the workbench reads it: the server keeps
 * user data in `data/User` (and not, as other web workbenches do, in the browser), so that settings
 * of scope `application` take effect too.
 */
export function writeUserSettings(dataDir: string, settings: Settings): void {
  const folder = join(dataDir, 'data', 'User');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'settings.json'), JSON.stringify({ ...quiet, ...settings }, undefined, 2));
}

const manifest = v.object({ publisher: v.string(), name: v.string(), version: v.string() });

/** Installs unpacked extensions where they lie: the editor's own list names their folders. */
export function installExtensions(extensionsDir: string, folders: readonly string[]): void {
  mkdirSync(extensionsDir, { recursive: true });
  const installed = folders.map((path) => {
    const read: unknown = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    const { publisher, name, version } = v.parse(manifest, read);
    return {
      identifier: { id: `${publisher}.${name}` },
      version,
      location: { $mid: 1, path, scheme: 'file' },
      metadata: { installedTimestamp: Date.now() },
    };
  });
  if (installed.length > 0) writeFileSync(join(extensionsDir, 'extensions.json'), JSON.stringify(installed));
}
