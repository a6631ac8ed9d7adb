import type { KeyReference } from '../../instances/record';
import { agentSockets, listAgentKeys } from '../../ssh/agent-keys';
import { listCandidateKeys } from '../../ssh/candidate-keys';

/**
 * The person's own key with this fingerprint, which the instance's tags name: a file that is not encrypted or has its
 * `.pub` beside it, else a key of the SSH agent.
 * @param folder such as `~/.ssh`
 */
export async function ownKey(
  fingerprint: string | undefined,
  folder: string,
): Promise<KeyReference | undefined> {
  if (fingerprint === undefined) return undefined;
  const file = (await listCandidateKeys(folder)).find(
    ({ usable, publicHalf }) => usable !== 'no' && publicHalf?.fingerprint === fingerprint,
  );
  if (file) return { kind: 'file', path: file.path };
  for (const socket of agentSockets(process.platform, process.env)) {
    const offered = await listAgentKeys(socket);
    const key =
      offered.kind === 'ok'
        ? offered.keys.find((candidate) => candidate.fingerprint === fingerprint)
        : undefined;
    if (key) return { kind: 'agent', publicKey: key.identity.publicKey };
  }
  return undefined;
}
