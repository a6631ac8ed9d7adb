import assert from 'node:assert/strict';
import * as v from 'valibot';
import { asWish, editedOrTold } from '../../../../src/editor/launch/edit';
import { launchPlan } from '../../../../src/editor/launch/launch-plan';
import {
  hostOf,
  parseBootVolume,
  parseCidr,
  parseLogin,
  parseName,
  parsePackages,
} from '../../../../src/editor/launch/parse-inputs';
import { resolveDraft } from '../../../../src/editor/launch/resolve-draft';
import { toAvailability } from '../../../../src/editor/launch/cloud-catalog';
import { availabilityWords, groupShapes, limitChoices, obstacle } from '../../../../src/editor/launch/shapes';
import { isRead, launchButton, summaryGroups } from '../../../../src/editor/launch/summary';
import { changeWish, readWishes, type LaunchWishes } from '../../../../src/editor/launch/wishes';
import type { LaunchCatalog } from '../../../../src/editor/launch/catalog';
import type { LaunchDraft } from '../../../../src/editor/launch/draft';
import { launchPlanSchema } from '../../../../src/instances/record';
import { a10, amd, cpu, domains, exampleCatalog, settings, v100 } from './example-catalog';

const allowed = { allowSshFrom: '203.0.113.7/32' };
const draftOf = async (wishes: LaunchWishes, catalog: LaunchCatalog = exampleCatalog(), more = {}) =>
  await resolveDraft(
    catalog,
    wishes,
    { ...settings, ...more },
    new AbortController().signal,
    () => undefined,
  );
const extras = (wishes: LaunchWishes) => ({ wishes, keyLabel: 'new key' });

