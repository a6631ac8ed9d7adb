import type { ExecOptions, SshConnection } from '../ssh/types';

/** A command on the instance ended with an error. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  constructor(
    readonly code: number | null,
    readonly stderr: string,
  ) {
    super(`A command on the instance failed: ${stderr.trim().slice(-500) || `status ${code ?? 'none'}`}`);
  }
}

/** Runs a command and gives what it printed. @throws CommandFailed when its status is not 0. */
export async function runOnInstance(
  connection: SshConnection,
  command: string,
  options: ExecOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await connection.exec(command, options);
  if (code !== 0) throw new CommandFailed(code, stderr);
  return stdout;
}
