import { complaint, parseLogin, type Login } from '../../launch/parse-inputs';
import { typeText } from '../../quick-pick';
import type { Handler } from '../register';
import { tellLater } from '../tell-later';
import { tellReady } from '../tell-ready';
import { askKey } from './ask-key';

/** Adds a machine that is reached by SSH, whoever runs it; through a jump host, when one is named. */
export const addSshHost: Handler = async (context) => {
  const typed = await typeText({
    title: 'Add SSH Host',
    prompt: 'Login user and address; it is looked at before anything is changed on it',
    placeholder: 'opc@203.0.113.7',
    canGoBack: false,
    validate: complaint(parseLogin),
  });
  const host = typed.kind === 'typed' ? parseLogin(typed.text) : undefined;
  if (!host?.ok) return;
  const jump = await askJumpHost();
  if (jump === undefined) return;
  const key = await askKey();
  if (!key) return;
  const through = jump === 'none' ? {} : { jump };
  const { id, ended } = await context.lab.addSshHost({
    ...host.value,
    ...through,
    name: host.value.host,
    key,
  });
  context.showProgress(id);
  tellLater(
    context,
    'Adding an SSH host',
    ended.then((outcome) => tellReady(context, id, outcome)),
  );
};

/** @returns undefined when it was closed */
async function askJumpHost(): Promise<Login | 'none' | undefined> {
  const typed = await typeText({
    title: 'Jump Host',
    prompt: 'The host on the way there, which takes the same key; Enter alone when there is none',
    placeholder: 'opc@bastion.example.com',
    canGoBack: false,
    validate: (text) => (text.trim() === '' ? undefined : complaint(parseLogin)(text)),
  });
  if (typed.kind !== 'typed') return undefined;
  const parsed = parseLogin(typed.text);
  return parsed.ok ? parsed.value : 'none';
}
