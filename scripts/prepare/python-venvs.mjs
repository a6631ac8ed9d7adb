// The Python programs that tests use, each in a virtual environment of its own in the cache.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './editor-cache.mjs';
import { runLogged } from './run-logged.mjs';

const venvs = {
  jupyter: {
    title: 'JupyterLab with a kernel (PyPI, 350 MB)',
    packages: ['jupyterlab', 'matplotlib', 'ipykernel', 'nbclient'],
  },
  oci: {
    title: "OCI's Python SDK and CLI (PyPI, 480 MB)",
    packages: ['oci==2.189.0', 'oci-cli==3.95.1'],
  },
};

const folderOf = (name) => join(cacheDir(), `${name}-venv`);
const stampOf = (name) => join(folderOf(name), 'installed-packages.txt');
const wanted = (name) => `${venvs[name].packages.join('\n')}\n`;

export function isInstalled(name) {
  return existsSync(stampOf(name)) && readFileSync(stampOf(name), 'utf8') === wanted(name);
}

/** The Python of one of the environments. */
export function pythonOf(name) {
  if (!isInstalled(name)) {
    throw new Error(`${venvs[name].title} is not installed: run \`node scripts/prepare.mjs test\`.`);
  }
  return join(folderOf(name), 'bin', 'python');
}

/** A row of the table in needs.mjs. */
export function pythonVenv(name) {
  const folder = folderOf(name);
  return {
    title: venvs[name].title,
    present: () => isInstalled(name),
    install: async () => {
      await runLogged(`venv-${name}`, ['python3', '-m', 'venv', folder]);
      const python = join(folder, 'bin', 'python');
      // What is imported is compiled when it is; all of OCI would take a minute.
      const options = ['--quiet', '--no-compile', '--disable-pip-version-check'];
      await runLogged(`venv-${name}`, [python, '-m', 'pip', 'install', ...options, ...venvs[name].packages]);
      writeFileSync(stampOf(name), wanted(name));
    },
  };
}
