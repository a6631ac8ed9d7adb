import * as v from 'valibot';
import { notAuthenticated } from '../oci-error';
import { writing, type Operation } from '../operation';
import type { World } from '../world';

/** What `oci session refresh` calls, at auth.<region>.oraclecloud.com. */
export function sessionOperations({ credentials }: World): Operation[] {
  return [
    writing('auth', 'RefreshSessionToken', 'POST /v1/authentication/refresh', {
      body: v.object({ currentToken: v.string() }),
      handle: (call, { currentToken }) => {
        const token =
          call.keyId === `ST$${currentToken}` ? credentials.refreshToken(currentToken) : undefined;
        if (token === undefined) throw notAuthenticated();
        return { body: { token } };
      },
    }),
  ];
}
