import type { InstanceView, Lab } from '../journey/lab';
import { nextActions } from './commands/next-actions';
import type { NotReady } from './notebook';
import { notAnsweringWords } from './words/not-answering';
import { stateWords } from './words/phase-words';

type Instances = Pick<Lab, 'get' | 'onDidChange'>;

const startLimitMs = 60_000;

/** Why no cell can run on an instance; undefined when one can. Waits while its tunnel comes up. */
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

const gone: NotReady = { kind: 'notReady', reason: 'This instance is no longer in the list.', actions: [] };

/** A tunnel that is coming up is worth waiting for: it takes seconds. */
async function whenStarted(lab: Instances, id: string, signal: AbortSignal): Promise<void> {
  const isStarting = () => {
    const view = lab.get(id);
    return view?.record.phase.kind === 'ready' && view.tunnel.kind === 'starting';
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

function noTunnel({ record: { id, name }, tunnel }: InstanceView): NotReady | undefined {
  const bringUp = (title: string) => ({
    title,
    command: 'ociGpu.toggleTunnel',
    arguments: [{ id, wanted: true }],
  });
  switch (tunnel.kind) {
    case 'up':
    case 'reconnecting':
      return undefined;
    case 'down':
      return {
        kind: 'notReady',
        reason: `The tunnel to ${name} is down.`,
        actions: [bringUp('Bring It Up')],
      };
    case 'starting':
      return {
        kind: 'notReady',
        reason: `The tunnel to ${name} is still coming up. Run the cell again in a moment.`,
        actions: [],
      };
    case 'failed':
      return { kind: 'notReady', reason: `${name}: ${tunnel.message}`, actions: [bringUp('Try Again')] };
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
