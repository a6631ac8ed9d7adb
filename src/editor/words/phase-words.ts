import type { Phase, PhaseKind } from '../../instances/phase';

/** A codicon and, where the state has one, a theme colour. */
export interface StateIcon {
  readonly id: string;
  readonly color?: string;
}

interface PhaseLook {
  readonly words: string;
  readonly icon: StateIcon;
}

const spinner: StateIcon = { id: 'loading~spin' };
const idle: StateIcon = { id: 'vm-outline', color: 'disabledForeground' };

const looks: { readonly [kind in PhaseKind]: PhaseLook } = {
  planned: { words: 'planned', icon: idle },
  launching: { words: 'launching', icon: spinner },
  booting: { words: 'booting', icon: spinner },
  connecting: { words: 'connecting', icon: spinner },
  notSetUp: { words: 'not set up', icon: { id: 'vm' } },
  settingUp: { words: 'setting up', icon: spinner },
  ready: { words: 'ready', icon: { id: 'vm-running', color: 'testing.iconPassed' } },
  stopping: { words: 'stopping', icon: spinner },
  stopped: { words: 'stopped', icon: idle },
  starting: { words: 'starting', icon: spinner },
  terminating: { words: 'terminating', icon: spinner },
  terminated: { words: 'terminated', icon: idle },
  failed: { words: 'failed', icon: { id: 'error', color: 'list.errorForeground' } },
};

const failedWords: { readonly [at in Extract<Phase, { kind: 'failed' }>['at']]: string } = {
  launching: 'launch failed',
  booting: 'did not come up',
  connecting: 'cannot connect',
  settingUp: 'setup failed',
  stopping: 'could not stop',
  starting: 'could not start',
  terminating: 'cannot terminate',
};

/** The state in one or two words: `ready`, `setting up 3/9`, `launch failed`. */
export function stateWords(phase: Phase): string {
  if (phase.kind === 'failed') return failedWords[phase.at];
  if (phase.kind === 'settingUp' && phase.total > 0) return `setting up ${phase.index}/${phase.total}`;
  if (phase.kind === 'ready' && phase.warning !== undefined) return 'ready (warning)';
  return looks[phase.kind].words;
}

/** What is being done right now, as a sentence without a full stop; undefined when nothing is. */
export function currentStep(phase: Phase): string | undefined {
  switch (phase.kind) {
    case 'launching':
    case 'booting':
    case 'connecting':
      return phase.step;
    case 'settingUp':
      // Before the first step it is not known how many there are.
      if (phase.total === 0) return phase.step;
      return phase.progress === undefined
        ? `${phase.step} (${phase.index} of ${phase.total})`
        : `${phase.step}: ${phase.progress} (${phase.index} of ${phase.total})`;
    case 'stopping':
      return 'Stopping the instance';
    case 'starting':
      return 'Starting the instance';
    case 'terminating':
      return 'Terminating the instance';
    case 'planned':
    case 'notSetUp':
    case 'ready':
    case 'stopped':
    case 'terminated':
    case 'failed':
      return undefined;
  }
}

/** The icon that tells the state. */
export function stateIcon(phase: Phase): StateIcon {
  if (phase.kind === 'ready' && phase.warning !== undefined) {
    return { id: 'warning', color: 'list.warningForeground' };
  }
  return looks[phase.kind].icon;
}

/** Nothing goes on and nothing is asked of the person. */
export function isQuiet(phase: Phase): boolean {
  return phase.kind === 'stopped' || phase.kind === 'terminated' || phase.kind === 'planned';
}
