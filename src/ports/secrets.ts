/**
 * A place for secrets (key passphrases, private keys, Jupyter tokens).
 * VS Code's `SecretStorage` fits as it is. A secret can vanish at any time:
 * whoever reads one must have a way to get it again.
 */
export interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}
