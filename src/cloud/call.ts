import { AsyncLocalStorage } from 'node:async_hooks';
import { errorFromSdk } from './errors';

/** One call of an SDK operation, as the HTTP client below it sees it. */
export interface Call {
  /** The SDK's name of the operation, such as `listShapes`. */
  readonly operation: string;
  readonly signal: AbortSignal | undefined;
  /** Set by the HTTP client; what the SDK makes of it (a plain object without cause) is not used. */
  failure?: { readonly error: unknown };
}

/** Carries signal and failure between a caller and the HTTP client, past the SDK, which has no room for them. */
const calls = new AsyncLocalStorage<Call>();

/** The call that is going on in this asynchronous context. */
export function currentCall(): Call | undefined {
  return calls.getStore();
}

/**
 * Runs one SDK operation.
 * @throws CloudError whatever went wrong; the signal's reason when aborted.
 */
export async function call<T>(
  operation: string,
  signal: AbortSignal | undefined,
  run: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const context: Call = { operation, signal };
  try {
    const answer = await calls.run(context, run);
    if (context.failure === undefined) return answer;
  } catch (thrown) {
    // An empty answer in a failure's place can make the SDK throw: the failure is what happened.
    context.failure ??= { error: thrown };
  }
  signal?.throwIfAborted();
  throw errorFromSdk(operation, context.failure.error);
}
