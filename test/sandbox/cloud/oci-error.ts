/**
 * A refusal as OCI words it: status, code and message of the error body.
 * Codes: https://docs.oracle.com/iaas/Content/API/References/apierrors.htm
 */
export class OciRefusal extends Error {
  override readonly name = 'OciRefusal';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const invalidParameter = (message: string) => new OciRefusal(400, 'InvalidParameter', message);
export const missingParameter = (name: string) =>
  new OciRefusal(400, 'MissingParameter', `${name} must not be empty or null`);
export const cannotParse = (message: string) => new OciRefusal(400, 'CannotParseRequest', message);
export const limitExceeded = (limit: string) =>
  new OciRefusal(
    400,
    'LimitExceeded',
    `The following service limits were exceeded: ${limit}. Request a service limit increase from the service limits page in the console.`,
  );
export const notAuthenticated = () =>
  new OciRefusal(
    401,
    'NotAuthenticated',
    'The required information to complete authentication was not provided or was incorrect.',
  );
export const notFound = (what: string, id: string) =>
  new OciRefusal(
    404,
    'NotAuthorizedOrNotFound',
    `Authorization failed or requested resource not found: ${what} ${id}`,
  );
export const incorrectState = (message: string) => new OciRefusal(409, 'IncorrectState', message);
export const stillReferenced = (kind: string, id: string, by: string, byId: string) =>
  new OciRefusal(
    409,
    'Conflict',
    `The ${kind} ${id} references the ${by} ${byId}. You must remove the reference to proceed with this operation.`,
  );
export const invalidatedRetryToken = () =>
  new OciRefusal(
    409,
    'InvalidatedRetryToken',
    'The provided retry token was used in an earlier request that resulted in a system update, but a subsequent operation invalidated the token.',
  );
export const noEtagMatch = () =>
  new OciRefusal(412, 'NoEtagMatch', 'If-Match does not match the current etag.');
/** A missing host comes as a 500, not as a code of its own. */
export const outOfHostCapacity = () => new OciRefusal(500, 'InternalError', 'Out of host capacity.');
