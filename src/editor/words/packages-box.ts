import type { InstanceRecord } from '../../instances/record';

/** A box that asks for packages, and what its answer means. */
export interface PackagesBox {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder: string;
  readonly value: string;
  /** All added packages of the instance, when these names were typed. @param present those it has by then */
  readonly listWith: (typed: readonly string[], present: readonly string[]) => readonly string[];
}

const placeholder = 'seaborn, pandas==2.2.*';

/**
 * Asks for what is to be added, to what was added before. After a set-up that failed, for a name that pip does not know
 * perhaps, it shows the whole list to be corrected.
 */
export function packagesBox({
  name,
  phase,
  setup,
}: Pick<InstanceRecord, 'name' | 'phase' | 'setup'>): PackagesBox {
  const { extraPackages } = setup;
  if (phase.kind === 'failed' && extraPackages.length > 0) {
    return {
      title: `Packages Added to ${name}`,
      prompt:
        'Correct the names; set-up then does what is left. What is installed stays, also when its name is taken out.',
      placeholder,
      value: extraPackages.join(' '),
      // What was added since is not in the list that was corrected.
      listWith: (typed, present) =>
        withoutEarlier([...present.filter((name) => !extraPackages.includes(name)), ...typed]),
    };
  }
  const before = extraPackages.length === 0 ? '' : ` Added before: ${extraPackages.join(' ')}.`;
  return {
    title: `Add Packages to ${name}`,
    prompt: `Names for pip, with spaces or commas between.${before}`,
    placeholder,
    value: '',
    listWith: (typed, present) => withoutEarlier([...present, ...typed]),
  };
}

/** Another version of a package takes the place of the first. */
function withoutEarlier(requirements: readonly string[]): readonly string[] {
  return [...new Map(requirements.map((name) => [projectOf(name), name])).values()];
}

/** The project of a requirement in PyPI's normal form. */
function projectOf(requirement: string): string {
  const name = /^[\w.-]+/.exec(requirement)?.[0] ?? requirement;
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
