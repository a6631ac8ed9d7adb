import { existsSync, readdirSync } from 'node:fs';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * The rooms of src/, in the order in which data meets them, and what each may import besides itself
 * and the house's two shared rooms. `vscode` stands for the editor's API.
 */
const arrows = {
  ports: [],
  waiting: [],
  cloud: [],
  instances: [],
  ssh: [],
  setup: ['ssh'],
  jupyter: [],
  journey: ['cloud', 'instances', 'ssh', 'setup', 'jupyter'],
  editor: ['cloud', 'instances', 'ssh', 'setup', 'jupyter', 'journey', 'vscode'],
};
const shared = ['ports', 'waiting'];

/** The packages that belong to one room alone. */
const packagesOfRooms = {
  cloud: ['oci-*'],
  ssh: ['ssh2'],
  jupyter: ['@jupyterlab/*', 'ws'],
};

const rooms = Object.keys(arrows);

/** One override a room: every arrow that the table does not name is an error with the reason in words. */
const roomRules = rooms.map((room) => {
  const allowed = new Set([room, ...shared, ...arrows[room]]);
  const patterns = rooms
    .filter((other) => !allowed.has(other))
    .map((other) => ({
      regex: `^(\\.\\./)+${other}(/|$)`,
      message: `src/${room} may not import src/${other} (see the arrows in eslint.config.js).`,
    }));
  for (const [owner, packages] of Object.entries(packagesOfRooms)) {
    if (owner !== room) {
      patterns.push({ group: packages, message: `Only src/${owner} imports ${packages.join(', ')}.` });
    }
  }
  if (!allowed.has('vscode')) {
    patterns.push({ group: ['vscode'], message: 'Only src/editor and src/extension.ts import vscode.' });
  }
  return { files: [`src/${room}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } };
});

for (const room of existsSync('src') ? readdirSync('src', { withFileTypes: true }) : []) {
  if (room.isDirectory() && !rooms.includes(room.name)) {
    throw new Error(`src/${room.name} has no arrows yet: add it to the table in eslint.config.js.`);
  }
}

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      // Numbers and booleans in a template say what they are; objects do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `() => done()` in one line reads better than a block, and hides nothing.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // The person's own fallback for an empty string is `||`; `??` would keep the empty string.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // `while (true)` with its ends inside is how a loop that waits is written.
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      // An interface of another's shape (OCI, Jupyter) has methods without a promise to await.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    // What happens is said to the person or to the log channel; a console has no reader here.
    rules: { 'no-console': 'error' },
  },
  ...roomRules,
  {
    files: ['test/**/*.ts'],
    rules: {
      // mocha's `describe` and `it` return nothing to wait for, and tests pass functions as they are.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        URL: 'readonly',
      },
    },
  },
);
