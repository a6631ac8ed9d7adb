import * as v from 'valibot';

/** A package that is installed where the kernels run. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
}

const listSchema = v.array(v.object({ name: v.string(), version: v.string() }));

/** What a person who trains models looks for first, in this order. */
const first = [
  'tensorflow',
  'tensorflow-cpu',
  'keras',
  'torch',
  'jax',
  'numpy',
  'pandas',
  'scikit-learn',
  'matplotlib',
  'jupyterlab',
  'jupyter-server',
  'ipykernel',
];

/** Reads `pip list --format=json`, with the machine-learning packages on top. @throws when it is not that. */
export function packageList(json: string): InstalledPackage[] {
  const rank = ({ name }: InstalledPackage): number => {
    const index = first.indexOf(name.toLowerCase().replaceAll('_', '-'));
    return index < 0 ? first.length : index;
  };
  return v
    .parse(listSchema, JSON.parse(json))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
