/** Projects whose source packages are fetched. */
export type PythonSource = 'nbclient' | 'nbval' | 'papermill';

/** Absolute path of the folder that the project's source package was unpacked to. */
export function sourceOf(project: PythonSource): string;
