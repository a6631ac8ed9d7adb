import * as vscode from 'vscode';
import { readSettings } from '../settings/settings';
import { pickOne, typeText, type Picked } from '../quick-pick';
import { complaint, hostOf, isEverybody, parseCidr } from './parse-inputs';

const lookUpLimitMs = 10_000;

/** Asks from which address SSH shall be let in: typed, or looked up when the person chooses that. */
export async function editAllowFrom(
  present: string | undefined,
  { placeholder, canGoBack }: { readonly placeholder: string; readonly canGoBack: boolean },
): Promise<Picked<string>> {
  const service = readSettings().publicAddressService;
  const host = hostOf(service);
  for (;;) {
    const picked = await pickOne<'lookUp' | 'type'>({
      title: 'Allow SSH from',
      placeholder,
      canGoBack,
      items: [
        {
          label: 'Look up my public address',
          description: host === undefined ? '$(warning) no valid service is set' : `asks ${host}`,
          value: 'lookUp',
        },
        { label: 'Type an address or range…', description: present ?? '', value: 'type' },
      ],
    });
    if (picked.kind !== 'chosen') return picked;
    const found = picked.value === 'lookUp' ? await lookUpOrSay(service) : await typeCidr(present);
    if (found !== undefined) return { kind: 'chosen', value: found };
  }
}

/** The address that the outside world sees, as a range of one. @throws Error with a sentence when it cannot be had */
async function lookUpPublicAddress(service: string): Promise<string> {
  const host = hostOf(service);
  if (host === undefined) throw new Error(`ociGpu.publicAddressService is no web address: ${service}`);
  const text = await fetch(service, { signal: AbortSignal.timeout(lookUpLimitMs) })
    .then(async (response) => (response.ok ? await response.text() : ''))
    .catch((cause: unknown) => {
      throw new Error(`${host} could not be asked for your address. Type it instead.`, { cause });
    });
  const parsed = parseCidr(text);
  if (!parsed.ok) throw new Error(`${host} did not answer with an IPv4 address. Type yours instead.`);
  return parsed.value;
}

async function lookUpOrSay(service: string): Promise<string | undefined> {
  try {
    return await lookUpPublicAddress(service);
  } catch (error) {
    await vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error), {
      modal: true,
    });
    return undefined;
  }
}

async function typeCidr(present: string | undefined): Promise<string | undefined> {
  const typed = await typeText({
    title: 'Allow SSH from',
    prompt: 'IPv4 address or range',
    placeholder: '203.0.113.7',
    value: present ?? '',
    canGoBack: true,
    validate: complaint(parseCidr),
  });
  if (typed.kind !== 'typed') return undefined;
  const parsed = parseCidr(typed.text);
  if (!parsed.ok || (isEverybody(parsed.value) && !(await wantsEverybody()))) return undefined;
  return parsed.value;
}

async function wantsEverybody(): Promise<boolean> {
  const open = 'Open to Everybody';
  const detail = 'Only the key keeps others out then. Your own address alone is enough to work.';
  const question = 'Let the whole internet try to log in?';
  return (await vscode.window.showWarningMessage(question, { modal: true, detail }, open)) === open;
}
