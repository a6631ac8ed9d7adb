import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud';
import { CloudError } from '../../cloud/errors';
import { toCidr } from '../../cloud/ssh-sources';
import { launchTags } from '../../cloud/tags';
import { isGone, type Instance, type LabNetwork, type LaunchOutcome } from '../../cloud/types';
import type { Phase } from '../../instances/phase';
import { givenUp, lastInDoubt, type Attempt } from '../../instances/launch-attempts';
import type { InstanceRecord, LaunchPlan } from '../../instances/record';
import { fingerprint, parsePublicLine } from '../../ssh/public-key';
import { lookFor } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { describeFailure } from '../describe-failure';
import { rollBackFailedLaunch } from '../launch/failed-launch';
import {
  answer,
  answeredDomains,
  note,
  openedTo,
  withInstance,
  withOpenedTo,
} from '../launch/launch-journal';
import type { Stage, StageTools } from '../stage';
import { failed, ociOrigin, sayStep, withOci } from '../stage';
import { lookForLaunchMs } from '../time-limits';

/** OCI honours a retry token for 24 hours; an hour is left for clocks that differ. */
const retryTokenLifeMs = 23 * 3_600_000;

/** Where the instance's network card goes. */
interface Placement {
  readonly subnetId: string;
  readonly networkSecurityGroupIds: readonly string[];
  readonly assignPublicIp: boolean;
}

type Launched = Extract<LaunchOutcome, { kind: 'launched' }>;
type Refusal = Exclude<LaunchOutcome, Launched>;

/**
 * Makes the network and launches the instance, trying each domain of the plan.
 * Every call that makes something is in the journal before it is made: after a crash this stage runs again
 * and neither launches twice nor forgets what it made.
 */
export const launching: Stage = async (tools) => {
  if (ociOrigin(tools.record()).instanceId !== undefined) return provisioning(tools);
  try {
    return await launch(tools);
  } catch (error) {
    tools.signal.throwIfAborted();
    return await rollBackFailedLaunch(tools, describeFailure(error, tools.record().phase, tools));
  }
};

async function launch(tools: StageTools): Promise<Phase> {
  const cloud = await tools.cloud();
  const inDoubt = lastInDoubt(tools.record());
  if (inDoubt) {
    const found = await lookForLaunch(tools, cloud);
    if (found) return await launched(tools, inDoubt, { kind: 'launched', instance: found });
    if (tools.clock.now() - inDoubt.at > retryTokenLifeMs) return await doubtful(tools, inDoubt);
  }
  const [placement, attempts] = await Promise.all([
    place(tools, cloud),
    attemptsToMake(tools, cloud, inDoubt),
  ]);
  const refusals: Refusal[] = [];
  for (const attempt of attempts) {
    tools.signal.throwIfAborted();
    const outcome = await launchIn(tools, cloud, attempt, placement);
    if (outcome.kind === 'launched') return await launched(tools, attempt, outcome);
    await answer(tools, attempt, outcome.kind);
    tools.logger.warn(`${tools.record().name}, ${attempt.availabilityDomain}: ${outcome.message}`);
    refusals.push(outcome);
    // A quota is the compartment's; a service limit of GPUs is each domain's own.
    if (outcome.kind === 'quotaExceeded') break;
  }
  const failure = failed(tools, 'launching', refusalWords(ociOrigin(tools.record()).plan, refusals), [
    'retry',
  ]);
  return await rollBackFailedLaunch(tools, failure);
}

/** Only one that is alive: an earlier attempt of the same launch may have been accepted, and have failed later. */
async function lookForLaunch(tools: StageTools, cloud: Cloud): Promise<Instance | undefined> {
  await sayStep(tools, 'Looking whether the instance was launched');
  const { compartmentId } = ociOrigin(tools.record()).plan;
  return await lookFor(
    async (signal) =>
      (await cloud.instancesOfLaunch({ launchId: tools.id, compartmentId }, signal)).find(
        ({ lifecycleState }) => !isGone(lifecycleState),
      ),
    cloudWaiting(tools, 'An instance of this launch', lookForLaunchMs),
  );
}

/** The token is worth nothing any more, so a repeated call could launch a second instance: the person decides. */
async function doubtful(tools: StageTools, attempt: Attempt): Promise<Phase> {
  await answer(tools, attempt, givenUp);
  return failed(
    tools,
    'launching',
    'It is not known whether the launch of more than a day ago went through; no instance of it can be found. Retry launches anew.',
    ['retry', 'terminate'],
  );
}

async function place(tools: StageTools, cloud: Cloud): Promise<Placement> {
  const { plan } = ociOrigin(tools.record());
  if (plan.network.kind === 'subnet') {
    const { subnetId, isPublic } = plan.network;
    return { subnetId, networkSecurityGroupIds: [], assignPublicIp: isPublic };
  }
  const { subnetId, networkSecurityGroupId } = await labNetwork(tools, cloud, plan.network.allowSshFrom);
  return { subnetId, networkSecurityGroupIds: [networkSecurityGroupId], assignPublicIp: true };
}

