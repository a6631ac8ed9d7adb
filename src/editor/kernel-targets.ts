import type { InstanceView, Lab } from '../journey/lab';
import type { Logger } from '../ports/logger';
import type { JupyterServer } from '../jupyter';
import { nextActions } from './commands/next-actions';
import type { KernelTarget, KernelTargets, NotReady } from './notebook';
import { stateWords } from './words/phase-words';

/** The lab's instances as the notebook surface sees them: each a kernel, ready or not. */
export function createKernelTargets(lab: Lab, logger: Logger): KernelTargets {
  const servers = new Map<string, JupyterServer>();

  const serverOf = async (id: string, signal: AbortSignal): Promise<JupyterServer> => {
    const address = await lab.jupyter(id, signal);
    const known = servers.get(id);
    if (!known) {
      const { createJupyterServer } = await import('../jupyter');
      const made = servers.get(id) ?? createJupyterServer({ ...address, logger });
      servers.set(id, made);
      return made;
    }
    const { baseUrl, token } = known.address();
    if (baseUrl !== address.baseUrl || token !== address.token) known.moveTo(address);
    return known;
  };

  const targetOf = ({ record }: InstanceView): KernelTarget => ({
    id: record.id,
    label: record.name,
    description: [record.origin.kind === 'oci' ? record.origin.plan.shape : '', stateWords(record.phase)]
      .filter(Boolean)
      .join(' · '),
    detail: 'OCI GPU',
    server: async (signal) => {
      const view = lab.get(record.id);
      const refusal = view ? notReady(view) : gone;
      return refusal ?? { kind: 'server', server: await serverOf(record.id, signal) };
    },
  });

  return {
    current: () => lab.instances.filter(mayHaveJupyter).map(targetOf),
    onDidChange: lab.onDidChange,
  };
}

const gone: NotReady = { kind: 'notReady', reason: 'This instance is no longer in the list.', actions: [] };

function mayHaveJupyter({ record }: InstanceView): boolean {
  return record.phase.kind !== 'terminated' && record.phase.kind !== 'terminating';
}

/** Why no cell can run now; undefined when one can. */
function notReady({ record, tunnel }: InstanceView): NotReady | undefined {
  const { phase, id, name } = record;
  if (phase.kind === 'ready' && (tunnel.kind === 'up' || tunnel.kind === 'reconnecting')) return undefined;
  if (phase.kind === 'ready') {
    return {
      kind: 'notReady',
      reason: `The tunnel to ${name} is down.`,
      actions: [{ title: 'Bring It Up', command: 'ociGpu.toggleTunnel', arguments: [id] }],
    };
  }
  const actions =
    phase.kind === 'failed'
      ? nextActions(phase).map(({ title, command }) => ({ title, command, arguments: [id] }))
      : (startActions[phase.kind] ?? []).map((action) => ({ ...action, arguments: [id] }));
  return { kind: 'notReady', reason: `${name} is not ready: ${stateWords(phase)}.`, actions };
}

const startActions: Partial<
  Record<InstanceView['record']['phase']['kind'], readonly { title: string; command: string }[]>
> = {
  stopped: [{ title: 'Start', command: 'ociGpu.startInstance' }],
  notSetUp: [{ title: 'Set Up', command: 'ociGpu.setUpInstance' }],
  settingUp: [{ title: 'Show Setup Log', command: 'ociGpu.showSetupLog' }],
};
