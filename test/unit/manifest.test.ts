import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const ids = v.array(v.object({ id: v.string() }));
const { contributes } = v.parse(
  v.object({
    contributes: v.object({
      commands: v.array(v.object({ command: v.string() })),
      configuration: v.object({
        properties: v.record(
          v.string(),
          v.object({ scope: v.string(), markdownDescription: v.string(), default: v.unknown() }),
        ),
      }),
      views: v.record(v.string(), ids),
      viewsContainers: v.object({ activitybar: ids }),
      terminal: v.object({ profiles: ids }),
    }),
  }),
  JSON.parse(readFileSync('package.json', 'utf8')),
);
const settings = Object.keys(contributes.configuration.properties).sort();
const readme = readFileSync('README.md', 'utf8');
const source = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join('src', file), 'utf8'))
  .join('\n');

/** What stands between quotes after `call`, each once, sorted. */
const named = (text: string, call: RegExp): string[] =>
  [...new Set([...text.matchAll(call)].map(([, name = '']) => name))].sort();

describe('package.json', () => {
  it('declares the settings that are read, and no others', () => {
    const text = readFileSync('src/editor/settings/settings.ts', 'utf8');
    const read = named(text, /(?:text|settings\.get(?:<\w+>)?)\('([\w.]+)'/g);
    assert.deepEqual(
      read.map((name) => `ociGpu.${name}`),
      settings,
    );
  });

  it('lets no repository set any of them', () => {
    for (const [name, { scope }] of Object.entries(contributes.configuration.properties)) {
      assert.equal(scope, 'application', name);
    }
  });

  it('declares the views and terminal profiles that are made, and no others', () => {
    const views = Object.values(contributes.views).flat();
    assert.deepEqual(
      named(source, /createTreeView(?:<\w+>)?\(\s*'([\w.]+)'/g),
      views.map(({ id }) => id),
    );
    assert.deepEqual(
      named(source, /registerTerminalProfileProvider\(\s*'([\w.]+)'/g),
      contributes.terminal.profiles.map(({ id }) => id),
    );
    assert.deepEqual(
      Object.keys(contributes.views),
      contributes.viewsContainers.activitybar.map(({ id }) => id),
    );
  });

  it('and the README tell of the same commands and settings', () => {
    assert.deepEqual(
      named(readme, /^\|.*`(ociGpu\.\w+)` +\|$/gm),
      contributes.commands.map(({ command }) => command).sort(),
    );
    assert.deepEqual(named(readme, /^\| `(ociGpu\.[\w.]+)`/gm), settings);
  });
});
