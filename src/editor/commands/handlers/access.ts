import * as vscode from 'vscode';
import type { InstanceRecord } from '../../../instances/record';
import type { CommandContext } from '../context';
import { awaitsSignIn } from '../fits';
import type { Handler } from '../register';

/** Oracle's page on the config file and its keys. */
const configHelp = 'https://docs.oracle.com/iaas/Content/API/Concepts/sdkconfig.htm';

/** Says how OCI access stands, and leads to what is missing. */
export const setUpAccess: Handler = async ({ checkAccess }) => {
  const check = await checkAccess();
  const open = 'Open Config File';
  const settings = 'Choose Another File';
  const help = 'How to Make One';
  if (check.kind === 'fine') {
    const names = check.profiles.join(', ');
    const [answer] = await Promise.all([
      vscode.window.showInformationMessage(
        `OCI access is set up: ${check.configFile} has ${check.profiles.length === 1 ? 'the profile' : 'the profiles'} ${names}.`,
        open,
      ),
      // The view may still say that there is none.
      vscode.commands.executeCommand('ociGpu.refresh'),
    ]);
    if (answer === open) await openFile(check.configFile);
    return;
  }
  const buttons = check.kind === 'noConfig' ? [help, settings] : [open, settings, help];
  const answer = await vscode.window.showWarningMessage(check.message, ...buttons);
  if (answer === open) await openFile(check.configFile);
  if (answer === help) await vscode.env.openExternal(vscode.Uri.parse(configHelp));
  if (answer === settings)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'ociGpu.configFile');
};

/** Under a failure of an instance, `target` is its id: the session is that of its own profile, and then it goes on. */
export const signIn: Handler = async (context, target) => {
  const view = typeof target === 'string' ? context.lab.get(target) : undefined;
  const origin = view?.record.origin;
  const profile = origin?.kind === 'oci' ? origin.plan.profile : undefined;
  await tellHowToSignIn(context, profile, view && awaitsSignIn(view) ? view.record : undefined);
};

const again = 'Retry';

/**
 * Shows the command that begins a new session; it opens a browser, so the person runs it.
 * @param profile the one in use when not given
 * @param waiting the instance that can go on after it
 */
export async function tellHowToSignIn(
  { signInOf }: CommandContext,
  profile: string | undefined,
  waiting?: Pick<InstanceRecord, 'id' | 'name'>,
): Promise<void> {
  const how = await signInOf(profile);
  if (how.kind === 'notNeeded') {
    void vscode.window.showInformationMessage(
      `Profile "${how.profile}" signs with an API key, so there is nothing to sign in to.`,
    );
    return;
  }
  const { command } = how;
  const run = 'Open Terminal';
  const copy = 'Copy';
  const answer = await vscode.window.showInformationMessage(
    `A session token is made by Oracle’s command line: ${command}`,
    run,
    copy,
    ...(waiting ? [again] : []),
  );
  if (answer === copy) await vscode.env.clipboard.writeText(command);
  if (answer === run) {
    const terminal = vscode.window.createTerminal({ name: 'OCI sign in', isTransient: true });
    terminal.show();
    terminal.sendText(command, false);
  }
  if (!waiting || answer === undefined) return;
  if (answer === again || (await hasSignedIn(waiting.name)))
    await vscode.commands.executeCommand('ociGpu.retry', waiting.id);
}

async function hasSignedIn(name: string): Promise<boolean> {
  const words = `${name} goes on where it failed once you have signed in.`;
  return (await vscode.window.showInformationMessage(words, again)) === again;
}

async function openFile(path: string): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}
