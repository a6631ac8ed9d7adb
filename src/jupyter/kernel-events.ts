import * as v from 'valibot';
import type { MimeBundle } from './output-types';
import type { Incoming } from './wire';

/** What a kernel says about a cell that runs, read from Jupyter's messages (protocol 5.4). */
export type KernelEvent =
  | { readonly kind: 'busy' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'started'; readonly executionCount: number }
  | OutputEvent;

/** The events that change what a cell shows. */
export type OutputEvent =
  | { readonly kind: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly kind: 'display';
      readonly data: MimeBundle;
      readonly metadata: Readonly<Record<string, unknown>>;
      readonly displayId?: string | undefined;
    }
  | {
      readonly kind: 'result';
      readonly data: MimeBundle;
      readonly metadata: Readonly<Record<string, unknown>>;
      readonly executionCount: number;
      readonly displayId?: string | undefined;
    }
  | {
      readonly kind: 'update';
      readonly data: MimeBundle;
      readonly metadata: Readonly<Record<string, unknown>>;
      readonly displayId: string;
    }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly traceback: readonly string[];
    }
  | { readonly kind: 'clear'; readonly wait: boolean };

const bag = v.record(v.string(), v.unknown());
const transient = v.nullish(v.looseObject({ display_id: v.nullish(v.string()) }));
const shown = v.looseObject({ data: bag, metadata: v.optional(bag, {}), transient });

const schemas = {
  status: v.looseObject({ execution_state: v.string() }),
  execute_input: v.looseObject({ execution_count: v.number() }),
  stream: v.looseObject({ name: v.picklist(['stdout', 'stderr']), text: v.string() }),
  display_data: shown,
  update_display_data: shown,
  execute_result: v.looseObject({ ...shown.entries, execution_count: v.number() }),
  error: v.looseObject({ ename: v.string(), evalue: v.string(), traceback: v.array(v.string()) }),
  clear_output: v.looseObject({ wait: v.optional(v.boolean(), false) }),
};

/**
 * Reads an IOPub message; `undefined` for kinds that a notebook does not show (comms, debug events).
 * @throws ValiError when a known kind has another form than the protocol says.
 */
export function readKernelEvent({ type, content }: Incoming): KernelEvent | undefined {
  switch (type) {
    case 'status': {
      const { execution_state: state } = v.parse(schemas.status, content);
      return state === 'busy' || state === 'idle' ? { kind: state } : undefined;
    }
    case 'execute_input':
      return { kind: 'started', executionCount: v.parse(schemas.execute_input, content).execution_count };
    case 'stream': {
      const { name, text } = v.parse(schemas.stream, content);
      return { kind: 'stream', name, text };
    }
    case 'display_data': {
      const { data, metadata, transient: extra } = v.parse(schemas.display_data, content);
      return { kind: 'display', data, metadata, displayId: extra?.display_id ?? undefined };
    }
    case 'execute_result': {
      const read = v.parse(schemas.execute_result, content);
      return {
        kind: 'result',
        data: read.data,
        metadata: read.metadata,
        executionCount: read.execution_count,
        displayId: read.transient?.display_id ?? undefined,
      };
    }
    case 'update_display_data': {
      const { data, metadata, transient: extra } = v.parse(schemas.update_display_data, content);
      return extra?.display_id ? { kind: 'update', data, metadata, displayId: extra.display_id } : undefined;
    }
    case 'error': {
      const { ename, evalue, traceback } = v.parse(schemas.error, content);
      return { kind: 'error', name: ename, message: evalue, traceback };
    }
    case 'clear_output':
      return { kind: 'clear', wait: v.parse(schemas.clear_output, content).wait };
    default:
      return undefined;
  }
}
