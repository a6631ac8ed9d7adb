import * as vscode from 'vscode';

/** The extension's settings; every one of them belongs to the person, none to a repository. */
export interface Settings {
  readonly configFile: string | undefined;
  readonly profile: string | undefined;
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly showCpuShapes: boolean;
  readonly publicAddressService: string;
  /** GB */
  readonly defaultBootVolumeSize: number;
  /** The sandbox alone: TensorFlow's CPU build on GPU shapes too. */
  readonly sandboxCpuPackages: boolean;
}

/** Reads them anew; defaults are those of `package.json`. */
export function readSettings(): Settings {
  const settings = vscode.workspace.getConfiguration('ociGpu');
  const text = (name: string) => {
    const value = settings.get<string>(name, '').trim();
    return value === '' ? undefined : value;
  };
  return {
    configFile: text('configFile'),
    profile: text('profile'),
    region: text('region'),
    endpoint: text('endpoint'),
    showCpuShapes: settings.get('showCpuShapes', false),
    publicAddressService: text('publicAddressService') ?? 'https://api.ipify.org',
    defaultBootVolumeSize: settings.get('defaultBootVolumeSize', 200),
    sandboxCpuPackages: settings.get('sandbox.cpuPackages', false),
  };
}
