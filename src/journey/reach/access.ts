import { readFile } from 'node:fs/promises';
import type { KeyReference } from '../../instances/record';
import type { SecretStore } from '../../ports/secrets';
import { agentSockets, listAgentKeys } from '../../ssh/agent-keys';
import { SshError } from '../../ssh/errors';
import { parsePrivateKey } from '../../ssh/parse-key';
import type { SshIdentity } from '../../ssh/types';
import { createJoined } from '../../waiting/joined';
import { passphraseSecret } from './kept-keys';
import type { Questions } from '../lab';

/** Several instances may share a key file, and one question for its passphrase is enough. */
const reading = createJoined<SshIdentity>();

/** What getting at a private key may need. */
export interface AccessDeps {
  readonly secrets: SecretStore;
  readonly questions: Questions;
}

/**
 * The identity that a key reference stands for. Asks for a passphrase when the key has one, and keeps it as a secret.
 * @throws SshError of kind `authentication` when the key is gone or cannot be used
 */
export async function identityOf(key: KeyReference | undefined, deps: AccessDeps): Promise<SshIdentity> {
  if (key === undefined)
    throw unusable('No SSH key is known for this instance. Choose the one that it was launched with.');
  switch (key.kind) {
    case 'secret': {
      const privateKeyPem = await deps.secrets.get(key.secretKey);
      if (privateKeyPem === undefined) {
        throw unusable('The key that was generated for this instance is no longer in the secret store.');
      }
      return { kind: 'key', privateKeyPem };
    }
    case 'file':
      return await reading(key.path, () => fromFile(key.path, deps));
    case 'agent':
      return await fromAgent(key.publicKey);
  }
}

async function fromFile(path: string, { secrets, questions }: AccessDeps): Promise<SshIdentity> {
  const privateKeyPem = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unusable(`The key file ${path} cannot be read.`, error);
  });
  const secretKey = passphraseSecret(path);
  let passphrase = await secrets.get(secretKey);
  for (let asked = false; ; asked = true) {
    const parsed = parsePrivateKey(privateKeyPem, passphrase);
    if (parsed.kind === 'ok') {
      if (parsed.encrypted && passphrase !== undefined) await secrets.store(secretKey, passphrase);
      return { kind: 'key', privateKeyPem, ...(passphrase === undefined ? {} : { passphrase }) };
    }
    if (parsed.kind !== 'needsPassphrase' && parsed.kind !== 'wrongPassphrase')
      throw unusable(parsed.message);
    passphrase = await questions.passphrase(path, asked || parsed.kind === 'wrongPassphrase');
    if (passphrase === undefined) throw unusable(`Without its passphrase the key ${path} cannot be used.`);
  }
}

async function fromAgent(publicKey: string): Promise<SshIdentity> {
  for (const socket of agentSockets(process.platform, process.env)) {
    const keys = await listAgentKeys(socket);
    if (keys.kind !== 'ok') continue;
    const found = keys.keys.find(({ identity }) => samePublicKey(identity.publicKey, publicKey));
    if (found) return found.identity;
  }
  throw unusable('The SSH agent does not offer the key of this instance at the moment.');
}

/** The comment at the end of the line is not part of the key. */
function samePublicKey(a: string, b: string): boolean {
  const key = (line: string): string => line.trim().split(/\s+/).slice(0, 2).join(' ');
  return key(a) === key(b);
}

function unusable(message: string, cause?: unknown): SshError {
  return new SshError({ kind: 'authentication', message }, cause);
}