async function labNetwork(tools: StageTools, cloud: Cloud, allowSshFrom: string): Promise<LabNetwork> {
  await sayStep(tools, 'Making the network');
  await note(tools, { step: 'network', at: tools.clock.now() });
  const noteRule = async (groupId: string, opened: string | undefined): Promise<void> => {
    await tools.update((record) =>
      withOci(opened === undefined ? record : withOpenedTo(record, opened, tools.clock.now()), {
        networkSecurityGroupId: groupId,
      }),
    );
  };
  const network = await cloud.ensureLabNetwork(
    ociOrigin(tools.record()).plan.compartmentId,
    {
      tags: launchTags({ launchId: tools.id }),
      allowSshFrom,
      onOpening: (rule) => noteRule(rule.networkSecurityGroupId, rule.cidr),
      onStep: (part) => tools.logger.info(`Making the network: ${part}`),
    },
    tools.signal,
  );
  // What another launch has opened to the same address is this one's to close too, once it is the last.
  const cidr = toCidr(allowSshFrom);
  const { networkSecurityGroupId } = network;
  const isShared = tools
    .others()
    .some((other) => groupOf(other) === networkSecurityGroupId && openedTo(other).has(cidr));
  await noteRule(networkSecurityGroupId, isShared ? cidr : undefined);
  return network;
}

function groupOf({ origin }: InstanceRecord): string | undefined {
  return origin.kind === 'oci' ? origin.networkSecurityGroupId : undefined;
}

/** An attempt that got no answer is repeated first, with its own token; the capacity report only orders the rest. */
async function attemptsToMake(
  tools: StageTools,
  cloud: Cloud,
  unanswered: Attempt | undefined,
): Promise<readonly Attempt[]> {
  const { plan } = ociOrigin(tools.record());
  const ordered =
    plan.availabilityDomains.length > 1
      ? await cloud.domainsByCapacity(plan.shape, plan.availabilityDomains, tools.signal)
      : plan.availabilityDomains;
  const answered = answeredDomains(tools.record());
  const fresh = ordered
    .filter((domain) => domain !== unanswered?.availabilityDomain && !answered.has(domain))
    .map((availabilityDomain) => ({ availabilityDomain, retryToken: randomUUID() }));
  return unanswered ? [unanswered, ...fresh] : fresh;
}

async function launchIn(
  tools: StageTools,
  cloud: Cloud,
  attempt: Attempt,
  placement: Placement,
): Promise<LaunchOutcome> {
  const { availabilityDomain, retryToken } = attempt;
  const record = tools.record();
  const { plan } = ociOrigin(record);
  await sayStep(tools, `Launching in ${shortDomain(availabilityDomain)}`);
  // A repeated attempt keeps its first time: the token's life counts from there.
  const before = record.journal.find((entry) => entry.retryToken === retryToken);
  const at = before?.at ?? tools.clock.now();
  await note(tools, { step: 'launchInstance', at, retryToken, availabilityDomain });
  const request = {
    compartmentId: plan.compartmentId,
    availabilityDomain,
    name: plan.name,
    shape: plan.shape,
    shapeConfig: plan.shapeConfig,
    source: { kind: 'image', image: plan.image, bootVolumeSizeInGBs: plan.bootVolumeSizeInGBs },
    sshPublicKey: plan.sshPublicKey,
    freeformTags: launchTags({
      launchId: record.id,
      keyFingerprint: keyFingerprintOf(plan),
      setupWay: plan.setupWay ?? undefined,
    }),
    ...placement,
  } as const;
  try {
    // Not cancellable on purpose: once sent, only its answer tells whether there is something to roll back.
    return await cloud.launch(request, retryToken);
  } catch (error) {
    if (isRefusal(error, before !== undefined)) await answer(tools, attempt, `refused: ${error.kind}`);
    throw error;
  }
}

/**
 * An answer that says that nothing was made. After anything else (no answer, a fault of the service) there may be an
 * instance; so there may when the token is known to OCI already, or when the request was turned away at the door
 * (401, 404, 429) after an earlier one with this token had got no answer.
 */
function isRefusal(error: unknown, isRepeated: boolean): error is CloudError {
  if (!(error instanceof CloudError) || error.code === 'InvalidatedRetryToken') return false;
  const { status = 0, afterUnanswered } = error;
  return status === 400 || (status > 400 && status < 500 && !isRepeated && !afterUnanswered);
}

/** So that whoever finds the instance again knows which key opens it. */
function keyFingerprintOf({ sshPublicKey }: LaunchPlan): string | undefined {
  const key = parsePublicLine(sshPublicKey);
  return key && fingerprint(key.blob);
}

async function launched(
  tools: StageTools,
  attempt: Attempt,
  { instance, workRequestId }: Launched,
): Promise<Phase> {
  await tools.update((record) =>
    withOci(withInstance(record, instance, attempt), workRequestId === undefined ? {} : { workRequestId }),
  );
  return provisioning(tools);
}

function provisioning(tools: StageTools): Phase {
  return { kind: 'booting', step: 'The instance is provisioning', since: tools.clock.now() };
}

/** Why no domain took it, the most useful reason first. */
function refusalWords(plan: LaunchPlan, refusals: readonly Refusal[]): string {
  const nothing = 'Nothing is running and nothing is billed.';
  for (const refusal of refusals) {
    if (refusal.kind === 'quotaExceeded' || refusal.kind === 'limitExceeded') {
      return `${refusal.message} ${refusal.nextAction} ${nothing}`;
    }
  }
  const count = plan.availabilityDomains.length;
  const where =
    count === 1 ? 'the chosen availability domain' : `any of ${String(count)} availability domains`;
  if (refusals.length > 0 && refusals.every(({ kind }) => kind === 'notOffered')) {
    return `${plan.shape} is not offered in ${where}. ${nothing} Choose another shape or region.`;
  }
  return `Oracle has no room for ${plan.shape} in ${where} at the moment. ${nothing} Try again later, or choose another shape or region.`;
}

/** `Uocm:AP-TOKYO-1-AD-1` → `AP-TOKYO-1-AD-1`: the prefix is the tenancy's own and says nothing to a person. */
function shortDomain(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
