import type { SecretStore } from '../../../src/ports/secrets';

/** Secrets in memory, to be looked at. */
export interface MemorySecrets extends SecretStore {
  readonly keys: readonly string[];
}

export function createMemorySecrets(initial: Readonly<Record<string, string>> = {}): MemorySecrets {
  const kept = new Map(Object.entries(initial));
  return {
    get keys() {
      return [...kept.keys()];
    },
    get: async (key) => kept.get(key),
    store: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
  };
}
