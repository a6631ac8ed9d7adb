import type { InstanceView } from '../../journey/lab';
import type { CommandId } from '../commands/commands';
import { currentStep, isQuiet, stateWords } from '../words/phase-words';
import { duration } from '../words/duration';
import { lastTryWords } from '../words/last-try';
import { notAnsweringWords } from '../words/not-answering';

/** The status bar's one item. */
export interface StatusText {
  /** With codicons. */
  readonly text: string;
  /** What it says and what a click does, for tooltip and screen reader. */
  readonly words: string;
  readonly id: string;
  readonly click: CommandId;
  /** `words` say that allowing the present address may help. */
  readonly mayAllow?: boolean;
}

/** The item for the instance that matters most now; undefined when there is none to show. */
export function statusText(views: readonly InstanceView[], nowMs: number): StatusText | undefined {
  const view = mostRelevant(views);
  return view && describe(view, nowMs);
}

/**
 * Ready with a tunnel first, then ready, what is under way, what has failed, what is not set up yet, and in the end what
 * rests; the newest of equals.
 */
export function mostRelevant(views: readonly InstanceView[]): InstanceView | undefined {
  return views
    .filter(({ record }) => record.phase.kind !== 'terminated' && record.phase.kind !== 'planned')
    .toSorted((a, b) => rank(a) - rank(b) || b.record.createdAt - a.record.createdAt)[0];
}

function rank({ record: { phase }, tunnel }: InstanceView): number {
  if (phase.kind === 'ready') return tunnel.kind === 'down' ? 1 : 0;
  if (currentStep(phase) !== undefined) return 2;
  if (phase.kind === 'failed') return 3;
  return isQuiet(phase) ? 5 : 4;
}

function describe(view: InstanceView, nowMs: number): StatusText {
  const { record } = view;
  const common = { id: record.id };
  if (record.phase.kind === 'ready') {
    return { ...common, ...(view.ownedElsewhere ? followedText(view, nowMs) : tunnelText(view, nowMs)) };
  }
  const state = stateWords(record.phase);
  const icon =
    currentStep(record.phase) !== undefined
      ? 'loading~spin'
      : record.phase.kind === 'failed'
        ? 'error'
        : 'vm-outline';
  const inSetup = record.phase.kind === 'settingUp';
  return {
    ...common,
    text: `$(${icon}) ${record.name} ${state}`,
    words: `${currentStep(record.phase) ?? state}. Click to ${inSetup ? 'follow the setup log' : 'show the instances'}.`,
    click: inSetup ? 'ociGpu.showSetupLog' : 'ociGpu.showInstances',
  };
}

/** Another window holds the tunnel: what it says is the same, but here nothing can be toggled. */
function followedText(view: InstanceView, nowMs: number): Omit<StatusText, 'id'> {
  const { text, words } = tunnelText(view, nowMs);
  const said = words.slice(0, words.indexOf('Click to')).trim();
  return { text, words: `${said} Another window holds it.`, click: 'ociGpu.showInstances' };
}

function tunnelText(view: InstanceView, nowMs: number): Omit<StatusText, 'id'> {
  const { record, tunnel } = view;
  const click = 'ociGpu.toggleTunnel';
  const met = lastTryWords(view);
  const name = met?.short === undefined ? record.name : `${record.name} · ${met.short}`;
  const why = met ? `${met.message} ` : '';
  const wayOut = met?.mayAllow ? { mayAllow: true } : {};
  switch (tunnel.kind) {
    case 'up':
      return {
        click,
        text: `$(plug) ${record.name} :${tunnel.localPort}`,
        words: `Tunnel up: localhost:${tunnel.localPort}${tunnel.moved ? ', because 8888 was in use' : ''}. Click to take it down.`,
      };
    case 'down':
      return {
        click,
        text: `$(debug-disconnect) ${record.name}`,
        words: 'Tunnel down. Click to bring it up.',
      };
    case 'starting':
      return {
        click,
        text: `$(loading~spin) ${name}`,
        words: `Tunnel is coming up. ${why}Click to stop.`,
        ...wayOut,
      };
    case 'reconnecting':
      return {
        click,
        text: `$(sync~spin) ${met?.short === undefined ? `${name} :${tunnel.localPort}` : name}`,
        words: `Tunnel lost ${duration(nowMs - tunnel.sinceMs)} ago, reconnecting. ${why}Click to take it down.`,
        ...wayOut,
      };
    case 'notAnswering': {
      const silent = `JupyterLab has not answered for ${duration(nowMs - tunnel.sinceMs)}.`;
      return {
        click,
        text: `$(warning) ${record.name} :${tunnel.localPort}`,
        words: `The tunnel is up, but ${notAnsweringWords[tunnel.because].instead ?? silent} Click to take it down.`,
      };
    }
    case 'failed':
      return {
        click,
        text: `$(warning) ${name}`,
        words: `${why}Click to try again.`,
        ...wayOut,
      };
  }
}
