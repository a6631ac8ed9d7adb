// Runs an installer quietly: its output goes to a log file, and is shown only when it fails.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from './editor-cache.mjs';

/** @returns when the command ended with 0; throws with the log's last lines otherwise. */
export async function runLogged(name, argv, { cwd, env } = {}) {
  mkdirSync(cacheDir(), { recursive: true });
  const logFile = join(cacheDir(), `prepare-${name}.log`);
  const log = openSync(logFile, 'w');
  try {
    const ended = await new Promise((done) => {
      const child = spawn(argv[0], argv.slice(1), {
        cwd,
        env: env ?? process.env,
        stdio: ['ignore', log, log],
      });
      child.once('error', (error) => done(error.message));
      child.once('exit', (code, signal) => done(code === 0 ? undefined : `ended with ${signal ?? code}`));
    });
    if (ended !== undefined) {
      const tail = readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
      throw new Error(`${argv.slice(0, 4).join(' ')}: ${ended}\n${tail}\n(whole log: ${logFile})`);
    }
  } finally {
    closeSync(log);
  }
}

/**
 * The environment for an npm of our own. What the outer `npm run` put there goes: its
 * user agent, for one, would tell code-server's installer the wrong Node version.
 */
export function npmEnvironment(extra = {}) {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^npm_(package|lifecycle)_|^npm_(command|execpath|node_execpath)$|^NODE$|^INIT_CWD$/.test(name) &&
      !/^npm_config_(user_agent|local_prefix|global_prefix|prefix|node_gyp|npm_version|globalconfig|init_module)$/.test(
        name,
      ),
  );
  // The repository keeps npm silent for the sandbox's sake; an installer that fails must say why.
  return { ...Object.fromEntries(kept), npm_config_loglevel: 'warn', ...extra };
}
