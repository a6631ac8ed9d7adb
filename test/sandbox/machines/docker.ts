/** The `docker` command line: the one place that starts it. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What goes with a docker command besides its arguments. */
export interface DockerOptions {
  /** Written to the command's standard input. */
  readonly stdin?: string | undefined;
  /** Added to the command's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds after which the command is ended; 120 s if not given. */
  readonly limitMs?: number;
}

/** A Docker engine, reached through its command line. */
export interface Docker {
  /** Runs `docker <args>` and gives how it ended, whatever the code. */
  run(args: readonly string[], options?: DockerOptions): Promise<CommandResult>;
  /**
   * Runs `docker <args>` and gives its standard output without the last line break.
   * @throws DockerFailed when the code is not 0.
   */
  output(args: readonly string[], options?: DockerOptions): Promise<string>;
  /** Starts `docker <args>` with open pipes, for what is too large to hold. */
  spawn(args: readonly string[]): ChildProcess;
}

/** A docker command that failed, with what it said. */
export class DockerFailed extends Error {
  override readonly name = 'DockerFailed';
  constructor(
    readonly args: readonly string[],
    readonly result: CommandResult,
  ) {
    super(`docker ${args[0] ?? ''} failed (${result.code}): ${result.stderr.trim() || result.stdout.trim()}`);
  }
}

const defaultLimitMs = 120_000;
const maxBuffer = 256 * 1024 * 1024;

/** A client for the engine at `host` (`unix:///…`), or for the one that the environment names. */
export function createDocker({ host }: { readonly host?: string | undefined } = {}): Docker {
  const hostEnv = host === undefined ? {} : { DOCKER_HOST: host };
  const run = (args: readonly string[], options: DockerOptions = {}): Promise<CommandResult> =>
    runProgram('docker', args, { ...options, env: { ...hostEnv, ...options.env } });
  return {
    run,
    spawn: (args) => spawn('docker', args, { env: { ...process.env, ...hostEnv }, stdio: 'pipe' }),
    async output(args, options) {
      const result = await run(args, options);
      if (result.code !== 0) throw new DockerFailed(args, result);
      return result.stdout.replace(/\n$/, '');
    },
  };
}

/** Runs any program of this host; a program that is not there gives code 127. */
export function runProgram(
  program: string,
  args: readonly string[],
  { stdin, env, limitMs = defaultLimitMs }: DockerOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const child = execFile(
      program,
      args,
      { env: { ...process.env, ...env }, maxBuffer, timeout: limitMs, encoding: 'utf8' },
      (error, stdout, stderr) => {
        resolve({ code: exitCode(error), stdout, stderr: error && !stderr ? error.message : stderr });
      },
    );
    // A program that ends early closes its input: its exit code tells more than the broken pipe.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(stdin ?? '');
  });
}

function exitCode(error: (Error & { code?: number | string | null | undefined }) | null): number {
  if (error === null) return 0;
  if (typeof error.code === 'number') return error.code;
  return error.code === 'ENOENT' ? 127 : 1;
}
