import { randomUUID } from 'node:crypto';
import type { InstanceRecord, KeyReference, LaunchPlan, NewRecord } from '../instances/record';
import { adoptedRecord, findAdopted, recordThatKnows, withAdopted, type Adoption } from './discovery/adopt';
import { keepKey } from './reach/kept-keys';
import { isDeclined } from './reach/host-look';
import type { ActionOutcome, Begun, GivenKey, Lab } from './lab';
import { anotherWindow, type LabCore } from './lab-core';

/** The actions that put an instance into the list. */
export function createBeginnings(
  core: LabCore,
  forget: (id: string) => Promise<void>,
): Pick<Lab, 'launch' | 'addSshHost' | 'adopt'> {
  const { deps, store } = core;

  /** The key is kept first: a record whose key is lost would be a machine that nobody can enter. */
  const begin = async (record: NewRecord, given: GivenKey | undefined): Promise<Begun> => {
    const { id } = record;
    await core.own(id);
    const key = given && (await keepKey(id, given, deps.secrets));
    await store.create(withKey(record, key));
    return { id, ended: core.advance(id) };
  };

  /** With its record's key, the one that it was launched or taken in with; where that has none, with the given one. */
  const goOnWith = async (
    { id, ssh }: InstanceRecord,
    { instance }: Adoption,
    given: GivenKey | undefined,
  ): Promise<Begun> => {
    if (!(await core.own(id))) return { id, ended: Promise.resolve(anotherWindow(core.need(id))) };
    const key = given && ssh.key === undefined ? await keepKey(id, given, deps.secrets) : undefined;
    await store.update(id, (record) => withKey(withAdopted(record, instance, deps.clock.now()), key));
    return { id, ended: core.advance(id) };
  };

  /** What the person has looked at and does not want leaves the list again. */
  const unlessDeclined = async ({ id, ended }: Begun): Promise<ActionOutcome> => {
    const outcome = await ended;
    const record = store.get(id);
    if (!record || !isDeclined(record.phase)) return outcome;
    await forget(id);
    return { kind: 'cancelled' };
  };

  return {
    launch: async (plan, key) => await begin(plannedRecord(plan, deps.clock.now()), key),
    addSshHost: async ({ name, host, port, user, key, jump }) => {
      const begun = await begin(
        {
          id: randomUUID(),
          name,
          createdAt: deps.clock.now(),
          origin: { kind: 'ssh' },
          ssh: { host, port, user, hostKeys: [], ...(jump ? { jump: { ...jump, hostKeys: [] } } : {}) },
          setup: { way: null, extraPackages: [] },
          tunnel: { wanted: true },
          phase: { kind: 'connecting', step: 'Connecting', since: deps.clock.now() },
          journal: [],
        },
        key,
      );
      return { id: begun.id, ended: unlessDeclined(begun) };
    },
    adopt: async ({ key, ...place }) => {
      const adoption = await findAdopted(deps, place);
      const known = recordThatKnows(store, adoption.instance);
      return known
        ? await goOnWith(known, adoption, key)
        : await begin(await adoptedRecord(adoption, store), key);
    },
  };
}

function withKey<T extends Pick<InstanceRecord, 'ssh'>>(record: T, key: KeyReference | undefined): T {
  return key ? { ...record, ssh: { ...record.ssh, key } } : record;
}

function plannedRecord(plan: LaunchPlan, now: number): NewRecord {
  const jump = plan.network.kind === 'subnet' ? plan.network.jump : undefined;
  return {
    id: randomUUID(),
    name: plan.name,
    createdAt: now,
    origin: { kind: 'oci', plan },
    ssh: {
      port: 22,
      user: plan.image.loginUser,
      hostKeys: [],
      ...(jump ? { jump: { ...jump, hostKeys: [] } } : {}),
    },
    setup: {
      way: plan.setupWay,
      extraPackages: plan.extraPackages,
      ...(plan.containerTag === undefined ? {} : { containerTag: plan.containerTag }),
    },
    tunnel: { wanted: true },
    phase: { kind: 'planned' },
    journal: [],
  };
}
