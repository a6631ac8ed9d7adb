import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyReference } from '../../instances/record';
import type { SecretStore } from '../../ports/secrets';
import type { GivenKey } from '../lab';

/** What an instance's secrets are kept in. */
export interface KeptKeysDeps {
  readonly secrets: SecretStore;
  readonly storageDir: string;
}

/** Where an instance's private key is kept: by the launch id, so that the instance's tags alone lead to it. */
export function keptKeySecret(id: string): string {
  return `ssh-key:${id}`;
}

/** Where the passphrase of a key file is kept; several instances may share the file. */
export function passphraseSecret(keyFile: string): string {
  return `ssh-passphrase:${keyFile}`;
}

/** Where Jupyter's token is kept. */
export function jupyterTokenSecret(id: string): string {
  return `jupyter-token:${id}`;
}

/** The file that a kept key is written to for the `ssh` command. */
export function keptKeyFile(storageDir: string, id: string): string {
  return join(storageDir, 'keys', id);
}

/** Keeps what is secret of a key: itself, under the instance's id, or its file's passphrase. @returns where it is */
export async function keepKey(id: string, given: GivenKey, secrets: SecretStore): Promise<KeyReference> {
  switch (given.kind) {
    case 'agent':
      return given;
    case 'file': {
      const { path, passphrase } = given;
      if (passphrase !== undefined) await secrets.store(passphraseSecret(path), passphrase);
      return { kind: 'file', path };
    }
    case 'private': {
      const secretKey = keptKeySecret(id);
      await secrets.store(secretKey, given.privateKeyPem);
      return { kind: 'secret', secretKey };
    }
  }
}

/** Forgets everything that opens an instance: its kept key, the file written from it, Jupyter's token. */
export async function forgetKeys(id: string, { secrets, storageDir }: KeptKeysDeps): Promise<void> {
  await Promise.all([
    secrets.delete(keptKeySecret(id)),
    secrets.delete(jupyterTokenSecret(id)),
    rm(keptKeyFile(storageDir, id), { force: true }),
  ]);
}