describe('The launch summary', () => {
  it('M3: begins with defaults that can be launched: the cheapest GPU, its first image, native setup', async () => {
    const draft = await draftOf(allowed);
    assert.equal(draft.shape?.value?.name, 'VM.GPU.A10.1');
    assert.equal(draft.setupWay, 'native');
    assert.deepEqual(launchButton(draft, extras(allowed)), {
      kind: 'ready',
      description: '$2.00/h, billed from the first minute',
    });
  });

  it('opens no line before it is known what that offers', async () => {
    const { shape: _unread, ...draft } = await draftOf(allowed);
    assert.equal(isRead('shape', draft), false);
    assert.equal(isRead('region', draft), true);
    assert.equal(isRead('name', draft), true);
  });

  it('keeps its lines in their places while it is read', async () => {
    const drafts: LaunchDraft[] = [];
    const whole = await resolveDraft(
      exampleCatalog(),
      allowed,
      settings,
      new AbortController().signal,
      (draft) => void drafts.push(draft),
    );
    const places = [...drafts, whole].map((draft) =>
      summaryGroups(draft, extras(allowed)).flatMap(({ lines }) =>
        lines.map(({ field, detail }) => `${field}: ${detail === undefined ? 1 : 2} rows`),
      ),
    );
    assert.ok(drafts.some(({ shape }) => shape === undefined));
    for (const place of places) assert.deepEqual(place, places.at(-1));
  });

  it('reads as lines', async () => {
    const lines = summaryGroups(await draftOf(allowed), extras(allowed)).flatMap((group) => group.lines);
    assert.deepEqual(
      lines.map(({ label, value }) => `${label}: ${value}`),
      [
        'Shape: VM.GPU.A10.1 · $2.00/h',
        'Image: Oracle-Linux-8.10-Gen2-GPU',
        'Boot volume: 200 GB · $8.50 a month',
        'Name: gpu-lab',
        'Region: Germany Central (Frankfurt)',
        'Compartment: root',
        'Availability domain: any of AD-1, AD-2, AD-3',
        'Network: made for you, and used again',
        'Allow SSH from: 203.0.113.7/32',
        'SSH key: new key',
        'Setup: native packages',
        'Extra packages: none',
      ],
    );
  });

  it('shows the container image of a way that has one, with a warning for a tag that finds no GPU', async () => {
    const lineOf = async (wishes: LaunchWishes) =>
      summaryGroups(await draftOf(wishes), extras(wishes))
        .flatMap((group) => group.lines)
        .find(({ field }) => field === 'containerTag');
    assert.equal(await lineOf(allowed), undefined);
    const ngc = await lineOf({ ...allowed, setupWay: 'ngc' });
    assert.equal(ngc?.value, 'nvcr.io/nvidia/tensorflow:25.02-tf2-py3');
    assert.equal(ngc.warning, undefined);
    const latest = await lineOf({ ...allowed, setupWay: 'dockerHub', containerTag: 'latest-gpu-jupyter' });
    assert.equal(latest?.warning, true);
    assert.match(latest.detail ?? '', /finds no GPU/);
  });

  describe('tells of the address that SSH is allowed from', () => {
    const lineOf = async (wishes: LaunchWishes, lastSource?: string) =>
      summaryGroups(await draftOf(wishes), { ...extras(wishes), lastSource })
        .flatMap((group) => group.lines)
        .find(({ field }) => field === 'allowSshFrom');

    it('that it is the one of the last launch', async () => {
      const line = await lineOf(allowed, allowed.allowSshFrom);
      assert.equal(line?.value, '203.0.113.7/32 · same as last time');
      assert.equal((await lineOf(allowed))?.value, '203.0.113.7/32');
    });

    it('that it is everybody’s', async () => {
      const line = await lineOf({ allowSshFrom: '0.0.0.0/0' });
      assert.match(line?.detail ?? '', /whole internet/);
      assert.equal(line?.warning, true);
    });
  });

  it('shows what is odd about the only profile', async () => {
    const warning = 'Its region does not look like one.';
    const profiles = () => Promise.resolve([{ name: 'DEFAULT', region: 'eu-frankfurt-1', warning }]);
    const draft = await draftOf(allowed, exampleCatalog({ profiles }));
    const line = summaryGroups(draft, extras(allowed))
      .flatMap((group) => group.lines)
      .find(({ field }) => field === 'profile');
    assert.equal(line?.value, 'DEFAULT');
    assert.equal(line.detail, warning);
  });

  it('becomes a plan that the record accepts, with the domains that have room first', async () => {
    const wishes = { ...allowed, shape: 'VM.GPU3.2' };
    const plan = launchPlan(await draftOf(wishes), wishes, 'ssh-ed25519 AAAA');
    assert.ok(plan && v.is(launchPlanSchema, plan));
    assert.deepEqual(plan.availabilityDomains, ['x:FRA-AD-2', 'x:FRA-AD-1', 'x:FRA-AD-3']);
    assert.equal(plan.shapeConfig, undefined);
    assert.deepEqual(plan.network, { kind: 'lab', allowSshFrom: '203.0.113.7/32' });
  });

  it('gives a flexible shape its size', async () => {
    const wishes = { ...allowed, shape: cpu.name };
    const plan = launchPlan(await draftOf(wishes, exampleCatalog(), { showCpuShapes: true }), wishes, 'key');
    assert.deepEqual(plan?.shapeConfig, { ocpus: 2, memoryInGBs: 16 });
  });

  it('does not launch without an address that SSH is allowed from', async () => {
    const button = launchButton(await draftOf({}), extras({}));
    assert.equal(button.kind === 'blocked' && button.field, 'allowSshFrom');
  });

  it('needs no such address in a subnet of the person’s own', async () => {
    const wishes = { subnetId: 'subnet-1', reachBy: { kind: 'privateAddress' } } as const;
    const draft = await draftOf(wishes);
    assert.equal(launchButton(draft, extras(wishes)).kind, 'ready');
    assert.equal(launchPlan(draft, wishes, 'key')?.network.kind, 'subnet');
  });

  it('says of a public subnet of the person’s own that port 22 must be open there, before anything is billed', async () => {
    const outer = { id: 'subnet-2', name: 'outer', cidr: '10.0.1.0/24', isPublic: true };
    const catalog = exampleCatalog({ subnets: () => Promise.resolve([outer]) });
    const networkLine = async (wishes: LaunchWishes) =>
      summaryGroups(await draftOf(wishes, catalog), extras(wishes))
        .flatMap(({ lines }) => lines)
        .find(({ field }) => field === 'network');
    assert.match((await networkLine({ subnetId: 'subnet-2' }))?.detail ?? '', /Port 22 must be open/);
    assert.equal((await networkLine(allowed))?.detail, undefined);
  });

  describe('in a subnet without public addresses', () => {
    const inner = { subnetId: 'subnet-1' };
    const jump = { user: 'me', host: 'bastion', port: 2222 };
    const lineOf = async (wishes: LaunchWishes) =>
      summaryGroups(await draftOf(wishes), extras(wishes))
        .flatMap((group) => group.lines)
        .find(({ field }) => field === 'reachBy');

    it('does not launch before it is said how it is reached', async () => {
      const draft = await draftOf(inner);
      const button = launchButton(draft, extras(inner));
      assert.equal(button.kind === 'blocked' && button.field, 'reachBy');
      assert.equal(launchPlan(draft, inner, 'key'), undefined);
      assert.equal((await lineOf(inner))?.warning, true);
      assert.equal(await lineOf(allowed), undefined);
    });

    it('is reached by its own address', async () => {
      const wishes: LaunchWishes = { ...inner, reachBy: { kind: 'privateAddress' } };
      assert.equal((await lineOf(wishes))?.value, 'its private address (VPN or peering)');
      const network = launchPlan(await draftOf(wishes), wishes, 'key')?.network;
      assert.equal(network?.kind === 'subnet' && network.jump, undefined);
    });

    it('is reached through a jump host, which the plan names', async () => {
      const wishes: LaunchWishes = { ...inner, reachBy: { kind: 'jump', ...jump } };
      assert.equal((await lineOf(wishes))?.value, 'jump host me@bastion:2222');
      const network = launchPlan(await draftOf(wishes), wishes, 'key')?.network;
      assert.deepEqual(network?.kind === 'subnet' && network.jump, jump);
    });

    it('is asked about anew in another subnet', () => {
      const wishes: LaunchWishes = { ...inner, reachBy: { kind: 'jump', ...jump } };
      assert.deepEqual(changeWish(wishes, { subnetId: 'subnet-2' }), { subnetId: 'subnet-2' });
    });
  });

  it('does not wait for limits and capacity', async () => {
    const never = new Promise<never>(() => undefined);
    const stop = new AbortController();
    await new Promise<void>((resolve) => {
      void resolveDraft(
        exampleCatalog({ availability: () => never }),
        allowed,
        settings,
        stop.signal,
        (draft) => {
          if (launchButton(draft, extras(allowed)).kind === 'ready') resolve();
        },
      );
    });
  });

  it('takes the next cheapest by default where the limit of the cheapest is 0', async () => {
    const catalog = exampleCatalog({
      availability: (_place, shape) =>
        Promise.resolve({
          domains,
          left: new Map(domains.map((domain) => [domain, shape === a10 ? 0 : 1])),
        }),
    });
    assert.equal((await draftOf(allowed, catalog)).shape?.value?.name, v100.name);
    const wishes = { ...allowed, shape: a10.name };
    assert.equal((await draftOf(wishes, catalog)).shape?.value?.name, a10.name);
  });

  it('says why a shape with limit 0 cannot be launched', async () => {
    const none = new Map(domains.map((domain) => [domain, 0]));
    const catalog = exampleCatalog({ availability: () => Promise.resolve({ domains, left: none }) });
    const button = launchButton(await draftOf(allowed, catalog), extras(allowed));
    assert.ok(button.kind === 'blocked' && /limit/.test(button.reason));
  });

  it('says that the limit is 0 in the chosen domain, although others have room', async () => {
    const left = new Map([['x:FRA-AD-1', 0]]);
    const catalog = exampleCatalog({ availability: () => Promise.resolve({ domains, left }) });
    const wishes = { ...allowed, availabilityDomain: 'x:FRA-AD-1' };
    const button = launchButton(await draftOf(wishes, catalog), extras(wishes));
    assert.ok(button.kind === 'blocked' && button.field === 'availabilityDomain');
    assert.match(button.reason, /limit allows no more VM\.GPU\.A10\.1 in AD-1/);
    assert.equal(launchButton(await draftOf(allowed, catalog), extras(allowed)).kind, 'ready');
  });

  it('counts what the limit leaves in instances, not in GPUs', () => {
    const limits = domains.map((availabilityDomain) => ({
      availabilityDomain,
      state: { kind: 'enough', available: 5, needed: 2, limitName: 'gpu3-count' } as const,
    }));
    assert.equal(availabilityWords(toAvailability(domains, limits, [])), 'limit leaves 2');
    const one = toAvailability(domains, limits.slice(1), []);
    assert.equal(availabilityWords(one), '', 'a domain of unknown limit leaves hope');
  });

  it('launches in the domain of a subnet that lies in one alone', async () => {
    const inner = { id: 'subnet-1', name: 'inner', cidr: '10.0.0.0/24', isPublic: true };
    const catalog = exampleCatalog({
      subnets: () => Promise.resolve([{ ...inner, availabilityDomain: 'x:FRA-AD-3' }]),
    });
    const wishes = { subnetId: 'subnet-1' };
    const plan = launchPlan(await draftOf(wishes, catalog), wishes, 'key');
    assert.deepEqual(plan?.availabilityDomains, ['x:FRA-AD-3']);
    const elsewhere = { ...wishes, availabilityDomain: 'x:FRA-AD-1' };
    const button = launchButton(await draftOf(elsewhere, catalog), extras(elsewhere));
    assert.ok(button.kind === 'blocked' && /inner is in AD-3 alone/.test(button.reason));
  });

  it('warns of missing capacity and still lets the person try', async () => {
    const availability = { domains, domainsWithRoom: [] };
    assert.equal(obstacle(v100, availability)?.cause, 'capacity');
    const catalog = exampleCatalog({ availability: () => Promise.resolve(availability) });
    assert.equal(launchButton(await draftOf(allowed, catalog), extras(allowed)).kind, 'ready');
  });

  it('shows a question that failed in its own line', async () => {
    const catalog = exampleCatalog({ images: () => Promise.reject(new Error('OCI did not answer.')) });
    const draft = await draftOf(allowed, catalog);
    assert.equal(draft.image?.problem, 'OCI did not answer.');
    const button = launchButton(draft, extras(allowed));
    assert.ok(button.kind === 'unread' && button.failure === 'other');
  });
});

