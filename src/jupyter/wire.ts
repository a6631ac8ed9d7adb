import { deserialize, serialize } from '@jupyterlab/services/lib/kernel/serialize.js';
import type * as KernelMessage from '@jupyterlab/services/lib/kernel/messages.js';
import { randomUUID } from 'node:crypto';
import * as v from 'valibot';

/** The binary subprotocol of Jupyter Server 2. Without it, as with Jupyter Server 1 and Notebook 6, frames are JSON text. */
export const kernelSubprotocol = 'v1.kernel.websocket.jupyter.org';

/** The channels of a kernel, as Jupyter's messaging protocol names them. */
export type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

/** A message to the kernel. */
export interface Request {
  readonly id: string;
  readonly type: string;
  readonly channel: Channel;
  readonly content: Readonly<Record<string, unknown>>;
  /** The header that this answers (`input_reply` only). */
  readonly answers?: unknown;
}

/** A message from the kernel. Its content is read by whoever knows its type. */
export interface Incoming {
  readonly id: string;
  readonly type: string;
  readonly channel: string;
  /** The id of the request that caused it; empty for what the kernel or server says by itself. */
  readonly parentId: string;
  readonly header: unknown;
  readonly content: unknown;
}

/** A request with an id of its own, or with the given one. */
export function newRequest(
  channel: Channel,
  type: string,
  content: Record<string, unknown>,
  answers?: unknown,
): Request {
  return {
    id: randomUUID(),
    type,
    channel,
    content,
    ...(answers === undefined ? {} : { answers }),
  };
}

/** The request as a WebSocket frame, in the protocol that the server chose. */
export function encode(request: Request, sessionId: string, protocol: string): string | ArrayBuffer {
  const message = {
    header: {
      msg_id: request.id,
      msg_type: request.type,
      session: sessionId,
      username: '',
      date: new Date().toISOString(),
      version: '5.4',
    },
    parent_header: request.answers ?? {},
    metadata: {},
    content: request.content,
    channel: request.channel,
    buffers: [],
  };
  // The library's types list every message kind by hand; its serializer takes any.
  return serialize(message as unknown as KernelMessage.IMessage, protocol);
}

const headerSchema = v.looseObject({ msg_id: v.string(), msg_type: v.string() });
const messageSchema = v.looseObject({
  header: headerSchema,
  parent_header: v.nullish(v.looseObject({ msg_id: v.optional(v.string(), '') })),
  channel: v.string(),
  content: v.unknown(),
});

/**
 * Reads a frame.
 * @param data a text frame as it is, a binary frame as an ArrayBuffer.
 * @throws when the frame is not a kernel message.
 */
export function decode(data: string | ArrayBuffer, protocol: string): Incoming {
  // The library's type names the binary form alone; without a subprotocol it reads text.
  const raw: unknown = deserialize(data as ArrayBuffer, protocol);
  const message = v.parse(messageSchema, raw);
  return {
    id: message.header.msg_id,
    type: message.header.msg_type,
    channel: message.channel,
    parentId: message.parent_header?.msg_id ?? '',
    header: message.header,
    content: message.content,
  };
}
