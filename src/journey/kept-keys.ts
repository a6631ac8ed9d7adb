import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyReference } from '../instances/record';
import type { SecretStore } from '../ports/secrets';
import type { GivenKey } from './lab';

/** What an instance's secrets are kept in. */
export interface KeptKeysDeps {
  readonly secrets: SecretStore;
  readonly storageDir: string;
}

/** Where an instance's private key is kept: by the launch id, so that the instance's tags alone lead to it. */
export function keptKeySecret(id: string): string {
  return `ssh-key:${id}`;
}

/** Where Jupyter's token is kept. */
export function jupyterTokenSecret(id: string): string {
  return `jupyter-token:${id}`;
}

/** The file that a kept key is written to for the `ssh` command. */
export function keptKeyFile(storageDir: string, id: string): string {
  return join(storageDir, 'keys', id);
}

/** Keeps a key that was given as such, once, under the instance's id. @returns where it is */
export async function keepKey(id: string, given: GivenKey, secrets: SecretStore): Promise<KeyReference> {
  if (given.kind !== 'private') return given;
  const secretKey = keptKeySecret(id);
  await secrets.store(secretKey, given.privateKeyPem);
  return { kind: 'secret', secretKey };
}

/** Forgets everything that opens an instance: its kept key, the file written from it, Jupyter's token. */
export async function forgetKeys(id: string, { secrets, storageDir }: KeptKeysDeps): Promise<void> {
  await Promise.all([
    secrets.delete(keptKeySecret(id)),
    secrets.delete(jupyterTokenSecret(id)),
    rm(keptKeyFile(storageDir, id), { force: true }),
  ]);
}
