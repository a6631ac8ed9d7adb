import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { editorLocations } from '../../../scripts/prepare/editor-cache.mjs';
import type { EditorVersion } from '../../../scripts/prepare/editor-cache.mjs';
import { until } from '../../../src/waiting/until';

/** A running VS Code server; its extension host and file watcher live in its process group. */
export interface EditorServer {
  readonly port: number;
  /** The server's process id, which is also its process group's. */
  readonly pid: number;
  /** Ends the server and everything that it started. Calling it again does nothing. */
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly version: EditorVersion;
  /** Holds user data, logs and machine settings. */
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** Added to the environment; `undefined` removes a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Makes the workbench report a suite's end to the page. It then shows no notification toasts, so
   * it is left out where a person's clicks are played.
   */
  readonly reportSuite: boolean;
  /** A free one is taken if not given. */
  readonly port?: number | undefined;
}

/** Starts VS Code's own server (from code-server's package, without code-server's front end) on the loopback address. */
export async function startServer({
  version,
  dataDir,
  extensionsDir,
  env,
  reportSuite,
  port: wantedPort,
}: ServerOptions): Promise<EditorServer> {
  const places = editorLocations(version);
  if (!existsSync(places.serverMain)) {
    throw new Error(`The editor is not installed: node scripts/prepare.mjs ${purposeFor(version)}`);
  }
  const port = wantedPort ?? (await freePort());
  const logFile = join(dataDir, 'server.log');
  const log = openSync(logFile, 'a');
  const argv = [
    ...[places.serverMain, '--host', '127.0.0.1', '--port', String(port), '--without-connection-token'],
    ...['--accept-server-license-terms', '--disable-workspace-trust'],
    ...(reportSuite ? ['--enable-smoke-test-driver'] : []),
    ...['--server-data-dir', dataDir, '--extensions-dir', extensionsDir, '--telemetry-level', 'off'],
  ];
  const child = spawn(places.node, argv, {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...withoutEditorVariables(process.env), ...env },
  });
  closeSync(log);
  const { pid } = child;
  if (pid === undefined) throw new Error(`The editor's server did not start (${places.node}).`);
  const killAtExit = () => {
    signalGroup(pid, 'SIGKILL');
  };
  process.once('exit', killAtExit);
  const close = async () => {
    await endGroup(child, pid);
    process.off('exit', killAtExit);
  };
  try {
    await until(
      async () => {
        if (child.exitCode !== null)
          throw new Error(`The editor's server ended:\n${readFileSync(logFile, 'utf8')}`);
        return (await answers(`http://127.0.0.1:${port}/version`)) ? true : undefined;
      },
      { what: "the editor's server", limitMs: 60_000, everyMs: 100 },
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { port, pid, close };
}

const purposeFor = (version: EditorVersion) => (version === 'floor' ? 'editor-floor' : 'editor');

/** Started from an integrated terminal, the server would otherwise think that it belongs to that editor. */
function withoutEditorVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(VSCODE_|ELECTRON_)/.test(name) && name !== 'NODE_OPTIONS'),
  );
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}

/** A port on 127.0.0.1 that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('No free port.'));
      });
    });
  });
}

async function endGroup(child: ChildProcess, pid: number): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>((resolve) =>
      child.once('exit', () => {
        resolve();
      }),
    );
    signalGroup(pid, 'SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, 3000)));
    await Promise.race([gone, patience]);
    clearTimeout(timer);
  }
  signalGroup(pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group is gone already, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
