import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { EditorVersion } from '../../../scripts/prepare/editor-cache.mjs';
import { forwardPorts, launchBrowser, provideSecrets, saveSecrets } from './browser';
import type { Secrets } from './browser';
import { installExtensions, writeUserSettings } from './data-folder';
import type { Settings } from './data-folder';
import { startServer } from './server';

export interface EditorOptions {
  /** The extension under development: a folder with package.json and a built `dist`. */
  readonly extensionDir: string;
  /** The folder that is opened; a fresh empty one if not given. */
  readonly workspace?: string | undefined;
  /** The person's own settings.json. */
  readonly settings?: Settings | undefined;
  /** Added to the extension host's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Keeps user data (settings, global storage, logs) between editors; a fresh folder, removed at the end, if not given. */
  readonly userDataDir?: string | undefined;
  /** `newest` if not given. */
  readonly version?: EditorVersion | undefined;
  /** `kept` if not given. */
  readonly secrets?: Secrets | undefined;
  /** Unpacked extensions to install besides. */
  readonly extensions?: readonly string[] | undefined;
  readonly port?: number | undefined;
  /** In CSS pixels; 1440 × 900 if not given. */
  readonly viewport?: { readonly width: number; readonly height: number } | undefined;
  /** A compiled suite's entry for the extension host to run; see `runSuite`. */
  readonly suite?: string | undefined;
  /** Called for each line that the workbench writes to the browser's console. */
  readonly onConsole?: ((line: string) => void) | undefined;
}

/** A window of a running editor, with an extension host of its own. */
export interface EditorWindow {
  readonly page: Page;
  /** The folder that is open in it. */
  readonly workspace: string;
  /** Takes a picture of the window; `path` ends in .png. */
  screenshot(path: string): Promise<void>;
  /** Reloads the window, or opens it again: a new extension host starts and the old one ends. */
  reload(): Promise<void>;
  /** Leaves the window as a person closes it: its extension host ends. */
  leave(): Promise<void>;
}

/** A running editor with its first window open. */
export interface RunningEditor extends EditorWindow {
  readonly context: BrowserContext;
  readonly port: number;
  /** The address of the window, with the extension under development. */
  readonly url: string;
  readonly dataDir: string;
  /** Process group of the server and the extension host. */
  readonly serverPid: number;
  /** Resolves with the exit code that the suite in the extension host reported. */
  readonly suiteEnded: Promise<number>;
  /** Opens another window, on a new empty folder. */
  openWindow(): Promise<EditorWindow>;
  /** Ends browser and server and removes what was made for them. */
  close(): Promise<void>;
}

/** Starts a real VS Code (server, extension host, web workbench) and opens it in a browser. */
export async function startEditor(options: EditorOptions): Promise<RunningEditor> {
  const root = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-editor-'));
  const dataDir = options.userDataDir ?? join(root, 'data');
  const extensionsDir = join(root, 'extensions');
  const workspace = options.workspace ?? join(root, 'workspace');
  for (const folder of [dataDir, extensionsDir, workspace]) mkdirSync(folder, { recursive: true });
  const cleanups: (() => Promise<void> | void)[] = [
    () => {
      rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  ];
  const close = async () => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
  };
  try {
    writeUserSettings(dataDir, options.settings ?? {});
    // Without the driver of the test host the workbench takes no extension under development from its
    // address; the extension is then installed where it lies, as a person would have it.
    const developed = options.suite === undefined ? [options.extensionDir] : [];
    installExtensions(extensionsDir, [...developed, ...(options.extensions ?? [])]);
    const server = await startServer({
      version: options.version ?? 'newest',
      dataDir,
      extensionsDir,
      env: options.env ?? {},
      reportSuite: options.suite !== undefined,
      port: options.port,
    });
    cleanups.push(() => server.close());
    const browser: Browser = await launchBrowser();
    cleanups.push(() => browser.close());
    const context = await browser.newContext({ viewport: options.viewport ?? { width: 1440, height: 900 } });
    const secrets = options.secrets ?? 'kept';
    await provideSecrets(context, secrets);
    cleanups.push(() => saveSecrets(context, secrets));
    await forwardPorts(context);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], {
      origin: `http://127.0.0.1:${server.port}`,
    });
    const page = await context.newPage();
    if (options.onConsole) page.on('console', (message) => options.onConsole?.(message.text()));
    const { ended: suiteEnded } = await listenForSuiteEnd(page);
    const windowOn = (folder: string, itsPage: Page): EditorWindow => ({
      page: itsPage,
      workspace: folder,
      screenshot: async (path) => {
        mkdirSync(dirname(path), { recursive: true });
        // What fades in is shown as it ends.
        await itsPage.screenshot({ path, animations: 'disabled' });
      },
      reload: async () => {
        // Behind another page its menus take no click.
        await itsPage.bringToFront();
        await openWorkbench(itsPage, windowUrl(server.port, folder, options.extensionDir, options.suite));
      },
      leave: async () => {
        await itsPage.goto('about:blank');
      },
    });
    const first = windowOn(workspace, page);
    await first.reload();
    return {
      ...first,
      context,
      port: server.port,
      url: windowUrl(server.port, workspace, options.extensionDir, options.suite),
      dataDir,
      serverPid: server.pid,
      suiteEnded,
      openWindow: async () => {
        const window = windowOn(mkdtempSync(join(root, 'workspace-')), await context.newPage());
        await window.reload();
        return window;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The extension and its suite are named in the workbench's start payload, as remote addresses. */
function windowUrl(port: number, folder: string, extensionDir: string, suite: string | undefined): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(extensionDir)],
    ['skipWelcome', 'true'],
  ];
  if (suite !== undefined) payload.push(['extensionTestsPath', remote(suite)]);
  const query = new URLSearchParams({ folder, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

async function openWorkbench(page: Page, url: string): Promise<void> {
  await page.goto(url, { timeout: 60_000 });
  await page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 90_000 });
}

/** The smoke-test driver calls these two functions of the page. */
async function listenForSuiteEnd(page: Page): Promise<{ readonly ended: Promise<number> }> {
  let report: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (report = resolve));
  await page.exposeFunction('codeAutomationExit', (code: number) => {
    report(code);
  });
  await page.exposeFunction('codeAutomationLog', () => undefined);
  return { ended };
}
