import * as v from 'valibot';
import type { SetupWay } from '../ports/setup-way';
import { isSystemWide, systemFolder } from './places';

const text = v.optional(v.string(), '');
const count = v.pipe(text, v.transform(Number), v.number());

/** What a machine is like, before anything is changed on it (resources/setup/probe.sh). */
const hostFactsSchema = v.object({
  /** What the recipes know it as: `debian` (Ubuntu too), `ol7`, `ol8`, `ol9`; empty when they know no way. */
  family: text,
  /** The operating system's full name, for a person. */
  osName: text,
  /** `x86_64`, `aarch64` */
  arch: text,
  user: text,
  /** systemd's version; empty when it does not run the machine. */
  systemd: text,
  sudo: v.picklist(['root', 'passwordless', 'none']),
  /** Where set-up is, or will be: for the whole machine, or without sudo in the home folder. */
  folder: v.optional(v.string(), systemFolder),
  /** Whether the user's services run without a login: `possible` when the user may switch that on. */
  linger: v.optional(v.picklist(['on', 'possible', 'off']), 'off'),
  /** The packages of the system that Python lacks for an environment of its own, in words. */
  missing: text,
  freeMiB: count,
  /** GPUs that nvidia-smi lists. */
  gpus: count,
  /** The first one's name. */
  gpuName: text,
  /** `free`, `own` (this project's JupyterLab), or the name of the program that listens there. */
  port8888: text,
  setup: v.picklist(['none', 'running', 'ready', 'failed', 'cancelled', 'interrupted']),
  /** What the last set-up was asked for: its recipe, its packages with spaces between, its image. */
  recipe: text,
  extras: text,
  image: text,
});
export type HostFacts = v.InferOutput<typeof hostFactsSchema>;

/** Reads the lines of `name=value` that probe.sh prints. @throws when they are not what it prints. */
export function hostFacts(output: string): HostFacts {
  const pairs = output
    .split('\n')
    .filter((line) => line.includes('='))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
  return v.parse(hostFactsSchema, Object.fromEntries(pairs));
}

/** Below this there is no room for the scripts and their log, which would tell the rest. */
const leastFreeMiB = 50;

/** Why this machine cannot be set up in a way, as a sentence; `undefined` when it can. */
export function whyNotSetUp(facts: HostFacts, way: SetupWay = 'native'): string | undefined {
  if (facts.systemd === '')
    return 'This machine is not run by systemd, so JupyterLab cannot be kept running.';
  if (facts.family === '') {
    return `${facts.osName || 'This system'} is none of Oracle Linux 7 to 9, Ubuntu and Debian, which set-up knows.`;
  }
  if (facts.arch !== 'x86_64')
    return `TensorFlow with CUDA is built for x86-64; this machine is ${facts.arch}.`;
  if (facts.sudo === 'none') {
    const reason = whyNotWithoutSudo(facts, way);
    if (reason !== undefined) return reason;
  } else if (!isSystemWide(facts) && way !== 'native') {
    return `This machine was set up in the home folder of ${facts.user}, where only the native way works.`;
  }
  if (!['free', 'own'].includes(facts.port8888)) {
    return `Port 8888 is in use on this machine by ${facts.port8888}. Stop that program, then retry.`;
  }
  if (facts.freeMiB < leastFreeMiB) {
    return `The disk of this machine is full: ${facts.freeMiB} MiB are free. Free some space, then retry.`;
  }
  return undefined;
}

/** Without sudo nothing can be installed for the machine, and services end with the login unless the user lingers. */
function whyNotWithoutSudo(facts: HostFacts, way: SetupWay): string | undefined {
  const { user } = facts;
  const none = `The user ${user} has no sudo without a password`;
  if (isSystemWide(facts))
    return `${none} any more, with which this machine was set up. Give it back, then retry.`;
  if (way !== 'native') return `${none}, which Docker needs. Choose the native way, or another user.`;
  if (facts.missing !== '') {
    return `${none}, and set-up needs ${facts.missing}. Ask an administrator to install that, then retry.`;
  }
  if (facts.linger === 'off') return whyNotLingering(user);
  return undefined;
}

/** Why JupyterLab would end with the login, and what an administrator can do about it. */
export function whyNotLingering(user: string): string {
  return (
    `The user ${user} has no sudo without a password, and its services end when it logs out. ` +
    `Ask an administrator to run: loginctl enable-linger ${user}, then retry.`
  );
}
