import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import * as vscode from 'vscode';
import type { GivenKey } from '../../journey/lab';
import { pickOne, separator, typeText, type Items, type Picked } from '../quick-pick';

/** A key whose private half has been proved to work. */
export interface ProvedKey {
  readonly publicLine: string;
  readonly given: GivenKey;
  /** `~/.ssh/id_ed25519` */
  readonly label: string;
}

/** How the key is come by: made at the launch, or one of the person's. */
export type KeyChoice = { readonly kind: 'generate' } | { readonly kind: 'own'; readonly key: ProvedKey };

export const generatedKeyLabel = 'new key, kept in the editor';

/** Makes a key pair; its private half is kept by whoever launches with it. */
export async function generateProvedKey(name: string): Promise<ProvedKey> {
  const { generateKey } = await import('../../ssh/generate-key');
  const key = generateKey(`oci-gpu-lab ${name}`);
  return {
    publicLine: key.publicLine,
    given: { kind: 'private', privateKeyPem: key.privateKeyPem },
    label: generatedKeyLabel,
  };
}

type Source =
  | { readonly kind: 'generate' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'browse' }
  | { readonly kind: 'paste' }
  | { readonly kind: 'agent'; readonly socket: string; readonly publicLine: string; readonly label: string };

/** Asks which key to use, and proves it before it is taken. */
export async function editSshKey(canGenerate: boolean): Promise<Picked<KeyChoice>> {
  for (;;) {
    const source = await pickOne<Source>({
      title: 'SSH key',
      placeholder: 'Which key shall log in?',
      canGoBack: true,
      items: fixedItems(canGenerate),
      load: async (show) => show([...fixedItems(canGenerate), ...(await ownKeyItems())]),
    });
    if (source.kind !== 'chosen') return source;
    if (source.value.kind === 'generate') return { kind: 'chosen', value: { kind: 'generate' } };
    const key = await keyFrom(source.value);
    if (key) return { kind: 'chosen', value: { kind: 'own', key } };
  }
}

function fixedItems(canGenerate: boolean): Items<Source> {
  const generate = {
    label: 'Generate a new key',
    description: 'ed25519, kept in the editor’s secret storage',
    value: { kind: 'generate' } as const,
  };
  return [
    ...(canGenerate ? [generate] : []),
    { label: 'Choose a file…', value: { kind: 'browse' } as const },
    { label: 'Paste a private key…', value: { kind: 'paste' } as const },
  ];
}

async function ownKeyItems(): Promise<Items<Source>> {
  const [{ listCandidateKeys }, { agentSockets, listAgentKeys }] = await Promise.all([
    import('../../ssh/candidate-keys'),
    import('../../ssh/agent-keys'),
  ]);
  const files = await listCandidateKeys(join(homedir(), '.ssh'));
  const agents = await Promise.all(
    agentSockets(process.platform, process.env).map(async (socket) => await listAgentKeys(socket)),
  );
  const agentKeys = agents.flatMap((answer) => (answer.kind === 'ok' ? answer.keys : []));
  return [
    ...(files.length === 0 ? [] : [separator('In ~/.ssh')]),
    ...files.map(({ path, usable, reason, publicHalf }) => ({
      label: tilde(path),
      description: [publicHalf?.type, usable === 'withPassphrase' ? 'passphrase' : '', publicHalf?.comment]
        .filter(Boolean)
        .join(' · '),
      ...(reason === undefined ? {} : { detail: reason }),
      value: { kind: 'file', path } as const,
    })),
    ...(agentKeys.length === 0 ? [] : [separator('In the SSH agent')]),
    ...agentKeys.map(({ identity, type, comment, fingerprint }) => ({
      label: comment === '' ? fingerprint : comment,
      description: type,
      value: {
        kind: 'agent',
        socket: identity.socket,
        publicLine: identity.publicKey,
        label: `agent: ${comment}`,
      } as const,
    })),
  ];
}

async function keyFrom(source: Exclude<Source, { kind: 'generate' }>): Promise<ProvedKey | undefined> {
  switch (source.kind) {
    case 'agent':
      return await agentKey(source);
    case 'file':
      return await fileKey(source.path);
    case 'browse': {
      const defaultUri = vscode.Uri.file(join(homedir(), '.ssh'));
      const [chosen] = (await vscode.window.showOpenDialog({ title: 'Private SSH key', defaultUri })) ?? [];
      return chosen && (await fileKey(chosen.fsPath));
    }
    case 'paste':
      return await pastedKey();
  }
}

async function agentKey(source: Extract<Source, { kind: 'agent' }>): Promise<ProvedKey | undefined> {
  const { proveAgentKey } = await import('../../ssh/agent-keys');
  const proved = await proveAgentKey({ kind: 'agent', socket: source.socket, publicKey: source.publicLine });
  if (!proved) {
    await refuse('The SSH agent lists this key, but did not sign with it.');
    return undefined;
  }
  return {
    publicLine: source.publicLine,
    given: { kind: 'agent', publicKey: source.publicLine },
    label: source.label,
  };
}

async function fileKey(path: string): Promise<ProvedKey | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) {
    await refuse(`The key file ${tilde(path)} cannot be read.`);
    return undefined;
  }
  const read = await unlock(text, tilde(path));
  if (!read) return undefined;
  const { publicLine, passphrase } = read;
  // Handed on, so that it is not asked again minutes into the bill.
  const given = { kind: 'file', path, ...(passphrase === undefined ? {} : { passphrase }) } as const;
  return { publicLine, given, label: tilde(path) };
}

/** An input box would join the lines, so the key is taken from the clipboard. */
async function pastedKey(): Promise<ProvedKey | undefined> {
  const text = await vscode.env.clipboard.readText();
  if (!text.includes('PRIVATE KEY') && !text.startsWith('PuTTY-User-Key-File-')) {
    await refuse('Copy the private key first, from its BEGIN to its END line, then choose Paste again.');
    return;
  }
  const read = await unlock(text, 'the pasted key');
  if (!read) return;
  const { plainKey: privateKeyPem, publicLine } = read;
  return { publicLine, given: { kind: 'private', privateKeyPem }, label: 'pasted key, kept in the editor' };
}

async function unlock(text: string, name: string) {
  const { parsePrivateKey } = await import('../../ssh/parse-key');
  let passphrase: string | undefined;
  let read = parsePrivateKey(text);
  while (read.kind === 'needsPassphrase' || read.kind === 'wrongPassphrase') {
    const prompt = read.kind === 'wrongPassphrase' ? 'Wrong passphrase. Try again.' : `Passphrase of ${name}`;
    const typed = await typeText({ title: 'SSH key', prompt, password: true, canGoBack: true });
    if (typed.kind !== 'typed') return undefined;
    passphrase = typed.text;
    read = parsePrivateKey(text, passphrase);
  }
  if (read.kind === 'ok') return { ...read, passphrase };
  await refuse(read.message);
  return undefined;
}

async function refuse(message: string): Promise<void> {
  await vscode.window.showWarningMessage(message, { modal: true });
}

function tilde(path: string): string {
  const inHome = relative(homedir(), path);
  return inHome.startsWith('..') ? path : `~/${inHome.replaceAll('\\', '/')}`;
}
