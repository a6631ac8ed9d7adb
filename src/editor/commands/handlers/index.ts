import type { CommandId, InstanceCommandId } from '../commands';
import type { Handler, InstanceHandler } from '../register';
import { addSshHost } from './add';
import { adoptInstance } from './adopt';
import { launchInstance } from './launch';
import { setUpAccess, signIn } from './access';
import { deleteBootVolume, forgetInstance, startInstance, stopInstance, terminateInstance } from './power';
import { allowMyAddress, cancel, chooseSshKey, reachBy, retry, setUpInstance, trustHostKey } from './recover';
import { copyAddress, copySshCommand, toggleTunnel } from './reach';
import { addPackages } from './packages';
import { openJupyterLab, openSampleNotebook, setPassword, showPackages } from './jupyter';
import { restartKernel, shutDownKernel } from './kernels';
import { refresh, showInstances, showLog } from './view';

/** Handlers of the commands that are always possible. */
export const handlers: { readonly [id in Exclude<CommandId, InstanceCommandId>]: Handler } = {
  'ociGpu.launchInstance': launchInstance,
  'ociGpu.addSshHost': addSshHost,
  'ociGpu.adoptInstance': adoptInstance,
  'ociGpu.setUpAccess': setUpAccess,
  'ociGpu.signIn': signIn,
  'ociGpu.refresh': refresh,
  'ociGpu.showInstances': showInstances,
  'ociGpu.showLog': showLog,
};

/** Handlers of the commands that act on an instance. */
export const instanceHandlers: { readonly [id in InstanceCommandId]: InstanceHandler } = {
  'ociGpu.startInstance': startInstance,
  'ociGpu.stopInstance': stopInstance,
  'ociGpu.terminateInstance': terminateInstance,
  'ociGpu.deleteBootVolume': deleteBootVolume,
  'ociGpu.forgetInstance': forgetInstance,
  'ociGpu.cancel': cancel,
  'ociGpu.retry': retry,
  'ociGpu.setUpInstance': setUpInstance,
  'ociGpu.showSetupLog': async ({ showSetupLog }, { record }) => showSetupLog(record.id),
  'ociGpu.openShell': async ({ openShell }, { record }) => openShell(record.id),
  'ociGpu.copySshCommand': copySshCommand,
  'ociGpu.copyAddress': copyAddress,
  'ociGpu.toggleTunnel': toggleTunnel,
  'ociGpu.openJupyterLab': openJupyterLab,
  'ociGpu.openSampleNotebook': openSampleNotebook,
  'ociGpu.restartKernel': restartKernel,
  'ociGpu.shutDownKernel': shutDownKernel,
  'ociGpu.showPackages': showPackages,
  'ociGpu.addPackages': addPackages,
  'ociGpu.setPassword': setPassword,
  'ociGpu.allowMyAddress': allowMyAddress,
  'ociGpu.trustHostKey': trustHostKey,
  'ociGpu.chooseSshKey': chooseSshKey,
  'ociGpu.reachBy': reachBy,
};
