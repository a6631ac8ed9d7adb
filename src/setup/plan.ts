import { defaultTag, imageReference, isImageTag, tagCaution } from '../ports/container-images';
import { isPackageRequirement } from '../ports/package-requirement';
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
  /** The container image, for the ways that have one; their default tag when absent. */
  readonly containerTag?: string;
  /** Where Docker CE and NVIDIA's toolkit are had from, when not from their own repositories. */
  readonly mirrors?: PackageMirrors;
  /** For tests and the demo alone. */
  readonly sandbox?: {
    /** Take the CPU build although the shape has GPUs. */
    readonly cpuTensorflow?: boolean;
  };
}

/** Addresses that mirror download.docker.com and nvidia.github.io/libnvidia-container, without a slash at the end. */
export interface PackageMirrors {
  readonly docker?: string;
  readonly nvidia?: string;
}

/** The recipes of the ways: files in resources/setup/recipes. */
export const recipeOf: { readonly [way in SetupWay]: string } = {
  native: 'native',
  dockerHub: 'docker-hub',
  ngc: 'ngc',
};

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
    ...imageLines(plan),
    ...mirrorLines(plan.mirrors ?? {}),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name}=${oneLine(value)}\n`)
    .join('');
}

function imageLines({ way, containerTag }: SetupPlan): Record<string, string> {
  if (way === 'native') return {};
  const tag = containerTag ?? defaultTag(way);
  if (!isImageTag(tag)) throw new Error(`"${tag}" is not a tag of a container image.`);
  return { image: imageReference(way, tag), image_note: tagCaution(way, tag) ?? '' };
}

function mirrorLines({ docker, nvidia }: PackageMirrors): Record<string, string> {
  const wrong = [docker, nvidia].find(
    (address) => address !== undefined && !/^https?:\/\/[^\s"'$\\]+$/.test(address),
  );
  if (wrong !== undefined) throw new Error(`"${wrong}" is not an address of a package mirror.`);
  return {
    ...(docker === undefined ? {} : { docker_repository: docker }),
    ...(nvidia === undefined ? {} : { nvidia_repository: nvidia }),
  };
}

function oneLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new Error('A value of the set-up plan cannot hold a line break.');
  return value;
}
