import type { SecretStore } from '../ports/secrets';
import type { Questions } from './lab';

/** One key for all instances: it belongs to the person, not to a machine. */
const secretKey = 'ngc-api-key';

/** The NGC API key: the kept one, else asked once and kept; undefined when the person gives none. */
export async function ngcKey(deps: {
  readonly secrets: SecretStore;
  readonly questions: Pick<Questions, 'ngcKey'>;
}): Promise<string | undefined> {
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
