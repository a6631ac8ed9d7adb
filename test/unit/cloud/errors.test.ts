import assert from 'node:assert/strict';
import {
  CloudError,
  errorFromAnswer,
  errorFromNetwork,
  errorFromSdk,
  type CloudErrorKind,
} from '../../../src/cloud/errors';
import { isWorthRetrying, retryPauseMs } from '../../../src/cloud/retry-policy';

const profile = { name: 'LAB', kind: 'apiKey' } as const;
const answer = (status: number, code: string | undefined, message = 'Said so.') =>
  errorFromAnswer({ operation: 'launchInstance', status, code, message, opcRequestId: 'abc/def', profile });

describe('errors of the cloud', () => {
  const kinds: readonly (readonly [number, string, string, CloudErrorKind])[] = [
    [400, 'LimitExceeded', 'The following service limits were exceeded: gpu3-count', 'limitExceeded'],
    [400, 'QuotaExceeded', 'Quota', 'quotaExceeded'],
    [400, 'InvalidParameter', 'Shape VM.GPU3.1 is not valid for image x', 'invalid'],
    [
      401,
      'NotAuthenticated',
      'The required information to complete authentication was not provided',
      'notAuthenticated',
    ],
    [402, 'SignUpRequired', 'Sign up', 'signUpRequired'],
    [403, 'SignUpRequired', 'Sign up', 'signUpRequired'],
    [404, 'NotAuthorizedOrNotFound', 'Authorization failed or requested resource not found', 'notFound'],
    [400, 'RelatedResourceNotAuthorizedOrNotFound', 'subnet', 'notFound'],
    [409, 'IncorrectState', 'Subnet references the VNIC', 'conflict'],
    [409, 'InvalidatedRetryToken', 'other body', 'conflict'],
    [412, 'NoEtagMatch', 'etag', 'invalid'],
    [429, 'TooManyRequests', 'Tenancy request rate limit', 'tooManyRequests'],
    [500, 'InternalError', 'Out of host capacity.', 'outOfCapacity'],
    [500, 'InternalError', 'An internal error', 'service'],
    [503, 'ServiceUnavailable', 'Try later', 'service'],
  ];
  for (const [status, code, message, kind] of kinds) {
    it(`${status} ${code} "${message}" is ${kind}`, () =>
      assert.equal(answer(status, code, message).kind, kind));
  }

  it('carry what support asks for in one line for the log', () => {
    assert.equal(
      answer(409, 'IncorrectState', 'Busy').logLine,
      'launchInstance | conflict | 409 | IncorrectState | Busy | abc/def',
    );
  });

  it('name the next action: a higher limit is asked for at one address', () => {
    assert.match(answer(400, 'LimitExceeded').nextAction ?? '', /https:\/\/cloud\.oracle\.com\/limits/);
  });

  it('after a 401 of a session name the command that signs in again', () => {
    const error = errorFromAnswer({
      operation: 'listShapes',
      status: 401,
      code: 'NotAuthenticated',
      message: '',
      opcRequestId: undefined,
      profile: { name: 'LAB', kind: 'sessionToken' },
    });
    assert.equal(error.message, 'The session of profile "LAB" has expired.');
    assert.equal(error.nextAction, 'Run: oci session authenticate --profile-name LAB');
  });

  it('after a 401 blame the clock when it is wrong', () => {
    const error = errorFromAnswer({
      operation: 'listShapes',
      status: 401,
      code: 'NotAuthenticated',
      message: '',
      opcRequestId: undefined,
      profile,
      clockSkewMs: -20 * 60_000,
    });
    assert.match(error.message, /clock is 20 minutes fast/);
  });

  it('find the system’s code below what fetch throws', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    const error = errorFromNetwork(
      'listShapes',
      'iaas.example',
      new TypeError('fetch failed', { cause: refused }),
    );
    assert.equal(error.kind, 'unreachable');
    assert.equal(error.message, 'iaas.example cannot be reached: the connection was refused.');
    assert.equal(error.cause instanceof TypeError, true);
  });

  it('are made of whatever the SDK throws: strings, plain objects, Errors', () => {
    for (const thrown of [
      'disabled: core',
      { code: 'EOPENBREAKER', message: 'disabled: core' },
      new Error('disabled: core'),
    ]) {
      const error = errorFromSdk('createClients', thrown);
      assert.ok(error instanceof CloudError);
      assert.match(error.message, /disabled: core/);
      assert.equal(error.cause, thrown);
    }
  });
});

describe('the retry policy', () => {
  const get = { method: 'GET', hasRetryToken: false };
  const post = { method: 'POST', hasRetryToken: false };
  const launch = { method: 'POST', hasRetryToken: true };
  const offline = errorFromNetwork('x', 'host', Object.assign(new Error(), { code: 'ECONNRESET' }));

  it('repeats what a busy or broken service refused', () => {
    assert.equal(isWorthRetrying(answer(429, 'TooManyRequests'), post), true);
    assert.equal(isWorthRetrying(answer(503, undefined), get), true);
    assert.equal(isWorthRetrying(offline, get), true);
  });

  it('never repeats a lack of capacity, a limit, or a refusal', () => {
    assert.equal(isWorthRetrying(answer(500, 'InternalError', 'Out of host capacity.'), launch), false);
    assert.equal(isWorthRetrying(answer(400, 'LimitExceeded'), launch), false);
    assert.equal(isWorthRetrying(answer(409, 'IncorrectState'), launch), false);
    assert.equal(isWorthRetrying(answer(401, 'NotAuthenticated'), get), false);
  });

  it('repeats a POST that may have gone through only with a retry token', () => {
    assert.equal(isWorthRetrying(offline, post), false);
    assert.equal(isWorthRetrying(offline, launch), true);
    assert.equal(isWorthRetrying(answer(500, 'InternalError'), post), false);
  });

  it('does not knock again at a certificate that is not trusted', () => {
    const error = errorFromNetwork(
      'x',
      'host',
      Object.assign(new Error(), { code: 'SELF_SIGNED_CERT_IN_CHAIN' }),
    );
    assert.equal(isWorthRetrying(error, get), false);
  });

  it('waits as long as the service asks, within reason, else longer each time', () => {
    assert.equal(retryPauseMs(1, '3'), 3_000);
    assert.equal(retryPauseMs(1, '3600'), 30_000);
    assert.deepEqual(
      [1, 2, 3].map((tries) => retryPauseMs(tries, null, () => 1)),
      [500, 1_000, 2_000],
    );
  });
});
