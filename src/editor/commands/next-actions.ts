import type { FailedPhase, WayOut } from '../../instances/phase';
import type { CommandId } from './commands';

/** A button under a message, and the command that it runs. */
export interface NextAction {
  readonly title: string;
  readonly command: CommandId;
}

const byWayOut: { readonly [way in WayOut]: NextAction } = {
  retry: { title: 'Retry', command: 'ociGpu.retry' },
  showLog: { title: 'Show Log', command: 'ociGpu.showLog' },
  terminate: { title: 'Terminate', command: 'ociGpu.terminateInstance' },
  forget: { title: 'Remove from List', command: 'ociGpu.forgetInstance' },
  allowMyAddress: { title: 'Allow My Present Address', command: 'ociGpu.allowMyAddress' },
  setUp: { title: 'Set Up Again', command: 'ociGpu.setUpInstance' },
  changePackages: { title: 'Change Packages', command: 'ociGpu.addPackages' },
  trustHostKey: { title: 'Compare Host Key…', command: 'ociGpu.trustHostKey' },
  chooseSshKey: { title: 'Choose SSH Key', command: 'ociGpu.chooseSshKey' },
  reachBy: { title: 'Reach It By…', command: 'ociGpu.reachBy' },
  signIn: { title: 'Sign In', command: 'ociGpu.signIn' },
};

/** The buttons for a failure, the most useful first; three at most, so that they can be read. */
export function nextActions(phase: FailedPhase): readonly NextAction[] {
  return phase.wayOut.slice(0, 3).map((way) => (way === 'showLog' ? logOf(phase) : byWayOut[way]));
}

function logOf(phase: FailedPhase): NextAction {
  if (phase.at === 'settingUp') return { title: 'Show Setup Log', command: 'ociGpu.showSetupLog' };
  return byWayOut.showLog;
}
