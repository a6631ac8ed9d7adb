/** `jupyter`: JupyterLab, ipykernel, matplotlib, nbclient; `oci`: OCI's Python SDK and CLI. */
export type PythonVenv = 'jupyter' | 'oci';

/**
 * Absolute path of the Python that has the packages.
 * @throws Error when they are not installed, with the command that does it.
 */
export function pythonOf(name: PythonVenv): string;
