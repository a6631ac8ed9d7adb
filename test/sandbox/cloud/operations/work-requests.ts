import { inCompartment, shown } from '../answers';
import { listing, reading, type Operation } from '../operation';
import type { WorkRequest } from '../region';
import type { World } from '../world';

/** Work requests with their errors and logs. */
export function workRequestOperations(world: World): Operation[] {
  const path = '/20160918/workRequests';
  return [
    listing('workrequests', 'ListWorkRequests', `GET ${path}`, {
      required: ['compartmentId'],
      optional: ['resourceId'],
      items: (call) => {
        const resourceId = call.query.get('resourceId');
        return inCompartment(world, call, call.region.workRequests).filter(
          ({ resources }) => resourceId === null || resources.some((one) => one.identifier === resourceId),
        );
      },
      show: workRequestBody,
    }),
    reading('workrequests', 'GetWorkRequest', `GET ${path}/{workRequestId}`, {
      handle: ({ region, params }) => shown(region.workRequests, params['workRequestId'], workRequestBody),
    }),
    listing('workrequests', 'ListWorkRequestErrors', `GET ${path}/{workRequestId}/errors`, {
      items: ({ region, params }) => region.workRequests.visible(params['workRequestId'] ?? '').errors,
    }),
    listing('workrequests', 'ListWorkRequestLogs', `GET ${path}/{workRequestId}/logs`, {
      items: ({ region, params }) => region.workRequests.visible(params['workRequestId'] ?? '').logs,
    }),
  ];
}

function workRequestBody({ errors: _errors, logs: _logs, ...request }: WorkRequest): object {
  return request;
}
