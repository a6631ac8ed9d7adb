import { randomBytes, verify } from 'node:crypto';
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { fingerprint, parsePublicLine, publicLine } from './public-key';
import type { SshIdentity } from './types';
import { readWireString } from './wire';

/** A key that an SSH agent holds. */
export interface AgentKey {
  readonly identity: SshIdentity & { readonly kind: 'agent' };
  readonly type: string;
  readonly comment: string;
  readonly fingerprint: string;
}

/** What an agent said. */
export type AgentKeys =
  | { readonly kind: 'ok'; readonly keys: readonly AgentKey[] }
  | { readonly kind: 'notRunning'; readonly message: string };

/** Where agents are usually found, most wanted first. `pageant` is ssh2's word for PuTTY's agent. */
export function agentSockets(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): readonly string[] {
  const own = environment['SSH_AUTH_SOCK'];
  const configured = own === undefined || own === '' ? [] : [own];
  return platform === 'win32' ? [...configured, '\\\\.\\pipe\\openssh-ssh-agent', 'pageant'] : configured;
}

/** Lists the keys that the agent at `socket` offers. */
export async function listAgentKeys(socket: string): Promise<AgentKeys> {
  try {
    const keys = await identities(ssh2.createAgent(socket));
    return { kind: 'ok', keys: keys.map((key) => describeKey(socket, key)) };
  } catch (error) {
    return {
      kind: 'notRunning',
      message: `No SSH agent answers (${error instanceof Error ? error.message : String(error)}).`,
    };
  }
}

/**
 * Has the agent sign a random challenge with the key and checks the signature: a key that is listed may still
 * be locked, on a card that is not plugged in, or refused by its owner.
 */
export async function proveAgentKey(identity: SshIdentity & { readonly kind: 'agent' }): Promise<boolean> {
  const key = ssh2.utils.parseKey(identity.publicKey);
  if (key instanceof Error) return false;
  const challenge = randomBytes(32);
  const hash = key.type === 'ssh-rsa' ? 'sha512' : undefined;
  return await new Promise<boolean>((resolve) => {
    ssh2.createAgent(identity.socket).sign(key, challenge, hash ? { hash } : {}, (error, signature) => {
      resolve(!error && signature !== undefined && isSignature(key, challenge, signature, hash));
    });
  });
}

function isSignature(key: ParsedKey, data: Buffer, signature: Buffer, hash: string | undefined): boolean {
  const curve = ecdsaCurves[key.type];
  if (!curve) return key.verify(data, signature, hash);
  // SSH writes r and s as two mpints (RFC 5656, section 3.1.2); node:crypto takes them side by side at full width.
  const r = readWireString(signature, 0);
  const s = r && readWireString(signature, r.next);
  if (!s) return false;
  const sideBySide = Buffer.concat([atWidth(r.value, curve.bytes), atWidth(s.value, curve.bytes)]);
  return verify(curve.hash, data, { key: key.getPublicPEM(), dsaEncoding: 'ieee-p1363' }, sideBySide);
}

const ecdsaCurves: Readonly<Record<string, { readonly hash: string; readonly bytes: number }>> = {
  'ecdsa-sha2-nistp256': { hash: 'sha256', bytes: 32 },
  'ecdsa-sha2-nistp384': { hash: 'sha384', bytes: 48 },
  'ecdsa-sha2-nistp521': { hash: 'sha512', bytes: 66 },
};

function atWidth(mpint: Buffer, bytes: number): Buffer {
  const magnitude = mpint.subarray(Math.max(0, mpint.length - bytes));
  return Buffer.concat([Buffer.alloc(bytes - magnitude.length), magnitude]);
}

/** An agent that offers one key alone, so that others do not use up the server's MaxAuthTries. */
export function agentWithOneKey(socket: string, wantedPublicLine: string): BaseAgent {
  const agent = ssh2.createAgent(socket);
  const wanted = parsePublicLine(wantedPublicLine);
  class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
    override getIdentities(done: (error: Error | undefined | null, keys?: ParsedKey[]) => void): void {
      identities(agent).then(
        (keys) =>
          done(
            null,
            keys.filter((key) => wanted?.blob.equals(key.getPublicSSH())),
          ),
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    }
    override sign: BaseAgent<ParsedKey>['sign'] = agent.sign.bind(agent);
  }
  return new OneKeyAgent();
}

async function identities(agent: BaseAgent): Promise<ParsedKey[]> {
  return await new Promise<ParsedKey[]>((resolve, reject) => {
    agent.getIdentities((error, keys) => {
      if (error) reject(error);
      else resolve((keys ?? []).map(toParsedKey).filter((key) => key !== undefined));
    });
  });
}

/** Keys of types that ssh2 does not know (`sk-…`, certificates) are left out. */
function toParsedKey(key: unknown): ParsedKey | undefined {
  if (typeof key === 'object' && key !== null && 'getPublicSSH' in key) return key as ParsedKey;
  if (typeof key !== 'string' && !Buffer.isBuffer(key)) return undefined;
  const parsed = ssh2.utils.parseKey(key);
  return parsed instanceof Error ? undefined : parsed;
}

function describeKey(socket: string, key: ParsedKey): AgentKey {
  const blob = key.getPublicSSH();
  const line = publicLine({ type: key.type, blob, comment: key.comment });
  return {
    identity: { kind: 'agent', socket, publicKey: line },
    type: key.type,
    comment: key.comment,
    fingerprint: fingerprint(blob),
  };
}
