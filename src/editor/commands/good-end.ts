import type { InstanceRecord } from '../../instances/record';
import type { NextAction } from './next-actions';

/** What is told when long work has ended well, and what is next. */
export interface GoodEnd {
  readonly message: string;
  readonly isWarning: boolean;
  readonly actions: readonly NextAction[];
}

const openSample: NextAction = { title: 'Open Sample Notebook', command: 'ociGpu.openSampleNotebook' };

/** Ready, with the whole warning where there is one, or reached; undefined where nobody waits for the news. */
export function goodEnd({ name, phase }: Pick<InstanceRecord, 'name' | 'phase'>): GoodEnd | undefined {
  if (phase.kind === 'notSetUp') {
    return {
      message: `${name} can be reached. Nothing is set up on it yet.`,
      isWarning: false,
      actions: [{ title: 'Set Up', command: 'ociGpu.setUpInstance' }],
    };
  }
  if (phase.kind !== 'ready') return undefined;
  if (phase.warning === undefined) {
    return { message: `${name} is ready.`, isWarning: false, actions: [openSample] };
  }
  return {
    message: `${name} is ready, with a warning. ${phase.warning}`,
    isWarning: true,
    actions: [
      openSample,
      { title: 'Set Up Again', command: 'ociGpu.setUpInstance' },
      { title: 'Show Setup Log', command: 'ociGpu.showSetupLog' },
    ],
  };
}
