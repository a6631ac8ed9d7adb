import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import * as v from 'valibot';

const folder = 'resources/notebooks/';

const notebookSchema = v.object({
  nbformat: v.literal(4),
  nbformat_minor: v.literal(5),
  cells: v.array(
    v.looseObject({
      id: v.string(),
      cell_type: v.picklist(['code', 'markdown']),
      source: v.array(v.string()),
      outputs: v.optional(v.array(v.unknown()), []),
      execution_count: v.optional(v.null(), null),
    }),
  ),
});

/** What one end of TensorFlow 2.9 to 2.21 does not take, or takes minutes for. */
const avoided: readonly (readonly [string, RegExp])[] = [
  ['predict() on a list: Keras 3 fails', /predict\(\s*\[/],
  ['input_shape=: Keras 3 warns', /input_shape\s*=/],
  ['an epoch a step: each costs up to 1.5 s on several GPUs', /epochs\s*=\s*\d{3,}/],
  ['experimental names that were taken away', /\.experimental\.(list_physical|Virtual|MirroredStrategy)/],
];

describe('The sample notebooks', () => {
  it("keep the tutorial's names", () => {
    assert.deepEqual(readdirSync(folder).sort(), [
      'celsious2fahrenheit.ipynb',
      'celsious2fahrenheit_distributed.ipynb',
      'num_gpu.ipynb',
    ]);
  });

  for (const file of readdirSync(folder)) {
    const { cells } = v.parse(notebookSchema, JSON.parse(readFileSync(folder + file, 'utf8')));
    const code = cells.filter(({ cell_type: type }) => type === 'code').map(({ source }) => source.join(''));

    it(`${file} comes without outputs, and its cells have ids of their own`, () => {
      assert.ok(cells.every(({ outputs }) => outputs.length === 0));
      assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length);
    });

    it(`${file} avoids what TensorFlow 2.9 or 2.21 does not take`, () => {
      for (const [why, pattern] of avoided) assert.doesNotMatch(code.join('\n'), pattern, why);
    });
  }

  it('the distributed one gives every replica a share of the same size', () => {
    const text = readFileSync(`${folder}celsious2fahrenheit_distributed.ipynb`, 'utf8');
    assert.match(text, /\.batch\(len\(celsius\) \* replicas, drop_remainder=True\)/);
  });
});
