import { randomUUID } from 'node:crypto';
import type { Cloud } from '../../cloud/cloud';
import type { Instance, LaunchOutcome } from '../../cloud/types';
import { launchTags } from '../../cloud/tags';
import type { Phase } from '../../instances/phase';
import type { JournalEntry, LaunchPlan } from '../../instances/record';
import { fingerprint, parsePublicLine } from '../../ssh/public-key';
import { backoffMs } from '../../waiting/backoff';
import { TimeLimitReached, until } from '../../waiting/until';
import type { Stage, StageTools } from '../stage';
import { failed, ociOrigin, sayStep, withOci } from '../stage';
import { cloudPause } from '../time-limits';

/** OCI honours a retry token for 24 hours; an hour is left for clocks that differ. */
const retryTokenLifeMs = 23 * 3_600_000;
/** ListInstances lags behind: how long to look for an instance whose LaunchInstance got no answer. */
const lookForLaunchMs = 120_000;

/** Where the instance's network card goes. */
interface Placement {
  readonly subnetId: string;
  readonly networkSecurityGroupIds: readonly string[];
  readonly assignPublicIp: boolean;
}

/**
 * Makes the network and launches the instance, trying each domain of the plan.
 * Every call that makes something is in the journal before it is made: after a crash this stage runs again
 * and neither launches twice nor forgets what it made.
 */
export const launching: Stage = async (tools) => {
  const cloud = await tools.cloud();
  const unanswered = tools.record().journal.findLast(isUnanswered);
  if (unanswered) {
    const found = await lookForLaunch(tools, cloud);
    if (found) return await launched(tools, found);
    if (tools.clock.now() - unanswered.at > retryTokenLifeMs) return await doubtful(tools, unanswered);
  }
  const placement = await place(tools, cloud);
  const domains = await domainsToTry(tools, cloud, unanswered);
  const refusals: string[] = [];
  for (const attempt of domains) {
    tools.signal.throwIfAborted();
    const outcome = await launchIn(tools, cloud, attempt, placement);
    if (outcome.kind === 'launched') return await launched(tools, outcome.instance, outcome.workRequestId);
    if (outcome.kind === 'limitExceeded' || outcome.kind === 'quotaExceeded') {
      return failed(tools, 'launching', outcome.message, ['retry', 'terminate']);
    }
    refusals.push(`${attempt.availabilityDomain}: ${outcome.message}`);
  }
  return failed(tools, 'launching', noCapacity(tools, refusals), ['retry', 'terminate']);
};

/** One LaunchInstance call: a domain, and the token that makes repeating it harmless. */
interface Attempt {
  readonly availabilityDomain: string;
  readonly retryToken: string;
}

function isUnanswered(entry: JournalEntry): entry is JournalEntry & Attempt {
  return (
    entry.step === 'launchInstance' &&
    entry.outcome === undefined &&
    entry.retryToken !== undefined &&
    entry.availabilityDomain !== undefined
  );
}

async function lookForLaunch(tools: StageTools, cloud: Cloud): Promise<Instance | undefined> {
  await sayStep(tools, 'Looking whether the instance was launched');
  try {
    return await until(async (signal) => (await cloud.instancesOfLaunch(tools.id, signal))[0], {
      what: 'an instance of this launch',
      limitMs: lookForLaunchMs,
      everyMs: (looks) => backoffMs(cloudPause, looks),
      signal: tools.signal,
      clock: tools.clock,
    });
  } catch (error) {
    if (error instanceof TimeLimitReached) return undefined;
    throw error;
  }
}

async function doubtful(tools: StageTools, entry: JournalEntry): Promise<Phase> {
  await answer(tools, entry, 'given up: no instance was found and the retry token is too old');
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
  await sayStep(tools, 'Making the network');
  await note(tools, { step: 'network', at: tools.clock.now() });
  const network = await cloud.ensureLabNetwork(
    plan.compartmentId,
    { tags: {}, onStep: (part) => tools.logger.info(`Making the network: ${part}`) },
    tools.signal,
  );
  await cloud.allowSshFrom(network.networkSecurityGroupId, plan.network.allowSshFrom, tools.signal);
  await tools.update((record) => withOci(record, { networkSecurityGroupId: network.networkSecurityGroupId }));
  return {
    subnetId: network.subnetId,
    networkSecurityGroupIds: [network.networkSecurityGroupId],
    assignPublicIp: true,
  };
}