describe('A line that is edited', () => {
  it('stays as it was when its list is closed, and the summary comes back', () => {
    const toWish = (shape: string) => ({ shape });
    assert.deepEqual(asWish({ kind: 'chosen', value: 'VM.GPU3.1' }, toWish), {
      kind: 'wish',
      wish: { shape: 'VM.GPU3.1' },
    });
    assert.deepEqual(asWish({ kind: 'closed' }, toWish), { kind: 'unchanged' });
    assert.deepEqual(asWish({ kind: 'back' }, toWish), { kind: 'unchanged' });
  });

  it('stays as it was when something goes wrong in it, which is told', async () => {
    const told: unknown[] = [];
    const error = new Error('no such file');
    const edit = await editedOrTold(Promise.reject(error), async (what) => void told.push(what));
    assert.deepEqual(edit, { kind: 'unchanged' });
    assert.deepEqual(told, [error]);
  });
});

describe('The list of shapes', () => {
  it('is grouped, cheapest first, with what cannot be used last', () => {
    const groups = groupShapes([amd, v100, cpu, a10]);
    assert.deepEqual(
      groups.map(({ title, shapes }) => [title, shapes.map(({ name }) => name)]),
      [
        ['Virtual machines', ['VM.GPU.A10.1', 'VM.GPU3.2']],
        ['Bare metal', ['BM.GPU.MI300X.8']],
        ['CPU only, to rehearse', ['VM.Standard.E4.Flex']],
      ],
    );
    assert.equal(obstacle(amd, undefined)?.message, 'AMD GPUs need ROCm.');
  });

  it('leads a tenancy whose GPU limit is 0 to the rehearsal, unless CPU shapes are there already', () => {
    assert.deepEqual(limitChoices([a10, v100]), ['Open Limits Page', 'Show CPU Shapes']);
    assert.deepEqual(limitChoices([a10, cpu]), ['Open Limits Page']);
  });

  it('leaves CPU shapes out unless the setting asks for them', async () => {
    assert.ok(!(await draftOf({})).shape?.options.includes(cpu));
    assert.ok((await draftOf({}, exampleCatalog(), { showCpuShapes: true })).shape?.options.includes(cpu));
  });
});

