import { join } from 'node:path';
import { sourceOf } from '../../scripts/prepare/python-sources.mjs';
import type { PythonSource } from '../../scripts/prepare/python-sources.mjs';

/** A notebook of another project's test suite. */
export interface OthersNotebook {
  /** `nbclient: Clear Output.ipynb` */
  readonly title: string;
  /** The project's source package. */
  readonly source: string;
  /** Below `source`. */
  readonly path: string;
  /** Why it cannot be compared. */
  readonly skip?: string;
  /** It runs for ever: both sides interrupt its first cell. */
  readonly isInterrupted?: true;
}

interface TestSuite {
  readonly project: PythonSource;
  /** In the source package. */
  readonly folder: string;
  readonly files: readonly (
    string | (Omit<OthersNotebook, 'title' | 'source' | 'path'> & { readonly file: string })
  )[];
}

const widgets = 'is about widgets, whose state nbclient keeps itself; here they show their text';

/** Projects whose tests run notebooks. */
const suites: readonly TestSuite[] = [
  {
    project: 'nbclient',
    folder: 'tests/files',
    files: [
      'Clear Output.ipynb',
      'Empty Cell.ipynb',
      'Error.ipynb',
      'Factorials.ipynb',
      'HelloWorld.ipynb',
      'Inline Image.ipynb',
      { file: 'Interrupt.ipynb', isInterrupted: true },
      'Other Comms.ipynb',
      'SVG.ipynb',
      'Skip Exceptions with Cell Tags.ipynb',
      'Skip Exceptions.ipynb',
      'Sleep1s.ipynb',
      'Unicode.ipynb',
      'UnicodePy3.ipynb',
      'update-display-id.ipynb',
      { file: 'JupyterWidgets.ipynb', skip: widgets },
      { file: 'Output.ipynb', skip: widgets },
      { file: 'Autokill.ipynb', skip: 'ends its kernel, for which nbclient raises an error of its own' },
      { file: 'Check History in Memory.ipynb', skip: "looks at an option of nbclient's own kernels" },
      { file: 'Disable Stdin.ipynb', skip: 'wants input() refused; here a person answers it' },
      { file: 'Parallel Execute A.ipynb', skip: 'is about running two notebooks at once in nbclient' },
      { file: 'Parallel Execute B.ipynb', skip: 'is about running two notebooks at once in nbclient' },
      {
        file: 'Skip Execution with Cell Tag.ipynb',
        skip: "is about nbclient's own tag; Lab runs such a cell",
      },
    ],
  },
  {
    project: 'nbval',
    folder: 'tests',
    files: [
      'exceptions.ipynb',
      'minimal_example.ipynb',
      'sample_notebook.ipynb',
      'test_coalesce.ipynb',
      { file: 'latex-example.ipynb', skip: 'needs sympy' },
    ],
  },
  {
    project: 'papermill',
    folder: 'papermill/tests/notebooks',
    files: [
      'broken1.ipynb',
      'complex_parameters.ipynb',
      { file: 'keyboard_interrupt.ipynb', isInterrupted: true },
      'line_magic_error.ipynb',
      'sysexit1.ipynb',
      'systemexit.ipynb',
      'test_autosave.ipynb',
      'test_logging.ipynb',
    ],
  },
];

/** The notebooks, in the order in which they are run. */
export const othersNotebooks: readonly OthersNotebook[] = suites.flatMap(({ project, folder, files }) =>
  files.map((entry) => {
    const { file, ...how } = typeof entry === 'string' ? { file: entry } : entry;
    return { title: `${project}: ${file}`, source: sourceOf(project), path: join(folder, file), ...how };
  }),
);
