import type { SetupWay } from '../ports/setup-way';

/** What an instance shall become. */
export interface SetupPlan {
  readonly way: SetupWay;
  /** The login user, who will own the environment and run JupyterLab. */
  readonly user: string;
  /** What the shape is sold with; count 0 for a rehearsal without GPU. */
  readonly gpus: { readonly count: number; readonly name: string };
  /** `cuda`: the GPU build with its CUDA libraries (3.5 GB); `cpu`: for shapes without GPU. */
  readonly tensorflow: 'cuda' | 'cpu';
  /** More packages, as pip takes them: `pandas`, `scikit-learn>=1.5`. */
  readonly extraPackages: readonly string[];
  /** For tests and the demo alone. */
  readonly sandbox?: {
    /** Take the CPU build although the shape has GPUs. */
    readonly cpuTensorflow?: boolean;
  };
}

/** Name, extras and versions of a PyPI requirement (PEP 508 without markers and addresses). */
const requirement = /^[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9._,-]+\])?([<>=!~]=?[A-Za-z0-9.*+!,<>=~-]+)?$/;

/** True for what may stand in {@link SetupPlan.extraPackages}. */
export function isPackageRequirement(text: string): boolean {
  return requirement.test(text);
}

/**
 * The plan as the scripts read it: lines of `name=value`, taken as text (resources/setup/lib/plan.sh).
 * @throws Error when a value cannot stand in such a line.
 */
export function planFile(plan: SetupPlan): string {
  const wrong = plan.extraPackages.find((name) => !isPackageRequirement(name));
  if (wrong !== undefined) throw new Error(`"${wrong}" is not a package name that pip takes.`);
  const lines = {
    user: plan.user,
    gpu_count: String(plan.gpus.count),
    gpu_name: plan.gpus.name,
    tensorflow: plan.sandbox?.cpuTensorflow === true ? 'cpu' : plan.tensorflow,
    extras: plan.extraPackages.join(' '),
    port: '8888',
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${oneLine(value)}\n`)
    .join('');
}

function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error('A value of the set-up plan cannot hold a line break.');
  return value;
}