describe('What is remembered of a launch', () => {
  it('takes back what hung on a changed choice', () => {
    const wishes = { shape: 'VM.GPU3.2', imageId: 'image-1', compartmentId: 'lab', name: 'mine' };
    assert.deepEqual(changeWish(wishes, { shape: 'VM.GPU.A10.1' }), {
      shape: 'VM.GPU.A10.1',
      compartmentId: 'lab',
      name: 'mine',
    });
  });

  it('takes a tag back with its way', () => {
    const wishes: LaunchWishes = { setupWay: 'ngc', containerTag: '22.06-tf2-py3' };
    assert.deepEqual(changeWish(wishes, { setupWay: 'dockerHub' }), { setupWay: 'dockerHub' });
  });

  it('is forgotten when it cannot be read', () => {
    assert.deepEqual(readWishes({ shape: 7 }), {});
    assert.deepEqual(readWishes(undefined), {});
  });
});

describe('What people type', () => {
  it('is an address or a range', () => {
    assert.deepEqual(parseCidr(' 203.0.113.7 '), { ok: true, value: '203.0.113.7/32' });
    assert.deepEqual(parseCidr('203.0.113.0/24'), { ok: true, value: '203.0.113.0/24' });
    for (const wrong of ['', '203.0.113', '300.1.1.1', '1.2.3.4/33', 'me'])
      assert.ok(!parseCidr(wrong).ok, wrong);
  });

  it('is the web address of a service, or none at all', () => {
    assert.equal(hostOf('https://api.ipify.org'), 'api.ipify.org');
    assert.equal(hostOf('api.ipify.org'), undefined);
    assert.equal(hostOf('localhost:8080'), undefined);
  });

  it('is a login at a host', () => {
    assert.deepEqual(parseLogin('opc@bastion:2222'), {
      ok: true,
      value: { user: 'opc', host: 'bastion', port: 2222 },
    });
    assert.deepEqual(parseLogin('opc@[fd00::1]'), {
      ok: true,
      value: { user: 'opc', host: 'fd00::1', port: 22 },
    });
    for (const wrong of ['', 'bastion', 'opc@', 'opc@host:70000', 'a b@host']) {
      assert.ok(!parseLogin(wrong).ok, wrong);
    }
  });

  it('is a size that the image fits on', () => {
    assert.ok(parseBootVolume('100', 50).ok);
    assert.ok(!parseBootVolume('100', 150).ok);
    assert.ok(!parseBootVolume('49', 0).ok);
  });

  it('is a list of packages, and nothing that pip would take for an option', () => {
    assert.deepEqual(parsePackages('pandas, scikit-learn==1.5'), {
      ok: true,
      value: ['pandas', 'scikit-learn==1.5'],
    });
    assert.deepEqual(parsePackages('numpy>=1.26,<2 pandas'), {
      ok: true,
      value: ['numpy>=1.26,<2', 'pandas'],
    });
    assert.ok(!parsePackages('--index-url=http://x').ok);
    assert.ok(!parsePackages('a;rm').ok);
  });

  it('is a name', () => {
    assert.ok(parseName('trainer-2').ok);
    assert.ok(!parseName('a b').ok);
  });
});
