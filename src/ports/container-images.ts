import type { SetupWay } from './setup-way';

/** The ways that run a container. */
export type ContainerWay = Exclude<SetupWay, 'native'>;

/** A tag that people choose, and what is known of it. */
export interface ImageTag {
  readonly tag: string;
  /** What it brings, in a few words. */
  readonly about: string;
  /** Why it is not a good choice, as a sentence. */
  readonly caution?: string;
}

const noCudnn =
  'TensorFlow in this image finds no GPU: it wants cuDNN 9, and the image has version 8.9 (all tags since 2.18).';

/**
 * Tags by way, the default one first. What finds GPUs and what does not is known from the images' own contents:
 * those of Docker Hub since 2.18 bring cuDNN 8.9 for a TensorFlow that wants 9.
 */
export const imageTags: { readonly [way in ContainerWay]: readonly [ImageTag, ...ImageTag[]] } = {
  dockerHub: [
    { tag: '2.17.0-gpu-jupyter', about: 'TensorFlow 2.17, the newest of Docker Hub that finds GPUs' },
    { tag: '2.16.1-gpu-jupyter', about: 'TensorFlow 2.16' },
    { tag: '2.15.0-gpu-jupyter', about: 'TensorFlow 2.15, the last with Keras 2' },
    { tag: '2.9.1-gpu-jupyter', about: "TensorFlow 2.9, of the tutorial's time" },
    { tag: 'latest-gpu-jupyter', about: 'the newest TensorFlow', caution: noCudnn },
    {
      tag: 'latest-gpu-py3-jupyter',
      about: "the tutorial's tag",
      caution: 'This tag is TensorFlow 2.1 with CUDA 10.1: it finds no GPU newer than V100.',
    },
  ],
  ngc: [
    { tag: '25.02-tf2-py3', about: 'TensorFlow 2.17, the newest that NVIDIA has published' },
    {
      tag: '22.06-tf2-py3',
      about: "TensorFlow 2.9, the tutorial's tag",
      caution: 'This release knows no GPU newer than A100.',
    },
  ],
};

const repositories: { readonly [way in ContainerWay]: string } = {
  dockerHub: 'tensorflow/tensorflow',
  ngc: 'nvcr.io/nvidia/tensorflow',
};

/** The tag that a way takes when none was chosen. */
export function defaultTag(way: ContainerWay): string {
  return imageTags[way][0].tag;
}

/** The image as Docker calls it. */
export function imageReference(way: ContainerWay, tag: string): string {
  return `${repositories[way]}:${tag}`;
}

/** True for what may stand as a tag (the registries' own grammar). */
export function isImageTag(text: string): boolean {
  return /^\w[\w.-]{0,127}$/.test(text);
}

/** What to know before choosing a tag, as a sentence; `undefined` when nothing speaks against it. */
export function tagCaution(way: ContainerWay, tag: string): string | undefined {
  const known = imageTags[way].find((entry) => entry.tag === tag);
  if (known) return known.caution;
  if (way === 'dockerHub') {
    if (!/gpu/.test(tag)) return 'The name of this tag has no "gpu": such an image never uses one.';
    if (!/jupyter/.test(tag)) return 'The name of this tag has no "jupyter": such an image has no Jupyter.';
    const [, major, minor] = /^(\d+)\.(\d+)/.exec(tag) ?? [];
    if (tag.startsWith('latest') || tag.startsWith('nightly')) return noCudnn;
    if (Number(major) === 2 && Number(minor) >= 18) return noCudnn;
  }
  return undefined;
}

/**
 * True for what looks like an NGC API key: `nvapi-…`, or the older form of 84 characters in Base64.
 * The registry alone knows whether it is one.
 */
export function isNgcKey(text: string): boolean {
  return /^nvapi-[\w-]{40,}$/.test(text) || /^[A-Za-z0-9+/]{80,}={0,2}$/.test(text);
}
