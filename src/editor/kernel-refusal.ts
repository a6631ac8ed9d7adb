import type { InstanceView, Lab } from '../journey/lab';
import { nextActions } from './commands/next-actions';
import type { NextAction, NotReady } from './notebook';
import { lastTryWords } from './words/last-try';
import { notAnsweringWords } from './words/not-answering';
import { stateWords } from './words/phase-words';

type Instances = Pick<Lab, 'get' | 'onDidChange'>;

const startLimitMs = 60_000;

/**
 * Why no cell can run on an instance; undefined when one can. Waits while its tunnel comes up. A short drop is no
 * reason: the cell runs when the link is back. One whose port gives no answer is not back soon.
 */
export async function refusalOf(
  lab: Instances,
  id: string,
  signal: AbortSignal,
): Promise<NotReady | undefined> {
  await whenStarted(lab, id, signal);
  signal.throwIfAborted();
  const view = lab.get(id);
  return view ? notReady(view) : gone;
}

/** What to tell while an instance gives no answer, which each try takes long to find; undefined when it does. */
export function silenceOf(view: InstanceView): NotReady | undefined {
  const { id, name, origin } = view.record;
  const met = lastTryWords(view);
  if (met?.short === undefined) return undefined;
  const isBilled = origin.kind === 'oci' ? ' The machine is billed meanwhile.' : '';
  const allow = { title: 'Allow My Present Address', command: 'ociGpu.allowMyAddress', arguments: [id] };
  return {
    kind: 'notReady',
    reason: `${name} cannot be reached: ${met.message}${isBilled}`,
    actions: [
      ...(met.mayAllow ? [allow] : []),
      ...(view.tunnel.kind === 'failed' ? [bringUp(view, 'Try Again')] : []),
    ],
  };
}

const gone: NotReady = { kind: 'notReady', reason: 'This instance is no longer in the list.', actions: [] };

/** A tunnel that is coming up is worth waiting for: it takes seconds. */
async function whenStarted(lab: Instances, id: string, signal: AbortSignal): Promise<void> {
  const isStarting = () => {
    const view = lab.get(id);
    return view?.record.phase.kind === 'ready' && view.tunnel.kind === 'starting' && !silenceOf(view);
  };
  if (!isStarting()) return;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(startLimitMs)]);
  await new Promise<void>((resolve) => {
    const end = () => {
      listening.dispose();
      limit.removeEventListener('abort', end);
      resolve();
    };
    const listening = lab.onDidChange(() => {
      if (!isStarting()) end();
    });
    limit.addEventListener('abort', end, { once: true });
    if (limit.aborted) end();
  });
}

function notReady(view: InstanceView): NotReady | undefined {
  const { phase, id, name } = view.record;
  if (phase.kind === 'ready') return noTunnel(view);
  const actions =
    phase.kind === 'failed'
      ? nextActions(phase).map(({ title, command }) => ({ title, command, arguments: [id] }))
      : (startActions[phase.kind] ?? []).map((action) => ({ ...action, arguments: [id] }));
  return { kind: 'notReady', reason: `${name} is not ready: ${stateWords(phase)}.`, actions };
}

function bringUp({ record: { id } }: InstanceView, title: string): NextAction {
  return { title, command: 'ociGpu.toggleTunnel', arguments: [{ id, wanted: true }] };
}

function noTunnel(view: InstanceView): NotReady | undefined {
  const {
    record: { id, name },
    tunnel,
  } = view;
  const silence = silenceOf(view);
  if (silence) return silence;
  switch (tunnel.kind) {
    case 'up':
    case 'reconnecting':
      return undefined;
    case 'down':
      return {
        kind: 'notReady',
        reason: `The tunnel to ${name} is down.`,
        actions: [bringUp(view, 'Bring It Up')],
      };
    case 'starting':
      return {
        kind: 'notReady',
        reason: `The tunnel to ${name} is still coming up. Run the cell again in a moment.`,
        actions: [],
      };
    case 'failed':
      return {
        kind: 'notReady',
        reason: `${name}: ${tunnel.message}`,
        actions: [bringUp(view, 'Try Again')],
      };
    case 'notAnswering': {
      const { short, instead = `${short}.` } = notAnsweringWords[tunnel.because];
      return {
        kind: 'notReady',
        reason: `The tunnel to ${name} is up, but ${instead} The machine is billed meanwhile.`,
        actions: [
          { title: 'Open Shell', command: 'ociGpu.openShell', arguments: [id] },
          { title: 'Set Up Again', command: 'ociGpu.setUpInstance', arguments: [id] },
        ],
      };
    }
  }
}

const startActions: Partial<
  Record<InstanceView['record']['phase']['kind'], readonly { title: string; command: string }[]>
> = {
  stopped: [{ title: 'Start', command: 'ociGpu.startInstance' }],
  notSetUp: [{ title: 'Set Up', command: 'ociGpu.setUpInstance' }],
  settingUp: [{ title: 'Show Setup Log', command: 'ociGpu.showSetupLog' }],
};
