import { signInCommand } from './profile-problem';

/** What went wrong, in the terms that decide what happens next. */
export type CloudErrorKind =
  /** 401: the key or session is not accepted. */
  | 'notAuthenticated'
  /** 404, and 403: OCI does not tell "not there" from "not allowed". */
  | 'notFound'
  | 'outOfCapacity'
  /** The tenancy's service limit; only a request to Oracle changes it. */
  | 'limitExceeded'
  /** A quota that the tenancy's administrator set. */
  | 'quotaExceeded'
  | 'conflict'
  | 'tooManyRequests'
  /** The request itself was refused (400, 412). */
  | 'invalid'
  /** No answer: no network, no such host, refused, a certificate that is not trusted. */
  | 'unreachable'
  | 'timedOut'
  /** The tenancy has no active subscription to the service. */
  | 'signUpRequired'
  /** Anything else that the service did wrong. */
  | 'service';

/** What is known about a failure, for the log and for support. */
export interface CloudErrorDetails {
  readonly kind: CloudErrorKind;
  /** The SDK's name of the operation, such as `launchInstance`. */
  readonly operation: string;
  readonly status?: number | undefined;
  /** OCI's own error code, such as `LimitExceeded`. */
  readonly code?: string | undefined;
  readonly opcRequestId?: string | undefined;
  /** What the service itself said. */
  readonly serviceMessage?: string | undefined;
  /** What the person can do, in a sentence. */
  readonly nextAction?: string | undefined;
  /** The profile whose session has ended: signing in anew mends it. */
  readonly endedSession?: string | undefined;
  /** An earlier try of the same request got no clear answer, and may have done its work. */
  readonly afterUnanswered?: boolean | undefined;
  readonly cause?: unknown;
}

/** The one error that leaves this room. `message` is a sentence for the person and holds no secret. */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly kind: CloudErrorKind;
  readonly operation: string;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly opcRequestId: string | undefined;
  readonly serviceMessage: string | undefined;
  readonly nextAction: string | undefined;
  readonly endedSession: string | undefined;
  readonly afterUnanswered: boolean;

  constructor(message: string, details: CloudErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = details.kind;
    this.operation = details.operation;
    this.status = details.status;
    this.code = details.code;
    this.opcRequestId = details.opcRequestId;
    this.serviceMessage = details.serviceMessage;
    this.nextAction = details.nextAction;
    this.endedSession = details.endedSession;
    this.afterUnanswered = details.afterUnanswered ?? false;
  }

  /** What the person reads: what happened, and what can be done. */
  get advice(): string {
    return this.nextAction === undefined ? this.message : `${this.message} ${this.nextAction}`;
  }

  /** One line for the log: everything that support asks for. */
  get logLine(): string {
    const parts = [this.operation, this.kind, this.status, this.code, this.serviceMessage, this.opcRequestId];
    return parts.filter((part) => part !== undefined).join(' | ');
  }
}

/** True when `error` is a {@link CloudError} of one of these kinds. */
export function isCloudError(error: unknown, ...kinds: readonly CloudErrorKind[]): error is CloudError {
  return error instanceof CloudError && (kinds.length === 0 || kinds.includes(error.kind));
}

/** A refusal: the service says that it has done nothing. After any other error it may have done what was asked. */
export function saysNothingWasDone(error: unknown): error is CloudError {
  return (
    error instanceof CloudError &&
    !error.afterUnanswered &&
    !isCloudError(error, 'service', 'unreachable', 'timedOut')
  );
}

/** An answer that is not a success, as read from the wire. */
export interface FailedAnswer {
  readonly operation: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly opcRequestId: string | undefined;
  /** The profile that signed, for the advice after a 401. */
  readonly profile: { readonly name: string; readonly kind: 'apiKey' | 'sessionToken' };
  /** Service's clock minus ours in milliseconds, when the answer was dated. */
  readonly clockSkewMs?: number | undefined;
  readonly afterUnanswered?: boolean | undefined;
}

const increaseLimit = 'https://cloud.oracle.com/limits';
const maxClockSkewMs = 5 * 60_000;

/**
 * "Out of host capacity." comes as a 500 InternalError; only the message tells it from a fault of the service
 * (docs.oracle.com … API/References/apierrors.htm). It can also be a failed work request's error.
 */
export function saysOutOfCapacity(text: string): boolean {
  return /out of (host )?capacity|OutOfHostCapacity/i.test(text);
}

/** Sorts an answer that is not a success by status, code and message. */
export function classifyAnswer({
  status,
  code,
  message,
}: Pick<FailedAnswer, 'status' | 'code' | 'message'>): CloudErrorKind {
  if (saysOutOfCapacity(`${code ?? ''} ${message}`)) return 'outOfCapacity';
  if (code === 'LimitExceeded' || code === 'QuotaExceeded')
    return code === 'LimitExceeded' ? 'limitExceeded' : 'quotaExceeded';
  if (code === 'SignUpRequired') return 'signUpRequired';
  if (code === 'RelatedResourceNotAuthorizedOrNotFound') return 'notFound';
  switch (status) {
    case 401:
      return 'notAuthenticated';
    case 402:
      return 'signUpRequired';
    case 403:
    case 404:
      return 'notFound';
    case 409:
      return 'conflict';
    case 429:
      return 'tooManyRequests';
    default:
      return status >= 400 && status < 500 ? 'invalid' : 'service';
  }
}

