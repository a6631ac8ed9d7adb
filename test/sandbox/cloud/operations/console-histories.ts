import { ifMatch, inCompartment, record, shown } from '../answers';
import { captureConsole } from '../bodies/compute';
import { newOcid } from '../ids';
import { incorrectState, invalidParameter } from '../oci-error';
import { listing, reading, writing, type Answer, type Call, type Operation } from '../operation';
import type { ConsoleCapture } from '../region';
import type { World } from '../world';

const path = '/20160918/instanceConsoleHistories';
const one = `${path}/{instanceConsoleHistoryId}`;
const captureId = ({ params }: Call): string => params['instanceConsoleHistoryId'] ?? '';

/** A capture keeps at most the last megabyte; a read asks for at least 10,240 bytes. */
const CAPTURE_BYTES = 1_048_576;
const LEAST_LENGTH = 10_240;

/** Captures of the serial console. */
export function consoleHistoryOperations(world: World): Operation[] {
  return [
    listing('core', 'ListConsoleHistories', `GET ${path}`, {
      required: ['compartmentId'],
      filters: ['availabilityDomain', 'instanceId', 'lifecycleState'],
      items: (call) => inCompartment(world, call, call.region.consoles),
      show: captureBody,
    }),
    reading('core', 'GetConsoleHistory', `GET ${one}`, {
      handle: (call) => shown(call.region.consoles, captureId(call), captureBody),
    }),
    writing('core', 'CaptureConsoleHistory', `POST ${path}`, {
      body: captureConsole,
      handle: ({ region }, body) => {
        const instance = region.instances.referred(body.instanceId);
        const machine = region.machines.get(instance.id);
        if (!machine) throw incorrectState(`Instance ${instance.id} is ${instance.lifecycleState}`);
        const { id } = region.consoles.insert({
          freeformTags: {},
          definedTags: {},
          ...body,
          id: newOcid('consolehistory', region.place),
          availabilityDomain: instance.availabilityDomain,
          compartmentId: instance.compartmentId,
          lifecycleState: 'REQUESTED',
          timeCreated: world.time.iso(),
          text: '',
        });
        world.time.after(world.delays.consoleCapture, async () => {
          const text = (await (await machine).console()).slice(-CAPTURE_BYTES);
          if (region.consoles.find(id)) region.consoles.change(id, { text, lifecycleState: 'SUCCEEDED' });
        });
        return record(region.consoles, id, captureBody);
      },
    }),
    reading('core', 'GetConsoleHistoryContent', `GET ${one}/data`, {
      optional: ['offset', 'length'],
      handle: (call) => content(call.region.consoles.visible(captureId(call)), call.query),
    }),
    reading('core', 'DeleteConsoleHistory', `DELETE ${one}`, {
      handle: (call) => {
        const { consoles } = call.region;
        const { id } = consoles.visible(captureId(call));
        consoles.requireMatch(id, ifMatch(call));
        consoles.remove(id);
        return { status: 204 };
      },
    }),
  ];
}

function content({ text, lifecycleState }: ConsoleCapture, query: URLSearchParams): Answer {
  if (lifecycleState !== 'SUCCEEDED') throw incorrectState(`The capture is ${lifecycleState}`);
  const offset = Number(query.get('offset') ?? 0);
  const length = Number(query.get('length') ?? LEAST_LENGTH);
  if (!(offset >= 0) || !(length >= LEAST_LENGTH)) {
    throw invalidParameter(`offset must not be negative, and length at least ${LEAST_LENGTH}`);
  }
  const bytes = Buffer.from(text);
  const part = bytes.subarray(offset, offset + length);
  const remaining = Math.max(0, bytes.length - offset - part.length);
  return { text: part.toString(), headers: { 'opc-bytes-remaining': String(remaining) } };
}

function captureBody({ text: _text, ...capture }: ConsoleCapture): object {
  return capture;
}
