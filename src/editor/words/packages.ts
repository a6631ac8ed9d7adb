import type { InstalledPackage } from '../../journey/lab';

/** What a person looks for first: frameworks, their parts, CUDA's libraries. */
const machineLearning =
  /^(tensorflow|keras|torch|jax|numpy|scipy|pandas|matplotlib|scikit-learn|tensorboard|transformers|nvidia-|jupyterlab$)/i;

/** Packages under a heading. */
export interface PackageGroup {
  readonly title: string;
  readonly packages: readonly InstalledPackage[];
}

/** Machine learning on top, then the rest, each by name. */
export function groupPackages(packages: readonly InstalledPackage[]): readonly PackageGroup[] {
  const sorted = packages.toSorted((a, b) => a.name.localeCompare(b.name));
  const ml = sorted.filter(({ name }) => machineLearning.test(name));
  const rest = sorted.filter(({ name }) => !machineLearning.test(name));
  return [
    { title: 'Machine learning', packages: ml },
    { title: 'Everything else', packages: rest },
  ].filter((group) => group.packages.length > 0);
}
