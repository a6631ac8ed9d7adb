/** `newest`: the VS Code that people have today; `floor`: the oldest that `engines.vscode` promises. */
export type EditorVersion = 'newest' | 'floor';

/** The pinned versions of code-server and Node behind each {@link EditorVersion}. */
export const editors: Readonly<Record<EditorVersion, { readonly codeServer: string; readonly node: string }>>;

/** Absolute path of the cache: `$XDG_CACHE_HOME/oci-gpu-lab`, or `~/.cache/oci-gpu-lab`. */
export function cacheDir(): string;

/** Absolute paths; nothing is checked for existence. */
export function editorLocations(version: EditorVersion): {
  readonly nodeDir: string;
  readonly nodePackage: string;
  /** The Node binary that runs the server. */
  readonly node: string;
  readonly codeServerDir: string;
  readonly codeServerPackage: string;
  /** VS Code's own server entry, run by {@link node}. */
  readonly serverMain: string;
};

/** A Chrome or Chromium found on this machine, or undefined (then playwright's own is used). */
export function findBrowser(): string | undefined;
