import * as vscode from 'vscode';
import { silenceOf } from '../../kernel-refusal';
import { offerNextAction } from '../../notebook/questions';
import { pickOne, separator, typeText } from '../../quick-pick';
import { sampleNotebooks } from '../../tree/sample-notebooks';
import { groupPackages } from '../../words/packages';
import { passwordBox, passwordWords } from '../../words/password';
import { checkStillFits } from '../fitting-view';
import type { InstanceHandler } from '../register';
import { fieldOf } from '../target';
import { tellOutcome } from '../tell-failure';
import { tellTunnel } from '../tell-tunnel';
import { mayRestartJupyter } from './ask-before-restart';

/** Opens the browser, logged in. */
export const openJupyterLab: InstanceHandler = async (context, view) => {
  const { record } = view;
  const silence = silenceOf(view);
  if (silence) {
    await offerNextAction(silence);
    return;
  }
  if (view.tunnel.kind !== 'up') {
    const outcome = await context.lab.setTunnel(record.id, true);
    if (outcome.kind !== 'done') {
      await tellTunnel(context, record.id, outcome);
      return;
    }
  }
  const { baseUrl, token } = await context.lab.jupyter(record.id);
  const address = new URL('lab', baseUrl);
  address.searchParams.set('token', token);
  const link = await browserLink(address.href);
  await vscode.env.openExternal(vscode.Uri.parse(link));
};

/** Without the token where the browser runs on this computer; elsewhere only the tunnel's own port is forwarded. */
async function browserLink(address: string): Promise<string> {
  const { remoteName, uiKind } = vscode.env;
  if (uiKind !== vscode.UIKind.Desktop || remoteName !== undefined) return address;
  const { oneTimeLink } = await import('../../../jupyter');
  return await oneTimeLink(address);
}

export const openSampleNotebook: InstanceHandler = async ({ notebooks }, { record }, target) => {
  const file = fieldOf(target, 'file') ?? (await askNotebook());
  if (file !== undefined) await notebooks.openSample(record.id, file);
};

/** The tutorial's `pip list`, as a list to search; choosing a package copies its name and version. */
export const showPackages: InstanceHandler = async ({ lab }, { record }) => {
  const picked = await pickOne<string>({
    title: `Packages on ${record.name}`,
    placeholder: 'Search; Enter copies name and version',
    canGoBack: false,
    load: async (show, signal) => {
      const groups = groupPackages(await lab.packages(record.id, signal));
      show(
        groups.flatMap(({ title, packages }) => [
          separator(title),
          ...packages.map(({ name, version }) => ({
            label: name,
            description: version,
            value: `${name}==${version}`,
          })),
        ]),
      );
    },
  });
  if (picked.kind === 'chosen') await vscode.env.clipboard.writeText(picked.value);
};

/**
 * An empty answer takes away the password that is set, as the box says. Whether one is set the instance alone knows:
 * the box is there before its answer, and without it where the link is away.
 */
export const setPassword: InstanceHandler = async (context, view) => {
  const { lab, log } = context;
  const { record } = view;
  let box = passwordBox(undefined);
  const typed = await typeText({
    title: 'JupyterLab Password',
    prompt: box.prompt,
    validate: box.validate,
    password: true,
    canGoBack: false,
    load: async (show, signal) => {
      try {
        box = passwordBox(await lab.hasPassword(record.id, signal));
        show(box.prompt);
      } catch (error) {
        log.debug(`Whether ${record.name} has a JupyterLab password could not be asked.`, error);
      }
    },
  });
  if (typed.kind !== 'typed' || (typed.text === '' && !box.mayTakeAway)) return;
  if (!(await mayRestartJupyter(lab, view))) return;
  checkStillFits('ociGpu.setPassword', lab, record);
  const outcome = await lab.setPassword(record.id, typed.text);
  if (outcome.kind === 'done') {
    void vscode.window.showInformationMessage(passwordWords(record.name, typed.text !== ''));
  }
  await tellOutcome(context, record.id, outcome);
};

async function askNotebook(): Promise<string | undefined> {
  const picked = await pickOne({
    title: 'Open Sample Notebook',
    placeholder: 'Which notebook?',
    canGoBack: false,
    items: sampleNotebooks.map(({ file, purpose }) => ({ label: file, description: purpose, value: file })),
  });
  return picked.kind === 'chosen' ? picked.value : undefined;
}
