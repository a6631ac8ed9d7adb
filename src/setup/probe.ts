import * as v from 'valibot';

const text = v.optional(v.string(), '');
const count = v.pipe(text, v.transform(Number), v.number());

/** What a machine is like, before anything is changed on it (resources/setup/probe.sh). */
const hostFactsSchema = v.object({
  /** `ol`, `ubuntu`, `debian`, … as /etc/os-release has it. */
  os: text,
  osVersion: text,
  /** Its full name, for a person. */
  osName: text,
  /** `x86_64`, `aarch64` */
  arch: text,
  user: text,
  home: text,
  /** systemd's version; empty when it does not run the machine. */
  systemd: text,
  sudo: v.picklist(['root', 'passwordless', 'none']),
  freeMiB: count,
  glibc: text,
  python: text,
  /** GPUs that nvidia-smi lists. */
  gpus: count,
  /** `free`, `own` (this project's JupyterLab), or the name of the program that listens there. */
  port8888: text,
  setup: v.picklist(['none', 'running', 'ready', 'failed', 'cancelled', 'interrupted']),
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

/** Why this machine cannot be set up, as a sentence; `undefined` when it can. */
export function whyNotSetUp(facts: HostFacts): string | undefined {
  if (facts.systemd === '')
    return 'This machine is not run by systemd, so JupyterLab cannot be kept running.';
  if (facts.sudo === 'none') {
    return (
      `The user ${facts.user} has no sudo without a password, which set-up needs to install packages. ` +
      'Log in as a user that has it, or let an administrator give it to this one, then retry.'
    );
  }
  if (facts.arch !== 'x86_64')
    return `TensorFlow with CUDA is built for x86-64; this machine is ${facts.arch}.`;
  if (!['free', 'own'].includes(facts.port8888)) {
    return `Port 8888 is in use on this machine by ${facts.port8888}. Stop that program, then retry.`;
  }
  if (facts.freeMiB < leastFreeMiB) {
    return `The disk of this machine is full: ${facts.freeMiB} MiB are free. Free some space, then retry.`;
  }
  return undefined;
}
