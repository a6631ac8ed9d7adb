import type { InstanceView } from '../../journey/lab';
import type { Node } from './rows';
import { sampleNotebooks } from './sample-notebooks';

/** The rows under an instance: only those that mean something in its present phase. */
export function childNodes({ record }: InstanceView): readonly Node[] {
  const { id, phase } = record;
  switch (phase.kind) {
    case 'failed':
      return phase.at === 'settingUp' ? [problem(id), setup(id)] : [problem(id)];
    case 'notSetUp':
    case 'settingUp':
      return [setup(id)];
    case 'ready':
      return [
        ...(phase.warning === undefined ? [] : [problem(id)]),
        setup(id),
        { kind: 'gpus', id },
        { kind: 'tunnel', id },
        { kind: 'kernels', id },
        { kind: 'notebooks', id },
      ];
    case 'planned':
    case 'launching':
    case 'booting':
    case 'connecting':
      return [{ kind: 'setup', id }];
    case 'stopping':
    case 'stopped':
    case 'starting':
    case 'terminating':
    case 'terminated':
      return [];
  }
}

/** The rows under a row that is no instance. */
export function grandchildNodes(node: Node, view: InstanceView): readonly Node[] {
  if (node.kind === 'kernels') {
    return view.kernels.map((kernel) => ({ kind: 'kernel', id: node.id, kernelId: kernel.id }));
  }
  if (node.kind === 'notebooks') {
    return sampleNotebooks.map(({ file }) => ({ kind: 'notebook', id: node.id, file }));
  }
  return [];
}

const problem = (id: string): Node => ({ kind: 'problem', id });
const setup = (id: string): Node => ({ kind: 'setup', id });
