/** Something heavy that is loaded with its first use. */
export interface LoadOnce<T> {
  /** The loaded thing. @throws what loading it has failed with; the next use tries again */
  get(): Promise<T>;
  /** Does this with what is loaded or being loaded, and nothing where nobody has used it, or it could not be loaded. */
  ifUsed(action: (loaded: T) => void): void;
}

export function createLoadOnce<T>(load: () => Promise<T>): LoadOnce<T> {
  let loading: Promise<T> | undefined;
  const get = (): Promise<T> =>
    (loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    }));
  return {
    get,
    ifUsed: (action) => {
      // Whoever used it is told of its failure.
      loading?.then(action, () => undefined);
    },
  };
}
