import { askForLaunch } from '../../launch/wizard';
import type { KeyReference } from '../../../instances/record';
import { generatedKeySecret } from '../../../journey/access';
import type { SecretStore } from '../../../ports/secrets';
import type { Handler } from '../register';
import { tellOutcome } from '../tell-failure';

/** Asks for a launch, begins it, and shows its progress; the command ends when the launch has begun. */
export const launchInstance: Handler = async (context) => {
  const { lab, memory, secrets, openCatalog } = context;
  const life = new AbortController();
  try {
    const chosen = await askForLaunch({
      catalog: await openCatalog(life.signal),
      memory,
      secrets,
      namesInUse: lab.instances.map(({ record }) => record.name),
    });
    if (!chosen) return;
    const { id, ended } = await lab.launch(chosen.plan, chosen.key);
    await keepForRecovery(id, chosen.key, context.secrets);
    context.showProgress(id);
    if (chosen.plan.setupWay !== null) context.showSetupLog(id);
    void ended.then(async (outcome) => await tellOutcome(context, id, outcome));
  } finally {
    life.abort();
  }
};

/** A generated key is also kept under the launch's id, which the instance's tags carry: it is found by that when the records are lost. */
async function keepForRecovery(id: string, key: KeyReference, secrets: SecretStore): Promise<void> {
  if (key.kind !== 'secret') return;
  const privateKey = await secrets.get(key.secretKey);
  if (privateKey !== undefined) await secrets.store(generatedKeySecret(id), privateKey);
}
