// Source packages of Python projects, in the cache: tests run the notebooks of these projects' own tests.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './editor-cache.mjs';
import { pythonOf } from './python-venvs.mjs';
import { runLogged } from './run-logged.mjs';

/** Pinned, so that a run compares what the one before compared. */
const versions = { nbclient: '0.11.0', nbval: '0.11.0', papermill: '2.7.0' };

const parent = () => join(cacheDir(), 'python-sources');

/** The folder that the source package of this project was unpacked to. */
export function sourceOf(project) {
  return join(parent(), `${project}-${versions[project]}`);
}

/** A row of the table in needs.mjs; after the `jupyter` environment, whose pip it uses. */
export function pythonSources() {
  const projects = Object.keys(versions);
  return {
    title: `Source packages of ${projects.join(', ')} for their notebooks (PyPI, 1 MB)`,
    present: () => projects.every((project) => existsSync(sourceOf(project))),
    install: async () => {
      mkdirSync(parent(), { recursive: true });
      const fresh = mkdtempSync(join(parent(), 'fetching-'));
      try {
        const wanted = projects.map((project) => `${project}==${versions[project]}`);
        const options = ['--quiet', '--no-deps', '--no-binary', projects.join(','), '--dest', fresh];
        const pip = [pythonOf('jupyter'), '-m', 'pip', 'download', '--disable-pip-version-check'];
        await runLogged('python-sources', [...pip, ...options, ...wanted]);
        for (const archive of readdirSync(fresh)) {
          await runLogged('python-sources', ['tar', '-xzf', join(fresh, archive), '-C', fresh]);
        }
        for (const project of projects) {
          const folder = sourceOf(project);
          rmSync(folder, { recursive: true, force: true });
          renameSync(join(fresh, `${project}-${versions[project]}`), folder);
        }
      } finally {
        rmSync(fresh, { recursive: true, force: true });
      }
    },
  };
}
