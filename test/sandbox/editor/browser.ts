import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext } from 'playwright-core';
import { findBrowser } from '../../../scripts/prepare/editor-cache.mjs';

const flags = [
  ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Any Chrome or Chromium of this machine, else the one that playwright downloaded. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  return chromium.launch({ args: flags, ...(executablePath === undefined ? {} : { executablePath }) });
}

/**
 * Where the editor's SecretStorage lives in a test:
 * - `kept`: through reloads and in every window of one editor;
 * - `lost`: in memory, gone with a reload, as it is on a desktop without a keyring;
 * - a file: as `kept`, and read again by the next editor that is started with the same file.
 */
export type Secrets = 'kept' | 'lost' | { readonly file: string };

const storageKey = 'secrets.provider';
// In this test bed alone the key that seals the secrets is no secret.
const sealingKey = Buffer.alloc(32, 'oci-gpu-lab-test-bed');

/**
 * The web workbench seals secrets with a key that it asks of `POST /mint-key`, and keeps them in the
 * browser's local storage. The bare server has no such route; this answers in its place.
 */
export async function provideSecrets(context: BrowserContext, secrets: Secrets): Promise<void> {
  if (secrets === 'lost') return;
  await context.route('**/mint-key', (route) =>
    route.fulfill({ body: sealingKey, contentType: 'application/octet-stream' }),
  );
  if (secrets === 'kept' || !existsSync(secrets.file)) return;
  const kept = readFileSync(secrets.file, 'utf8');
  const [key, value] = [storageKey, kept].map((text) => JSON.stringify(text));
  await context.addInitScript({
    content: `if (localStorage.getItem(${key}) === null) localStorage.setItem(${key}, ${value});`,
  });
}

/** Writes what the editor holds in its secret storage to the file, sealed as it is. */
export async function saveSecrets(context: BrowserContext, secrets: Secrets): Promise<void> {
  if (typeof secrets === 'string') return;
  const { origins } = await context.storageState();
  const kept = origins.flatMap(({ localStorage }) => localStorage).find(({ name }) => name === storageKey);
  if (kept === undefined) return;
  mkdirSync(dirname(secrets.file), { recursive: true });
  writeFileSync(secrets.file, kept.value, { mode: 0o600 });
}

/**
 * The web workbench opens an address of this computer below `/proxy/PORT/` of its own server, where code-server's front
 * end forwards it. The bare server has no such route; this leads to the port itself.
 */
export async function forwardPorts(context: BrowserContext): Promise<void> {
  await context.route(/^[^?]*\/proxy\/\d+\//, async (route) => {
    const [, port = '', rest = ''] = /\/proxy\/(\d+)(\/.*)/.exec(route.request().url()) ?? [];
    await route.fulfill({ status: 302, headers: { location: `http://127.0.0.1:${port}${rest}` } });
  });
}
