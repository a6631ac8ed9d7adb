import { randomBytes } from 'node:crypto';
import ssh2, { type BaseAgent, type ParsedKey } from 'ssh2';
import { fingerprint, parsePublicLine, publicLine } from './public-key';
import type { SshIdentity } from './types';

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
      resolve(!error && signature !== undefined && key.verify(challenge, signature, hash));
    });
  });
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
