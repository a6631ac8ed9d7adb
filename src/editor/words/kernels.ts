import type { KernelView } from '../../journey/lab';

/** What is lost when JupyterLab restarts now; undefined when nothing runs on it. */
export function restartWords(kernels: readonly KernelView[]): string | undefined {
  if (kernels.length === 0) return undefined;
  const busy = kernels.filter(({ state }) => state === 'busy');
  const running = kernels.length === 1 ? '1 kernel runs' : `${kernels.length} kernels run`;
  const names = busy.map(({ notebook }) => notebook).join(', ');
  return [
    `${running}, ${busy.length === 0 ? 'none' : busy.length} of them busy${names === '' ? '' : ` (${names})`}.`,
    'JupyterLab is restarted: running cells end, variables are lost, and training that was not saved is paid for again.',
  ].join(' ');
}
