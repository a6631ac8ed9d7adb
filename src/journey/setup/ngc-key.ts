import type { SecretStore } from '../../ports/secrets';
import { createJoined } from '../../waiting/joined';
import type { Questions } from '../lab';

/** One key for all instances: it belongs to the person, not to a machine. */
const secretKey = 'ngc-api-key';

/** Two set-ups may want it at the same time. */
const asking = createJoined<string | undefined>();

/** What getting the key may need. */
interface NgcKeyDeps {
  readonly secrets: SecretStore;
  readonly questions: Pick<Questions, 'ngcKey'>;
}

/** The NGC API key: the kept one, else asked once and kept; undefined when the person gives none. */
export async function ngcKey(deps: NgcKeyDeps): Promise<string | undefined> {
  return await asking(secretKey, () => keptOrAsked(deps));
}

async function keptOrAsked(deps: NgcKeyDeps): Promise<string | undefined> {
  const kept = await deps.secrets.get(secretKey);
  if (kept !== undefined) return kept;
  const given = await deps.questions.ngcKey();
  if (given !== undefined) await deps.secrets.store(secretKey, given);
  return given;
}

/** The registry refused it: the next set-up asks again. */
export async function forgetNgcKey(secrets: SecretStore): Promise<void> {
  await secrets.delete(secretKey);
}
