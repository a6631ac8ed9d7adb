import type { Cloud } from '../../cloud/cloud';
import { isCloudError } from '../../cloud/errors';
import type { Addresses, Instance, LaunchProgress } from '../../cloud/types';
import type { Phase } from '../../instances/phase';
import { hasPrivateAddress, type InstanceRecord } from '../../instances/record';
import { waitForPort } from '../../ssh/address-probe';
import { lookFor, TimeLimitReached, type Waiting } from '../../waiting/until';
import { cloudWaiting } from '../cloud-waiting';
import { rollBackFailedLaunch } from '../launch/failed-launch';
import { knownInstance } from '../discovery/known-instance';
import { withNetworkAt } from '../discovery/record-of-instance';
import type { Stage, StageTools } from '../stage';
import { failed, ociOrigin, sayStep, waysOut, withOci } from '../stage';
import { firstContactLimits } from '../time-limits';
import { unreachable } from '../reach/unreachable';

/** From LaunchInstance's or START's answer to an open port 22: RUNNING, the address, the port. */
export const booting: Stage = async (tools) => {
  const cloud = await tools.cloud();
  const running = await untilRunning(tools, cloud);
  if (running.kind !== 'running') return running.next;
  const host = await addressOf(tools, cloud, running.instance);
  if (host === undefined) {
    const message = 'The instance runs, but has no address that can be reached.';
    return failed(tools, 'booting', message, waysOut(tools.record(), 'retry'));
  }
  await tools.update((record) => ({ ...record, ssh: { ...record.ssh, host } }));
  return await portOpen(tools, host);
};

type Running = { kind: 'running'; instance: Instance } | { kind: 'ended'; next: Phase };

async function untilRunning(tools: StageTools, cloud: Cloud): Promise<Running> {
  const { instanceId, plan } = ociOrigin(tools.record());
  if (instanceId === undefined)
    return { kind: 'ended', next: { kind: 'launching', step: '', since: tools.clock.now() } };
  await sayStep(tools, 'The instance is provisioning');
  const limits = firstContactLimits(plan.shape);
  const running = await lookFor<Running>(
    async (signal) => {
      const instance = await knownInstance(cloud, instanceId, signal);
      switch (instance?.lifecycleState) {
        case 'RUNNING':
          return { kind: 'running', instance };
        case 'STOPPED':
          return { kind: 'ended', next: { kind: 'stopped', since: tools.clock.now(), elsewhere: true } };
        case 'TERMINATING':
        case 'TERMINATED':
          return { kind: 'ended', next: await gone(tools, cloud) };
        case undefined: // A just-created id may be unknown for a moment (terraform-provider-oci 1356).
        default:
          return undefined;
      }
    },
    cloudWaiting(tools, 'The instance', limits.runningMs),
  );
  if (running) return running;
  const message = `The instance does not run after ${String(limits.runningMs / 60_000)} minutes. It may be billed already.`;
  return { kind: 'ended', next: failed(tools, 'booting', message, waysOut(tools.record(), 'retry')) };
}

/**
 * One that has run before was terminated elsewhere. A launch can be accepted and still fail later; its work request
 * says why, and out of capacity means that the next domain is tried.
 */
async function gone(tools: StageTools, cloud: Cloud): Promise<Phase> {
  const since = tools.clock.now();
  if (tools.record().reachedAt !== undefined) return { kind: 'terminated', since, elsewhere: true };
  const failure = await whyLaunchFailed(tools, cloud);
  const outOfCapacity = failure?.outOfCapacity ?? false;
  await tools.update((record) => withoutInstance(record, outOfCapacity ? 'outOfCapacity' : 'failed'));
  if (outOfCapacity) return { kind: 'launching', step: 'Trying the next availability domain', since };
  const message = failure
    ? `The launch failed: ${failure.message}`
    : 'The instance was terminated before it ran.';
  return await rollBackFailedLaunch(
    tools,
    failed(tools, 'launching', `${message} Nothing is running.`, ['retry']),
  );
}

type LaunchFailure = Extract<LaunchProgress, { kind: 'failed' }>;

/** Undefined where OCI does not say. */
async function whyLaunchFailed(tools: StageTools, cloud: Cloud): Promise<LaunchFailure | undefined> {
  const { workRequestId } = ociOrigin(tools.record());
  if (workRequestId === undefined) return undefined;
  try {
    const progress = await cloud.launchProgress(workRequestId, tools.signal);
    return progress.kind === 'failed' ? progress : undefined;
  } catch (error) {
    if (!isCloudError(error, 'notFound')) throw error;
    return undefined;
  }
}

/** The instance never ran: the journal keeps its domain as tried, so that launching goes on with the others. */
function withoutInstance(record: InstanceRecord, outcome: string): InstanceRecord {
  const { instanceId: _gone, workRequestId: _ended, startedAt: _never, ...origin } = ociOrigin(record);
  const journal = record.journal.map((entry) =>
    entry.availabilityDomain === origin.availabilityDomain ? { ...entry, outcome } : entry,
  );
  return { ...record, origin, journal };
}

async function addressOf(tools: StageTools, cloud: Cloud, instance: Instance): Promise<string | undefined> {
  const { plan, foundBy } = ociOrigin(tools.record());
  await sayStep(tools, 'Waiting for the address');
  await tools.update((record) => withOci(record, { availabilityDomain: instance.availabilityDomain }));
  const wantsPublic = !hasPrivateAddress(plan);
  const look = (signal: AbortSignal | undefined) => cloud.addresses(instance, signal);
  const waiting = cloudWaiting(tools, 'The address', firstContactLimits(plan.shape).addressMs);
  if (foundBy !== undefined) return await foundAddress(tools, look, { wantsPublic, waiting });
  return await lookFor(async (signal) => {
    const addresses = await look(signal);
    return wantsPublic ? addresses?.publicIp : addresses?.privateIp;
  }, waiting);
}

/** How a found instance is reached is for its addresses to say, and it may have been found before it had them. */
async function foundAddress(
  tools: StageTools,
  look: (signal: AbortSignal | undefined) => Promise<Addresses | undefined>,
  { wantsPublic, waiting }: { readonly wantsPublic: boolean; readonly waiting: Waiting },
): Promise<string | undefined> {
  const awaited = await lookFor(async (signal) => {
    const addresses = await look(signal);
    const isThere = wantsPublic ? addresses?.publicIp : (addresses?.publicIp ?? addresses?.privateIp);
    return isThere === undefined ? undefined : addresses;
  }, waiting);
  const addresses = awaited ?? (await look(tools.signal));
  if (addresses === undefined) return undefined;
  await tools.update((record) => withNetworkAt(record, addresses));
  return addresses.publicIp ?? addresses.privateIp;
}

async function portOpen(tools: StageTools, host: string): Promise<Phase> {
  const { ssh } = tools.record();
  await sayStep(tools, `Waiting for SSH on ${host}`);
  if (ssh.jump === undefined && !(await portAnswers(tools, host)))
    return await unreachable(tools, 'booting', host);
  return { kind: 'connecting', step: 'Connecting', since: tools.clock.now() };
}

async function portAnswers(tools: StageTools, host: string): Promise<boolean> {
  const { plan } = ociOrigin(tools.record());
  try {
    await waitForPort(host, tools.record().ssh.port, {
      limitMs: firstContactLimits(plan.shape).portMs,
      signal: tools.signal,
      clock: tools.clock,
    });
    return true;
  } catch (error) {
    if (error instanceof TimeLimitReached) return false;
    throw error;
  }
}
