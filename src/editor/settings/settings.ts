import * as vscode from 'vscode';
import type { PackageMirrors } from '../../setup/types';

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
  /** Where set-up gets Docker CE and NVIDIA's toolkit from, when not from their own repositories. */
  readonly packageMirrors: PackageMirrors;
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
    packageMirrors: mirrors(text('dockerRepository'), text('nvidiaRepository')),
    sandboxCpuPackages: settings.get('sandbox.cpuPackages', false),
  };
}

/** Lists CPU shapes from now on, for a rehearsal. */
export async function showCpuShapes(): Promise<void> {
  await vscode.workspace
    .getConfiguration('ociGpu')
    .update('showCpuShapes', true, vscode.ConfigurationTarget.Global);
}

/** A mirror's address is joined with paths: a slash at its end would double. */
function mirrors(docker: string | undefined, nvidia: string | undefined): PackageMirrors {
  return {
    ...(docker === undefined ? {} : { docker: docker.replace(/\/+$/, '') }),
    ...(nvidia === undefined ? {} : { nvidia: nvidia.replace(/\/+$/, '') }),
  };
}
