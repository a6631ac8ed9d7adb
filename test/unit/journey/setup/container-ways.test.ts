import assert from 'node:assert/strict';
import type { InstanceRecord } from '../../../../src/instances/record';
import { ngcKey } from '../../../../src/journey/setup/ngc-key';
import { setupOf, setupPlanOf } from '../../../../src/journey/setup/setup-plan';
import { settingUp } from '../../../../src/journey/stages/setting-up';
import type { SetupEvent, SetupSecrets } from '../../../../src/setup/types';
import { aRecord } from '../../instances/a-record';
import { createMemorySecrets } from '../memory-secrets';
import { createMemorySetup } from '../memory-setup';
import { openStageBed } from '../stage-bed';

const phase = { kind: 'settingUp', step: 'Starting set-up', index: 0, total: 0, since: 0 } as const;
const ngcRecord: InstanceRecord = { ...aRecord({ phase }), setup: { way: 'ngc', extraPackages: [] } };
const key = `nvapi-${'a'.repeat(64)}`;
const ready: SetupEvent = {
  kind: 'ended',
  outcome: { kind: 'ready', gpus: { expected: 2, found: 2, checkedAt: 0 } },
};
const refused: SetupEvent = {
  kind: 'ended',
  outcome: {
    kind: 'failed',
    step: 'Container image',
    reason: 'registryRefused',
    message: 'The registry did not accept the API key.',
    nextAction: 'Retry with a valid one.',
    detail: '401',
  },
};

/** Sets up by NGC; `answer` is what the person types when asked for the key. */
async function setUpByNgc(events: readonly SetupEvent[], answer: string | undefined, kept?: string) {
  const given: (string | undefined)[] = [];
  let asked = 0;
  const setup = {
    ...createMemorySetup({ events }),
    start: async (_plan: unknown, _signal?: AbortSignal, secrets: SetupSecrets = {}) => {
      given.push(secrets.registryKey);
      return { kind: 'started' as const };
    },
  };
  const bed = await openStageBed(ngcRecord, {
    setup: () => Promise.resolve(setup),
    questions: {
      trustHostKey: async () => true,
      acceptHost: async () => true,
      passphrase: async () => undefined,
      ngcKey: async () => {
        asked++;
        return answer;
      },
    },
  });
  if (kept !== undefined) await bed.secrets.store('ngc-api-key', kept);
  const after = await bed.run(settingUp);
  const left = await bed.secrets.get('ngc-api-key');
  bed.close();
  return { after, given, asked, left };
}

describe('Set-up by NGC', () => {
  it('asks for the API key once, hands it to set-up and keeps it in the secrets', async () => {
    const { after, given, asked, left } = await setUpByNgc([ready], key);
    assert.equal(after.kind, 'ready');
    assert.deepEqual(given, [key]);
    assert.equal(asked, 1);
    assert.equal(left, key);
  });

  it('does not ask for a key that is kept', async () => {
    const { given, asked } = await setUpByNgc([ready], undefined, key);
    assert.deepEqual(given, [key]);
    assert.equal(asked, 0);
  });

  it('does not begin without a key', async () => {
    const { after, given } = await setUpByNgc([ready], undefined);
    assert.deepEqual(given, []);
    assert.ok(after.kind === 'failed');
    assert.match(after.message, /wants an NGC API key/);
    assert.equal(after.wayOut[0], 'retry');
  });

  it('asks for the key once when two set-ups want it', async () => {
    const secrets = createMemorySecrets();
    let asked = 0;
    const questions = {
      ngcKey: async () => {
        asked++;
        return key;
      },
    };
    const keys = await Promise.all([ngcKey({ secrets, questions }), ngcKey({ secrets, questions })]);
    assert.deepEqual(keys, [key, key]);
    assert.equal(asked, 1);
  });

  it('does not wait for the answer when the person cancels instead', async () => {
    let close = (): void => undefined;
    const bed = await openStageBed(ngcRecord, {
      setup: () => Promise.resolve(createMemorySetup()),
      questions: {
        trustHostKey: async () => true,
        acceptHost: async () => true,
        passphrase: async () => undefined,
        ngcKey: () => {
          bed.cancel();
          return new Promise((resolve) => {
            close = () => resolve(undefined);
          });
        },
      },
    });
    await assert.rejects(settingUp(bed.tools), /cancelled/);
    close();
    bed.close();
  });

  it('forgets a key that the registry refused, so that Retry asks again', async () => {
    const { after, left } = await setUpByNgc([refused], key);
    assert.ok(after.kind === 'failed');
    assert.match(after.message, /did not accept the API key/);
    assert.equal(left, undefined);
  });
});

describe('The pull of an image', () => {
  it('shows in the phase, and is gone with the next step', async () => {
    const shown: (string | undefined)[] = [];
    const step = { kind: 'step', total: 11, state: 'started', seconds: 0 } as const;
    const events: readonly SetupEvent[] = [
      { ...step, index: 5, id: 'image', name: 'Container image' },
      { kind: 'pull', index: 5, percent: 38, text: '2,130 of 5,610 MB' },
      { ...step, index: 6, id: 'docker-gpus', name: 'GPUs in a container' },
      ready,
    ];
    const setup = createMemorySetup({ events });
    const record: InstanceRecord = { ...ngcRecord, setup: { way: 'dockerHub', extraPackages: [] } };
    const bed = await openStageBed(record, { setup: () => Promise.resolve(setup) });
    const { update } = bed.tools;
    await settingUp({
      ...bed.tools,
      update: async (change) => {
        const after = await update(change);
        if (after.phase.kind === 'settingUp') shown.push(after.phase.progress);
        return after;
      },
    });
    bed.close();
    assert.deepEqual(shown.slice(0, 3), [undefined, '38 %, 2,130 of 5,610 MB', undefined]);
  });
});

describe('Another way for an instance', () => {
  const now: InstanceRecord['setup'] = {
    way: 'ngc',
    extraPackages: ['pandas'],
    containerTag: '22.06-tf2-py3',
  };

  it('keeps the added packages, and leaves the tag with its way', () => {
    assert.deepEqual(setupOf(now, 'native'), { way: 'native', extraPackages: ['pandas'] });
    assert.deepEqual(setupOf(now, 'ngc'), now);
    assert.equal(
      setupOf(now, 'dockerHub', { containerTag: '2.15.0-gpu-jupyter' }).containerTag,
      '2.15.0-gpu-jupyter',
    );
  });

  it('goes into the plan with the tag and the mirrors', () => {
    const mirrors = { docker: 'https://mirror.example/docker' };
    const plan = setupPlanOf({ ...ngcRecord, setup: now }, { count: 2, name: 'V100' }, false, mirrors);
    assert.equal(plan.containerTag, '22.06-tf2-py3');
    assert.deepEqual(plan.mirrors, mirrors);
  });
});
