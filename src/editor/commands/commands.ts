import {
  all,
  any,
  existsInCloud,
  failedAt,
  hasAddress,
  hasKeptDisk,
  hasKernels,
  hasOwnAccessRule,
  isAdoptedInstance,
  isCancellable,
  isLaunched,
  isOurs,
  isPrivate,
  isReached,
  isSshHost,
  phaseIs,
  wayOut,
  type Fits,
} from './fits';
import type { InstanceView } from '../../journey/lab';

/** A command of the extension, as `package.json` and the palette show it. */
export interface Command {
  readonly id: `ociGpu.${string}`;
  readonly title: string;
  /** A codicon, where it is shown as a button. */
  readonly icon?: string;
  /** Acts on an instance that this is true of; absent: always possible. */
  readonly fits?: Fits;
}

const ready = phaseIs('ready');
const mine = (condition: Fits): Fits => all(isOurs, condition);

/**
 * Every command, once. `package.json` says the same (a test holds both against each other), and the
 * handlers are a record over these ids, so that the compiler finds a missing one.
 */
export const commands = [
  { id: 'ociGpu.launchInstance', title: 'Launch GPU Instance…', icon: 'add' },
  { id: 'ociGpu.addSshHost', title: 'Add SSH Host…' },
  { id: 'ociGpu.adoptInstance', title: 'Adopt Existing Instance…' },
  { id: 'ociGpu.setUpAccess', title: 'Set Up OCI Access' },
  { id: 'ociGpu.signIn', title: 'Sign In to OCI' },
  { id: 'ociGpu.refresh', title: 'Refresh', icon: 'refresh' },
  { id: 'ociGpu.showInstances', title: 'Show Instances' },
  { id: 'ociGpu.showLog', title: 'Show Log' },
  {
    id: 'ociGpu.startInstance',
    title: 'Start',
    icon: 'play',
    fits: mine(all(existsInCloud, phaseIs('stopped'))),
  },
  {
    id: 'ociGpu.stopInstance',
    title: 'Stop',
    icon: 'debug-stop',
    fits: mine(
      all(existsInCloud, any(phaseIs('notSetUp', 'ready'), failedAt('connecting', 'settingUp', 'stopping'))),
    ),
  },
  {
    id: 'ociGpu.terminateInstance',
    title: 'Terminate…',
    icon: 'trash',
    fits: mine(
      any(
        all(
          existsInCloud,
          phaseIs(
            'booting',
            'connecting',
            'notSetUp',
            'settingUp',
            'ready',
            'stopping',
            'stopped',
            'starting',
            'failed',
          ),
        ),
        // A launch without an answer may have made an instance that nobody knows of yet.
        all(isLaunched, wayOut('terminate')),
      ),
    ),
  },
  {
    id: 'ociGpu.deleteBootVolume',
    title: 'Delete Boot Volume…',
    fits: mine(hasKeptDisk),
  },
  {
    id: 'ociGpu.forgetInstance',
    title: 'Remove from List',
    icon: 'close',
    fits: mine(
      any(
        isSshHost,
        phaseIs('planned', 'terminated'),
        wayOut('forget'),
        all(isAdoptedInstance, phaseIs('notSetUp', 'ready', 'stopped', 'failed')),
      ),
    ),
  },
  {
    id: 'ociGpu.cancel',
    title: 'Cancel',
    icon: 'stop-circle',
    fits: mine(isCancellable),
  },
  { id: 'ociGpu.retry', title: 'Retry', icon: 'debug-restart', fits: mine(wayOut('retry')) },
  {
    id: 'ociGpu.setUpInstance',
    title: 'Set Up…',
    icon: 'tools',
    fits: mine(any(phaseIs('notSetUp', 'ready'), failedAt('settingUp'), wayOut('setUp'))),
  },
  {
    id: 'ociGpu.showSetupLog',
    title: 'Show Setup Log',
    icon: 'output',
    fits: any(phaseIs('settingUp', 'ready'), failedAt('settingUp')),
  },
  { id: 'ociGpu.openShell', title: 'Open Shell', icon: 'terminal', fits: mine(isReached) },
  {
    id: 'ociGpu.copySshCommand',
    title: 'Copy SSH Command',
    icon: 'copy',
    fits: any(isReached, all(hasAddress, any(phaseIs('connecting'), failedAt('connecting')))),
  },
  {
    id: 'ociGpu.copyAddress',
    title: 'Copy Address',
    fits: all(hasAddress, (view) => !phaseIs('terminated', 'terminating')(view)),
  },
  { id: 'ociGpu.toggleTunnel', title: 'Toggle Tunnel', icon: 'plug', fits: mine(ready) },
  { id: 'ociGpu.openJupyterLab', title: 'Open JupyterLab', icon: 'link-external', fits: ready },
  { id: 'ociGpu.openSampleNotebook', title: 'Open Sample Notebook…', icon: 'notebook', fits: ready },
  {
    id: 'ociGpu.restartKernel',
    title: 'Restart Kernel…',
    icon: 'debug-restart',
    fits: all(ready, hasKernels),
  },
  {
    id: 'ociGpu.shutDownKernel',
    title: 'Shut Down Kernel…',
    icon: 'circle-slash',
    fits: all(ready, hasKernels),
  },
  { id: 'ociGpu.showPackages', title: 'Show Packages', icon: 'package', fits: ready },
  {
    id: 'ociGpu.addPackages',
    title: 'Add Packages…',
    // A name that pip does not know makes set-up fail, each time, until it is corrected.
    fits: mine(any(ready, failedAt('settingUp'))),
  },
  { id: 'ociGpu.setPassword', title: 'Set JupyterLab Password…', fits: mine(ready) },
  {
    id: 'ociGpu.allowMyAddress',
    title: 'Allow My Present Address',
    icon: 'unlock',
    fits: mine(
      any(
        wayOut('allowMyAddress'),
        all(hasOwnAccessRule, phaseIs('connecting', 'notSetUp', 'settingUp', 'ready')),
      ),
    ),
  },
  { id: 'ociGpu.trustHostKey', title: 'Compare Host Key…', fits: mine(wayOut('trustHostKey')) },
  { id: 'ociGpu.chooseSshKey', title: 'Choose SSH Key…', icon: 'key', fits: mine(wayOut('chooseSshKey')) },
  {
    id: 'ociGpu.reachBy',
    title: 'Reach It By…',
    fits: mine(all(isPrivate, failedAt('booting', 'connecting'))),
  },
] as const satisfies readonly Command[];

export type CommandId = (typeof commands)[number]['id'];

/** The commands that act on an instance. */
export type InstanceCommandId = Extract<(typeof commands)[number], { readonly fits: Fits }>['id'];

const list: readonly Command[] = commands;

/** The ids, without `ociGpu.`, of all commands that can work on this instance: its context tags. */
export function verbsFor(view: InstanceView): readonly string[] {
  return list.filter(({ fits }) => fits?.(view)).map(({ id }) => verbOf(id));
}

/** The instances that a command can work on. */
export function fitting(id: CommandId, views: readonly InstanceView[]): readonly InstanceView[] {
  const fits = list.find((command) => command.id === id)?.fits;
  return fits ? views.filter(fits) : [];
}

/** `ociGpu.stopInstance` → `stopInstance` */
export function verbOf(id: string): string {
  return id.slice('ociGpu.'.length);
}
