import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { recipeOf } from '../../../src/setup/plan';
import { failureAdvice, gpuAdvice } from '../../../src/setup/reasons';

const folder = resolve('resources/setup');
const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.sh'))
  .map((name) => readFileSync(join(folder, name), 'utf8'));

describe('the scripts for the instance', () => {
  it('fail only with reasons that have a sentence', () => {
    const used = texts.flatMap((text) =>
      [...text.matchAll(/\bfail ([a-z]\w+) ['"]/gi)].map((m) => m[1] ?? ''),
    );
    const pull = readFileSync(join(folder, 'python/pull_image.py'), 'utf8');
    used.push(...[...pull.matchAll(/(?:, |PullFailed\(\s*)"([a-z]+[A-Z]\w+)"/g)].map((m) => m[1] ?? ''));
    assert.ok(used.length > 25);
    assert.deepEqual(
      used.filter((reason) => !Object.hasOwn(failureAdvice, reason)),
      [],
    );
  });

  it('name only causes that have advice when GPUs are missing', () => {
    const check = readFileSync(join(folder, 'python/verify_gpus.py'), 'utf8');
    const used = [...check.matchAll(/return "(\w+)"/g)].map((m) => m[1] ?? '');
    assert.deepEqual([...new Set(used)].sort(), Object.keys(gpuAdvice).sort());
  });

  it('leave a ready instance where GPUs are missing, which has no Retry to be sent to', () => {
    for (const { nextAction } of Object.values(gpuAdvice)) assert.doesNotMatch(nextAction, /retry/i);
  });

  it('give each way a recipe, and each step of a recipe a file with a heading', () => {
    for (const name of Object.values(recipeOf)) readFileSync(join(folder, `recipes/${name}.sh`));
    for (const list of ['recipes/native.sh', 'lib/container-way.sh']) {
      const recipe = readFileSync(join(folder, list), 'utf8');
      const steps = /recipe_steps=\(([^)]*)\)/.exec(recipe)?.[1]?.trim().split(/\s+/) ?? [];
      assert.ok(steps.length > 5);
      for (const step of steps) {
        assert.match(readFileSync(join(folder, `steps/${step}.sh`), 'utf8'), /^# title: \S/m);
      }
    }
  });
});
