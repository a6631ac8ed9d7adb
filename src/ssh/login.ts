import ssh2, { type AnyAuthMethod, type AuthHandlerMiddleware } from 'ssh2';
import { SshError } from './errors';
import { parsePrivateKey } from './parse-key';
import { agentWithOneKey } from './agent-keys';
import type { SshIdentity } from './types';

/**
 * Turns an identity into the one login method that ssh2 shall try: nothing else is offered,
 * because each wrong key counts against the server's MaxAuthTries.
 * @returns what makes a handler for one handshake; the key is decrypted once (bcrypt takes half a second),
 *   not at every reconnect. It throws SshError of kind `authentication` when the key cannot be used at all.
 */
export function createLogin(identity: SshIdentity, username: string): () => AuthHandlerMiddleware {
  let method: AnyAuthMethod | undefined;
  return () => {
    const only = (method ??= methodFor(identity, username));
    let tried = false;
    return (_left, _partial, next) => {
      if (tried) {
        giveUp(next);
        return;
      }
      tried = true;
      next(only);
    };
  };
}

/** ssh2 takes `false` for "no more methods" (its README), which its type declarations leave out. */
function giveUp(next: (method: never) => void): void {
  (next as unknown as (method: false) => void)(false);
}

function methodFor(identity: SshIdentity, username: string): AnyAuthMethod {
  if (identity.kind === 'agent') {
    return { type: 'agent', username, agent: agentWithOneKey(identity.socket, identity.publicKey) };
  }
  const parsed = parsePrivateKey(identity.privateKeyPem, identity.passphrase);
  if (parsed.kind !== 'ok') {
    throw new SshError({
      kind: 'authentication',
      message: `The private key cannot be used: ${parsed.message}`,
    });
  }
  const key = ssh2.utils.parseKey(parsed.plainKey);
  if (key instanceof Error) {
    throw new SshError({ kind: 'authentication', message: 'The private key cannot be used.' }, key);
  }
  return { type: 'publickey', username, key };
}