/** An attempt that got no answer is repeated first, with its own token; the capacity report only orders the rest. */
async function domainsToTry(
  tools: StageTools,
  cloud: Cloud,
  unanswered: Attempt | undefined,
): Promise<Attempt[]> {
  const { plan } = ociOrigin(tools.record());
  const ordered =
    plan.availabilityDomains.length > 1
      ? await cloud.domainsByCapacity(plan.shape, plan.availabilityDomains, tools.signal)
      : plan.availabilityDomains;
  const tried = new Set(
    tools
      .record()
      .journal.filter((entry) => entry.outcome !== undefined)
      .map((entry) => entry.availabilityDomain),
  );
  const fresh = ordered
    .filter((domain) => domain !== unanswered?.availabilityDomain && !tried.has(domain))
    .map((availabilityDomain) => ({ availabilityDomain, retryToken: randomUUID() }));
  return unanswered ? [unanswered, ...fresh] : fresh;
}

async function launchIn(
  tools: StageTools,
  cloud: Cloud,
  { availabilityDomain, retryToken }: Attempt,
  placement: Placement,
): Promise<LaunchOutcome> {
  const record = tools.record();
  const { plan } = ociOrigin(record);
  await sayStep(tools, `Launching in ${shortDomain(availabilityDomain)}`);
  const entry: JournalEntry = {
    step: 'launchInstance',
    at: tools.clock.now(),
    retryToken,
    availabilityDomain,
  };
  await note(tools, entry);
  // Not cancellable on purpose: once sent, only its answer tells whether there is something to roll back.
  const outcome = await cloud.launch(
    {
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
    },
    retryToken,
  );
  await answer(tools, entry, outcome.kind);
  return outcome;
}

/** So that whoever finds the instance again knows which key opens it. */
function keyFingerprintOf({ sshPublicKey }: LaunchPlan): string | undefined {
  const key = parsePublicLine(sshPublicKey);
  return key && fingerprint(key.blob);
}

async function launched(tools: StageTools, instance: Instance, workRequestId?: string): Promise<Phase> {
  const now = tools.clock.now();
  await tools.update((record) => ({
    ...withOci(record, {
      instanceId: instance.id,
      availabilityDomain: instance.availabilityDomain,
      startedAt: now,
      ...(workRequestId === undefined ? {} : { workRequestId }),
    }),
    journal: record.journal.map((entry) =>
      isUnanswered(entry) ? { ...entry, outcome: `launched ${instance.id}` } : entry,
    ),
  }));
  return { kind: 'booting', step: 'The instance is provisioning', since: now };
}

async function note(tools: StageTools, entry: JournalEntry): Promise<void> {
  await tools.update((record) => ({
    ...record,
    journal: [
      ...record.journal.filter((old) => old.retryToken === undefined || old.retryToken !== entry.retryToken),
      entry,
    ],
  }));
}

async function answer(tools: StageTools, entry: JournalEntry, outcome: string): Promise<void> {
  await tools.update((record) => ({
    ...record,
    journal: record.journal.map((old) => (old.retryToken === entry.retryToken ? { ...old, outcome } : old)),
  }));
}

function noCapacity(tools: StageTools, refusals: readonly string[]): string {
  const { plan } = ociOrigin(tools.record());
  tools.logger.warn(`No domain could take ${plan.shape}.`, ...refusals);
  const where =
    refusals.length === 1
      ? 'the chosen availability domain'
      : `any of ${String(refusals.length)} availability domains`;
  return `Oracle has no room for ${plan.shape} in ${where} at the moment. Nothing is running and nothing is billed. Try again later, or choose another shape or region.`;
}

/** `Uocm:AP-TOKYO-1-AD-1` → `AP-TOKYO-1-AD-1`: the prefix is the tenancy's own and says nothing to a person. */
function shortDomain(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
