import type { OutputEvent } from './kernel-events';
import type { NotebookOutput } from './output-types';
import type { TerminalText, TextLimits } from './terminal-text';
import { createTerminalText } from './terminal-text';

/** What a cell may show at most. */
export interface OutputLimits extends TextLimits {
  /** Outputs in one cell; further ones are counted, not shown. */
  readonly outputs: number;
}

/** 1 MB at the beginning and 1 MB at the end of each stream: more than anybody reads, and the editor stays quick. */
export const defaultOutputLimits: OutputLimits = {
  headChars: 1_000_000,
  tailChars: 1_000_000,
  outputs: 1000,
};

/** A change to show; `key` names an output for as long as the cell keeps it. */
export type OutputChange =
  | { readonly kind: 'cleared' }
  | { readonly kind: 'added'; readonly key: number; readonly output: NotebookOutput }
  | { readonly kind: 'replaced'; readonly key: number; readonly output: NotebookOutput }
  /** Text was added to the end of a stream. */
  | {
      readonly kind: 'appended';
      readonly key: number;
      readonly name: 'stdout' | 'stderr';
      readonly text: string;
    };

/** A cell's outputs, built from what the kernel says. */
export interface CellOutputs {
  apply(event: OutputEvent): void;
  /** Changes every display with this id; false when the cell has none. */
  update(event: OutputEvent & { readonly kind: 'update' }): boolean;
  /** What changed since the last call, in the order to apply it: many messages, few changes. */
  takeChanges(): OutputChange[];
  /** All outputs, as the notebook format writes them. */
  toNotebook(): NotebookOutput[];
}

type Entry =
  | {
      readonly kind: 'stream';
      readonly key: number;
      readonly name: 'stdout' | 'stderr';
      readonly text: TerminalText;
    }
  | {
      readonly kind: 'fixed';
      readonly key: number;
      output: NotebookOutput;
      readonly displayId: string | undefined;
    };

/** An empty cell. */
export function createCellOutputs(limits: OutputLimits = defaultOutputLimits): CellOutputs {
  let entries: Entry[] = [];
  let nextKey = 0;
  let clearAtNext = false;
  let refused = 0;
  let cleared = false;
  /** Keys that the editor has been told of. */
  let told = new Set<number>();
  let dirty = new Set<number>();

  const clear = () => {
    clearAtNext = false;
    if (entries.length === 0) return;
    entries = [];
    refused = 0;
    cleared ||= told.size > 0;
    told = new Set();
    dirty = new Set();
  };

  const add = (entry: (key: number) => Entry) => {
    const key = nextKey++;
    entries.push(entry(key));
    dirty.add(key);
  };

  const stream = (name: 'stdout' | 'stderr', text: string) => {
    const last = entries.at(-1);
    if (last?.kind === 'stream' && last.name === name) {
      last.text.write(text);
      dirty.add(last.key);
      return;
    }
    if (isFull()) return;
    const terminal = createTerminalText(limits);
    terminal.write(text);
    add((key) => ({ kind: 'stream', key, name, text: terminal }));
  };

  const fixed = (output: NotebookOutput, displayId?: string) => {
    if (!isFull()) add((key) => ({ kind: 'fixed', key, output, displayId }));
  };

  /** The last place is kept for the line that says how many outputs there were besides. */
  const isFull = (): boolean => {
    if (entries.length < limits.outputs) return false;
    refused += 1;
    const note: NotebookOutput = {
      output_type: 'stream',
      name: 'stderr',
      text: `[… ${refused} more outputs of this cell are not shown. …]\n`,
    };
    const last = entries.at(-1);
    if (last?.kind === 'fixed' && last.displayId === refusedMark) {
      last.output = note;
      dirty.add(last.key);
    } else {
      add((key) => ({ kind: 'fixed', key, output: note, displayId: refusedMark }));
    }
    return true;
  };

  const update: CellOutputs['update'] = ({ displayId, data, metadata }) => {
    let found = false;
    for (const entry of entries) {
      if (entry.kind !== 'fixed' || entry.displayId !== displayId) continue;
      if (entry.output.output_type !== 'display_data' && entry.output.output_type !== 'execute_result')
        continue;
      entry.output = { ...entry.output, data, metadata };
      dirty.add(entry.key);
      found = true;
    }
    return found;
  };

  return {
    update,
    apply(event) {
      if (event.kind === 'clear') {
        if (event.wait) clearAtNext = true;
        else clear();
        return;
      }
      if (event.kind === 'update') {
        update(event);
        return;
      }
      if (clearAtNext) clear();
      if (event.kind === 'stream') stream(event.name, event.text);
      else if (event.kind === 'error') fixed(toOutput(event));
      else {
        // A second display under one id changes the first too, as in nbclient.
        if (event.displayId !== undefined) update({ ...event, kind: 'update', displayId: event.displayId });
        fixed(toOutput(event), event.displayId);
      }
    },
    takeChanges() {
      const changes: OutputChange[] = cleared ? [{ kind: 'cleared' }] : [];
      cleared = false;
      for (const entry of entries) {
        if (dirty.has(entry.key)) changes.push(...changeOf(entry, told.has(entry.key)));
      }
      for (const key of dirty) told.add(key);
      dirty = new Set();
      return changes;
    },
    toNotebook: () => entries.map(asNotebook),
  };
}

/** Cannot collide with a display id: those are never empty. */
const refusedMark = '';

function changeOf(entry: Entry, known: boolean): OutputChange[] {
  if (entry.kind === 'fixed' || !known) {
    if (entry.kind === 'stream') entry.text.take();
    return [{ kind: known ? 'replaced' : 'added', key: entry.key, output: asNotebook(entry) }];
  }
  const { kind, text } = entry.text.take();
  if (kind === 'replace') return [{ kind: 'replaced', key: entry.key, output: asNotebook(entry) }];
  return text === '' ? [] : [{ kind: 'appended', key: entry.key, name: entry.name, text }];
}

function asNotebook(entry: Entry): NotebookOutput {
  if (entry.kind === 'fixed') return entry.output;
  return { output_type: 'stream', name: entry.name, text: entry.text.render() };
}

function toOutput(event: OutputEvent & { kind: 'display' | 'result' | 'error' }): NotebookOutput {
  switch (event.kind) {
    case 'display':
      return { output_type: 'display_data', data: event.data, metadata: event.metadata };
    case 'result':
      return {
        output_type: 'execute_result',
        data: event.data,
        metadata: event.metadata,
        execution_count: event.executionCount,
      };
    case 'error':
      return {
        output_type: 'error',
        ename: event.name,
        evalue: event.message,
        traceback: event.traceback,
      };
  }
}
