import type { NotAnswering } from '../../journey/lab';

/** What is told where JupyterLab should answer and does not. */
interface NotAnsweringWords {
  /** For a row of the tree. */
  readonly short: string;
  /** What answers in its place and what to do about it, to go on with after "but"; absent when nothing does. */
  readonly instead?: string;
}

export const notAnsweringWords: { readonly [because in NotAnswering]: NotAnsweringWords } = {
  unreachable: { short: 'JupyterLab does not answer' },
  wrongToken: {
    short: 'JupyterLab refuses its token',
    instead:
      'the Jupyter there refuses the token in its file on the instance. Restart JupyterLab if that file was changed; else another Jupyter has port 8888: stop that one.',
  },
  notJupyter: {
    short: 'another program answers, not JupyterLab',
    instead:
      'another program than JupyterLab answers on port 8888 of the instance. Stop that program; setting up again says which one it is.',
  },
};
