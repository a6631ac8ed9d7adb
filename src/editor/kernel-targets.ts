import type { InstanceView, Lab } from '../journey/lab';
import type { Logger } from '../ports/logger';
import type { JupyterServer } from '../jupyter';
import type { KernelTarget, KernelTargets } from './notebook';
import { stateWords } from './words/phase-words';

/** The lab's instances as the notebook surface sees them: each a kernel, ready or not. */
export function createKernelTargets(
  lab: Pick<Lab, 'instances' | 'onDidChange' | 'get' | 'jupyter' | 'kernels'>,
  logger: Logger,
): KernelTargets {
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
      const { refusalOf } = await import('./kernel-refusal');
      const refusal = await refusalOf(lab, record.id, signal);
      return refusal ?? { kind: 'server', server: await serverOf(record.id, signal) };
    },
    kernelsChanged: () => {
      lab.kernels(record.id).catch((error: unknown) => logger.debug('No look at the kernels', error));
    },
  });

  return {
    current: () => lab.instances.filter(mayHaveJupyter).map(targetOf),
    onDidChange: lab.onDidChange,
  };
}

function mayHaveJupyter({ record }: InstanceView): boolean {
  return record.phase.kind !== 'terminated' && record.phase.kind !== 'terminating';
}
