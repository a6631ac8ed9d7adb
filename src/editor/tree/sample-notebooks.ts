/** A notebook of the tutorial, under the tutorial's own name. */
export interface SampleNotebook {
  readonly file: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
}

export const sampleNotebooks: readonly SampleNotebook[] = [
  { file: 'num_gpu.ipynb', purpose: 'count the GPUs' },
  { file: 'celsious2fahrenheit.ipynb', purpose: 'train on one device' },
  { file: 'celsious2fahrenheit_distributed.ipynb', purpose: 'train on all GPUs' },
];
