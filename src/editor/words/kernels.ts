import type { KernelView } from '../../journey/lab';

/** What is lost when JupyterLab restarts now; undefined when nothing runs on it. */
export function restartWords(kernels: readonly KernelView[]): string | undefined {
  return lossWords(kernels, 'JupyterLab is restarted');
}

/** What is lost when the machine goes now; undefined when nothing runs on it. */
export function powerOffWords(kernels: readonly KernelView[]): string | undefined {
  return lossWords(kernels, 'They end with the machine');
}

function lossWords(kernels: readonly KernelView[], why: string): string | undefined {
  if (kernels.length === 0) return undefined;
  const busy = kernels.filter(({ state }) => state === 'busy');
  const running = kernels.length === 1 ? '1 kernel runs' : `${kernels.length} kernels run`;
  if (busy.length === 0) return `${running}, none of them busy. ${why}: variables are lost.`;
  const names = busy.map(({ notebook }) => notebook).join(', ');
  return [
    `${running}, ${busy.length} of them busy (${names}).`,
    `${why}: running cells end, variables are lost, and training that was not saved is paid for again.`,
  ].join(' ');
}

/**
 * What is lost when this kernel ends now: that of a row, or of a notebook by its session. Undefined when it does not
 * work: ending an idle one is what was asked for.
 */
export function busyKernelWords(
  kernels: readonly KernelView[],
  which: { readonly kernelId: string } | { readonly sessionPath: string | undefined },
): string | undefined {
  const isMeant = (kernel: KernelView): boolean =>
    'kernelId' in which ? kernel.id === which.kernelId : kernel.sessionPath === which.sessionPath;
  const busy = kernels.find((kernel) => isMeant(kernel) && kernel.state === 'busy');
  return busy && `${busy.notebook} is running: its cell ends, and all variables are lost.`;
}
