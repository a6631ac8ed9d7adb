import type { InstanceView } from '../../journey/lab';
import { verbsFor } from '../commands/commands';
import { lastTryWords } from '../words/last-try';
import { escapeMarkdown } from '../words/markdown';
import { currentStep, type StateIcon } from '../words/phase-words';
import { notAnsweringWords } from '../words/not-answering';
import { setupWayNames } from '../words/setup-way-names';
import type { Node, Row } from './rows';
import { sampleNotebooks } from './sample-notebooks';

type ChildNode = Exclude<Node, { kind: 'instance' }>;
type Words = Pick<Row, 'label' | 'icon'> &
  Partial<Pick<Row, 'description' | 'expansion' | 'tooltip' | 'opens'>>;

const good: StateIcon = { id: 'pass', color: 'testing.iconPassed' };
const bad: StateIcon = { id: 'error', color: 'list.errorForeground' };
const doubtful: StateIcon = { id: 'warning', color: 'list.warningForeground' };

/** A row under an instance. */
export function childRow(node: ChildNode, view: InstanceView): Row {
  const words = wordsOf(node, view);
  return {
    expansion: 'none',
    ...words,
    key: keyOf(node),
    contextValue: [node.kind, ...tunnelTag(node, view), ...verbsFor(view)].join('.'),
    accessibleWords: [words.label, words.description].filter(Boolean).join(', '),
  };
}

function wordsOf(node: ChildNode, view: InstanceView): Words {
  switch (node.kind) {
    case 'problem':
      return problemWords(view);
    case 'setup':
      return setupWords(view);
    case 'gpus':
      return gpuWords(view);
    case 'tunnel':
      return { label: 'Tunnel', ...tunnelWords(view) };
    case 'kernels':
      return {
        label: 'Kernels',
        description: view.kernels.length === 0 ? 'none running' : String(view.kernels.length),
        icon: { id: 'server-process' },
        expansion: view.kernels.length === 0 ? 'none' : 'collapsed',
      };
    case 'kernel': {
      const kernel = view.kernels.find(({ id }) => id === node.kernelId);
      return {
        label: kernel?.notebook ?? 'Kernel',
        ...(kernel ? { description: kernel.state } : {}),
        icon: { id: kernel?.state === 'busy' ? 'loading~spin' : 'circle-filled' },
      };
    }
    case 'notebooks':
      return { label: 'Sample notebooks', icon: { id: 'notebook' }, expansion: 'expanded' };
    case 'notebook': {
      const purpose = sampleNotebooks.find(({ file }) => file === node.file)?.purpose;
      return {
        label: node.file,
        ...(purpose === undefined ? {} : { description: purpose }),
        icon: { id: 'notebook' },
        opens: 'ociGpu.openSampleNotebook',
      };
    }
  }
}

function problemWords({ record: { phase } }: InstanceView): Words {
  if (phase.kind === 'failed') {
    return { label: phase.message, icon: bad, tooltip: escapeMarkdown(phase.message) };
  }
  const warning = phase.kind === 'ready' ? (phase.warning ?? '') : '';
  return { label: warning, icon: doubtful, tooltip: escapeMarkdown(warning) };
}

function setupWords({ record: { phase, setup } }: InstanceView): Words {
  const way = setup.way === null ? '' : setupWayNames[setup.way];
  switch (phase.kind) {
    case 'ready':
      return { label: 'Setup', description: way, icon: good };
    case 'notSetUp':
      return { label: 'Setup', description: 'not done', icon: { id: 'tools' } };
    case 'settingUp':
      return { label: 'Setup', description: currentStep(phase) ?? '', icon: { id: 'loading~spin' } };
    case 'failed':
      return { label: 'Setup', description: 'failed', icon: bad };
    default:
      return { label: currentStep(phase) ?? 'Waiting', icon: { id: 'loading~spin' } };
  }
}

function gpuWords({ record: { setup, origin } }: InstanceView): Words {
  const report = setup.gpus;
  if (!report) return { label: 'GPUs', description: 'not checked yet', icon: { id: 'circuit-board' } };
  const name = origin.kind === 'oci' && report.expected > 0 ? ` ${origin.plan.gpus.name}` : '';
  if (report.found >= report.expected && report.cause === undefined) {
    const description =
      report.found === 0 ? 'none, as expected' : `${report.found} of ${report.expected}${name}`;
    return { label: 'GPUs', description, icon: report.found === 0 ? { id: 'circuit-board' } : good };
  }
  return {
    label: 'GPUs',
    description: [`${report.found} of ${report.expected}${name}`, report.because].filter(Boolean).join(' · '),
    icon: doubtful,
    ...(report.because === undefined ? {} : { tooltip: escapeMarkdown(report.because) }),
  };
}

function tunnelWords(
  view: InstanceView,
): Pick<Row, 'description' | 'tooltip'> & { readonly icon: StateIcon } {
  const { tunnel } = view;
  const met = lastTryWords(view);
  const tooltip = met ? { tooltip: escapeMarkdown(met.message) } : {};
  /** What goes on, and first what is in its way. */
  const under = (way: string): string => (met?.short === undefined ? way : `${met.short} · ${way}`);
  switch (tunnel.kind) {
    case 'down':
      return { description: 'down', icon: { id: 'debug-disconnect' } };
    case 'starting':
      return { description: under('starting'), icon: { id: 'loading~spin' }, ...tooltip };
    case 'up':
      return {
        description: `localhost:${tunnel.localPort}${tunnel.moved ? ' (8888 was in use)' : ''}`,
        icon: { id: 'plug', color: 'testing.iconPassed' },
      };
    case 'reconnecting':
      return {
        description: under(`reconnecting on localhost:${tunnel.localPort}`),
        icon: { id: 'sync~spin' },
        ...tooltip,
      };
    case 'notAnswering': {
      const { short, instead } = notAnsweringWords[tunnel.because];
      return {
        description: `localhost:${tunnel.localPort} · ${short}`,
        icon: doubtful,
        ...(instead === undefined ? {} : { tooltip: escapeMarkdown(`The tunnel is up, but ${instead}`) }),
      };
    }
    case 'failed':
      return { description: met?.short ?? tunnel.message, icon: bad, ...tooltip };
  }
}

function tunnelTag(node: ChildNode, view: InstanceView): string[] {
  if (node.kind !== 'tunnel') return [];
  const isShutOut = lastTryWords(view)?.mayAllow ?? false;
  return [view.tunnel.kind === 'up' ? 'isUp' : 'isDown', ...(isShutOut ? ['isShutOut'] : [])];
}

function keyOf(node: ChildNode): string {
  if (node.kind === 'kernel') return `${node.id}/kernel/${node.kernelId}`;
  if (node.kind === 'notebook') return `${node.id}/notebook/${node.file}`;
  return `${node.id}/${node.kind}`;
}