/** The error for an answer that is not a success. */
export function errorFromAnswer(answer: FailedAnswer): CloudError {
  const kind = classifyAnswer(answer);
  const { message, nextAction, endedSession } = words(kind, answer);
  return new CloudError(message, {
    kind,
    operation: answer.operation,
    status: answer.status,
    code: answer.code,
    opcRequestId: answer.opcRequestId,
    serviceMessage: answer.message,
    nextAction,
    endedSession,
    afterUnanswered: answer.afterUnanswered,
  });
}

/** What the person reads: a sentence, and what to do where there is something to do. */
interface Words {
  readonly message: string;
  readonly nextAction?: string;
  readonly endedSession?: string;
}

function words(kind: CloudErrorKind, answer: FailedAnswer): Words {
  const said = answer.message.trim().replace(/\.?$/, '.');
  switch (kind) {
    case 'notAuthenticated':
      return notAuthenticatedWords(answer);
    case 'notFound':
      return {
        message: `OCI found nothing there, or your user may not use it: ${said}`,
        nextAction: 'Check the compartment, and ask your administrator for a policy that allows it.',
      };
    case 'outOfCapacity':
      return {
        message: 'Oracle has no free machine of this shape in this availability domain right now.',
        nextAction: 'Try another availability domain, region or shape, or try again later.',
      };
    case 'limitExceeded':
      return {
        message: `Your tenancy's service limit does not allow this: ${said}`,
        nextAction: `Ask Oracle for a higher limit: ${increaseLimit}`,
      };
    case 'quotaExceeded':
      return {
        message: `A quota of your tenancy does not allow this: ${said}`,
        nextAction: "Ask your tenancy's administrator to raise the compartment's quota.",
      };
    case 'conflict':
      return {
        message: `OCI cannot do this in the present state: ${said}`,
        nextAction: 'Wait a moment and try again.',
      };
    case 'tooManyRequests':
      return {
        message: 'OCI received too many requests from this user.',
        nextAction: 'Wait a minute and try again.',
      };
    case 'signUpRequired':
      return {
        message: `This tenancy is not signed up for the service: ${said}`,
        nextAction: 'Check the subscription in the OCI console; trial credits may have ended.',
      };
    case 'invalid':
      return { message: `OCI refused the request: ${said}` };
    case 'service':
    case 'unreachable':
    case 'timedOut':
      return {
        message: `OCI had a fault (${answer.status}): ${said}`,
        nextAction: 'Try again in a few minutes.',
      };
  }
}

function notAuthenticatedWords({ profile, clockSkewMs = 0 }: FailedAnswer): Words {
  if (Math.abs(clockSkewMs) > maxClockSkewMs) {
    const minutes = Math.round(Math.abs(clockSkewMs) / 60_000);
    return {
      message: `OCI refused the signature: this computer's clock is ${minutes} minutes ${clockSkewMs > 0 ? 'slow' : 'fast'}.`,
      nextAction: 'Set the clock and try again.',
    };
  }
  return profile.kind === 'sessionToken'
    ? {
        message: `The session of profile "${profile.name}" has expired.`,
        nextAction: `Run: ${signInCommand(profile.name)}`,
        endedSession: profile.name,
      }
    : {
        message: `OCI does not accept the key of profile "${profile.name}".`,
        nextAction:
          'Check user, tenancy and fingerprint in the profile, and that the key is still listed in the OCI console.',
      };
}

const networkAdvice: ReadonlyMap<string, string> = new Map([
  ['ENOTFOUND', 'its name cannot be resolved'],
  ['EAI_AGAIN', 'its name cannot be resolved'],
  ['ECONNREFUSED', 'the connection was refused'],
  ['ECONNRESET', 'the connection was cut'],
  ['UND_ERR_SOCKET', 'the connection was cut'],
  ['EHOSTUNREACH', 'there is no route to it'],
  ['ENETUNREACH', 'there is no network'],
  ['ETIMEDOUT', 'it did not answer'],
  ['UND_ERR_CONNECT_TIMEOUT', 'it did not answer'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted here'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is not trusted here'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is not trusted here'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
]);

/** The error for a request that got no answer. `host` is where it went. */
export function errorFromNetwork(operation: string, host: string, cause: unknown): CloudError {
  const code = networkCode(cause);
  if (isTimeout(cause)) {
    return new CloudError(`${host} did not answer in time.`, {
      kind: 'timedOut',
      operation,
      code,
      cause,
      nextAction: 'Check the network and try again.',
    });
  }
  const reason = (code === undefined ? undefined : networkAdvice.get(code)) ?? code ?? 'the request failed';
  return new CloudError(`${host} cannot be reached: ${reason}.`, {
    kind: 'unreachable',
    operation,
    code,
    cause,
    nextAction: 'Check the network and the proxy settings, and try again.',
  });
}

/**
 * The error for anything that the SDK threw by itself: it throws strings (a disabled service), plain objects
 * (`{code, message}`) and Errors alike.
 */
export function errorFromSdk(operation: string, thrown: unknown): CloudError {
  if (thrown instanceof CloudError) return thrown;
  const message = messageOf(thrown);
  return new CloudError(`The request could not be made: ${message}`, {
    kind: 'invalid',
    operation,
    cause: thrown,
  });
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (
    typeof thrown === 'object' &&
    thrown !== null &&
    'message' in thrown &&
    typeof thrown.message === 'string'
  ) {
    return thrown.message;
  }
  return String(thrown);
}

function isTimeout(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'TimeoutError';
}

/** `fetch` hides the system's error code one or two causes deep. */
function networkCode(error: unknown): string | undefined {
  for (
    let cause: unknown = error, depth = 0;
    cause instanceof Error && depth < 4;
    cause = cause.cause, depth++
  ) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    if (cause instanceof AggregateError && cause.errors.length > 0) return networkCode(cause.errors[0]);
  }
  return undefined;
}
