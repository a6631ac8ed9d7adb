import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from '../../../src/waiting/until';

const modifier = process.platform === 'darwin' ? 'Meta' : 'Control';

/**
 * What a person does in the editor, by what a person sees: labels, roles, keys. Every action waits
 * until the thing it needs is there, and fails with its name when it does not come.
 */
export class Person {
  constructor(
    readonly page: Page,
    /** Milliseconds to wait for a thing to appear. */
    private readonly patienceMs = 20_000,
  ) {}

  /**
   * Runs a command from the palette; `title` as the palette shows it, such as `OCI GPU: Refresh`.
   * Just after a start the palette does not know an extension's commands yet, and a window that is busy may
   * close it again, so it is opened anew until it offers the command.
   */
  async runCommand(title: string): Promise<void> {
    const option = this.quickInput.getByRole('option').filter({ hasText: title }).first();
    await until(
      async () => {
        await this.page.keyboard.press(`${modifier}+Shift+KeyP`);
        try {
          await this.quickInput.locator('input').first().fill(`>${title}`, { timeout: 3000 });
          await option.click({ timeout: 3000 });
          return true;
        } catch {
          await this.page.keyboard.press('Escape');
          return undefined;
        }
      },
      { what: `the command ${title}`, limitMs: this.patienceMs, everyMs: 250 },
    );
  }

  /** True if the palette offers a command with this title. */
  async isOffered(title: string): Promise<boolean> {
    await this.page.keyboard.press(`${modifier}+Shift+KeyP`);
    await this.quickInput.locator('input').first().fill(`>${title}`);
    await this.quickInput.getByRole('option').first().waitFor({ timeout: this.patienceMs });
    const labels = await this.picks();
    await this.page.keyboard.press('Escape');
    return labels.some((label) => label.includes(title));
  }

  /** Opens a view container from the activity bar, by its title. */
  async openView(title: string): Promise<void> {
    const tab = this.page
      .locator('.activitybar')
      .getByRole('tab', { name: new RegExp(`^${escaped(title)}`) });
    await tab.waitFor({ timeout: this.patienceMs });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
  }

  // ---- quick picks and input boxes

  /** The open quick pick or input box. */
  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Chooses the first item whose name contains `label`; a row also holds, hidden, what it showed before. */
  async pick(label: string | RegExp): Promise<void> {
    await this.quickInput.getByRole('option', { name: label }).first().click({ timeout: this.patienceMs });
  }

  /** The text of each item that is shown, without its icon. */
  async picks(): Promise<string[]> {
    // All at once: a row that goes meanwhile would be waited for.
    return (await this.quickInput.getByRole('option').allInnerTexts()).map(singleLine);
  }

  /** Waits for a quick pick or input box whose title contains `title`. */
  async quickInputTitled(title: string | RegExp): Promise<void> {
    await this.quickInput
      .locator('.quick-input-title')
      .filter({ hasText: title })
      .waitFor({ timeout: this.patienceMs });
  }

  /** Replaces what the open input box or filter holds. */
  async fill(text: string): Promise<void> {
    await this.quickInput.locator('input').first().fill(text, { timeout: this.patienceMs });
  }

  /** Fills the open input box and accepts it. */
  async answer(text: string): Promise<void> {
    await this.fill(text);
    await this.page.keyboard.press('Enter');
  }

  /** Presses the button (Back, Refresh, …) of the open quick input. */
  async quickInputButton(name: string): Promise<void> {
    await this.quickInput
      .getByRole('button', { name: new RegExp(escaped(name)) })
      .first()
      .click({ timeout: this.patienceMs });
  }

  /** The message under the open input box (a validation error, or the prompt). */
  async quickInputMessage(): Promise<string> {
    return singleLine(await this.quickInput.locator('.quick-input-message').innerText());
  }

  // ---- dialogs and notifications

  /** The modal dialog that says `text`. */
  dialog(text: string | RegExp): Locator {
    return this.page.getByRole('dialog').filter({ hasText: text });
  }

  /** Presses a button of the modal dialog that says `text`. */
  async answerDialog(text: string | RegExp, button: string): Promise<void> {
    await this.dialog(text)
      .getByRole('button', { name: button, exact: true })
      .click({ timeout: this.patienceMs });
  }

  /** Waits for a modal dialog that says `text`. @returns its whole text */
  async dialogText(text: string | RegExp): Promise<string> {
    const dialog = this.page.getByRole('dialog').filter({ hasText: text });
    await dialog.waitFor({ timeout: this.patienceMs });
    return singleLine(await dialog.innerText());
  }

  /** Presses a button of a dialog that is shown at once or not at all. */
  async answerDialogIfShown(text: string | RegExp, button: RegExp): Promise<void> {
    const dialog = this.dialog(text);
    const isShown = await dialog.waitFor({ timeout: 2000 }).then(
      () => true,
      () => false,
    );
    if (isShown) await dialog.getByRole('button', { name: button }).click({ timeout: this.patienceMs });
  }

  /** Waits for a notification that says `text`. @returns its whole text */
  async waitForNotification(text: string | RegExp, limitMs = this.patienceMs): Promise<string> {
    const toast = this.notification(text);
    await toast.waitFor({ timeout: limitMs });
    return singleLine(await toast.innerText());
  }

  /** Presses a button of the notification that says `text`. */
  async answerNotification(text: string | RegExp, button: string): Promise<void> {
    const toast = this.notification(text);
    await toast.hover({ timeout: this.patienceMs });
    await toast.getByRole('button', { name: button, exact: true }).click({ timeout: this.patienceMs });
  }

  /** Closes every notification that is shown. */
  async clearNotifications(): Promise<void> {
    await this.runCommand('Notifications: Clear All Notifications');
  }

  private notification(text: string | RegExp): Locator {
    return this.page
      .locator('.notifications-toasts .notification-list-item')
      .filter({ hasText: text })
      .first();
  }

  // ---- trees

  /** The row of a tree in the side bar whose text contains `label`. */
  treeItem(label: string | RegExp): Locator {
    return this.page.locator('.sidebar').getByRole('treeitem').filter({ hasText: label }).first();
  }

  /** Waits for a row and gives its text, label and description. */
  async treeItemText(label: string | RegExp, limitMs = this.patienceMs): Promise<string> {
    const row = this.treeItem(label);
    await row.waitFor({ timeout: limitMs });
    return singleLine(await row.innerText());
  }

  async clickTreeItem(label: string | RegExp): Promise<void> {
    await this.treeItem(label).click({ timeout: this.patienceMs });
  }

  /** Opens a row that has children. */
  async expandTreeItem(label: string | RegExp): Promise<void> {
    const row = this.treeItem(label);
    await row.waitFor({ timeout: this.patienceMs });
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await row.click();
      if ((await row.getAttribute('aria-expanded')) === 'false') await this.page.keyboard.press('ArrowRight');
    }
  }

  /** Presses the inline action of a row, by its title. */
  async inlineAction(label: string | RegExp, action: string): Promise<void> {
    const row = this.treeItem(label);
    await row.hover({ timeout: this.patienceMs });
    await row
      .getByRole('button', { name: new RegExp(`^${escaped(action)}`) })
      .first()
      .click({ timeout: this.patienceMs });
  }

  /**
   * Chooses an entry of a row's context menu. A menu takes no click in its first moments, so the entry is
   * pressed again while it is still there.
   */
  async contextMenu(label: string | RegExp, entry: string): Promise<void> {
    await this.treeItem(label).click({ button: 'right', timeout: this.patienceMs });
    const item = this.page.getByRole('menuitem', { name: new RegExp(`^${escaped(entry)}`) }).first();
    await item.waitFor({ timeout: this.patienceMs });
    await until(
      async () => {
        // It may be taken away between the look and the click.
        await item.click({ timeout: 1000 }).catch(() => undefined);
        const isGone = () => item.waitFor({ state: 'hidden', timeout: 1000 });
        return await isGone().then(
          () => true,
          () => undefined,
        );
      },
      { what: `the menu entry ${entry}`, limitMs: this.patienceMs, everyMs: 100 },
    );
  }

  /** Presses an action in a view's title bar. */
  async viewAction(action: string): Promise<void> {
    await this.page
      .locator('.sidebar')
      .getByRole('button', { name: new RegExp(`^${escaped(action)}`) })
      .first()
      .click({ timeout: this.patienceMs });
  }

  /** Presses a button or link of a welcome view. */
  async welcomeButton(label: string): Promise<void> {
    await this.page
      .locator('.sidebar .welcome-view-content')
      .getByText(label, { exact: true })
      .first()
      .click({ timeout: this.patienceMs });
  }

  // ---- status bar

  /** The status-bar item whose text contains `text`. */
  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar .statusbar-item').filter({ hasText: text }).first();
  }

  async statusBarText(text: string | RegExp, limitMs = this.patienceMs): Promise<string> {
    const item = this.statusBarItem(text);
    await item.waitFor({ timeout: limitMs });
    return singleLine(await item.innerText());
  }

  async clickStatusBar(text: string | RegExp): Promise<void> {
    await this.statusBarItem(text).locator('a').first().click({ timeout: this.patienceMs });
  }

  // ---- terminal

  /** What the visible terminal shows, a line a row. */
  async terminalText(): Promise<string> {
    const rows = await this.page.locator('.terminal-wrapper.active .xterm-rows > div').allInnerTexts();
    return rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
  }

  /** Waits until the visible terminal shows `text`. @returns all it shows then */
  waitForTerminal(text: string | RegExp, limitMs = this.patienceMs): Promise<string> {
    const shows = (shown: string) => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
    return until(
      async () => {
        const shown = await this.terminalText();
        return shows(shown) ? shown : undefined;
      },
      { what: `the terminal showing ${String(text)}`, limitMs, everyMs: 250 },
    );
  }

  /** Types into the visible terminal and presses Enter. */
  async typeInTerminal(line: string): Promise<void> {
    await this.page.locator('.terminal-wrapper.active .xterm').click({ timeout: this.patienceMs });
    await this.page.keyboard.type(line);
    await this.page.keyboard.press('Enter');
  }

  // ---- clipboard

  /** Waits until what was copied is as expected. */
  copiedText(expected: RegExp): Promise<string> {
    return until(
      async () => {
        const text = String(await this.page.evaluate('navigator.clipboard.readText()'));
        return expected.test(text) ? text : undefined;
      },
      { what: `${String(expected)} in the clipboard`, limitMs: this.patienceMs, everyMs: 100 },
    );
  }

  /** Copies a text, wherever it is from. */
  async copy(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  }

  // ---- notebooks

  /** Presses *Run All* of the open notebook. */
  async runAllCells(): Promise<void> {
    await this.page
      .locator('.notebook-toolbar-container:visible')
      .getByRole('button', { name: /^Run All/ })
      .first()
      .click({ timeout: this.patienceMs });
  }

  /** Presses *Clear All Outputs* of the open notebook, unless there is nothing to clear. */
  async clearAllOutputs(): Promise<void> {
    const button = this.page
      .locator('.notebook-toolbar-container:visible')
      .getByRole('button', { name: /^Clear All Outputs/ })
      .first();
    await button.waitFor({ timeout: this.patienceMs });
    // It may be drawn anew meanwhile; whoever calls looks at what came of it.
    if (await button.isEnabled()) await button.click({ timeout: 3000 }).catch(() => undefined);
  }

  /** Goes to the last cell, as `Ctrl+End` does: outputs below the fold are not drawn. */
  async goToLastCell(): Promise<void> {
    const last = process.platform === 'darwin' ? 'Meta+ArrowDown' : 'Control+End';
    await until(
      async () => {
        await (await this.shownCellMargin())?.click();
        await this.page.keyboard.press(last);
        const shown = await this.statusBarText(/Cell \d+ of \d+/);
        return /Cell (\d+) of \1\b/.test(shown) ? true : undefined;
      },
      { what: 'the last cell', limitMs: this.patienceMs, everyMs: 500 },
    );
  }

  /** Turns the mouse wheel up over the notebook until the whole of an output's picture is below its toolbar. */
  async scrollUpToPicture(): Promise<void> {
    const { width, height } = this.page.viewportSize() ?? { width: 1440, height: 900 };
    const toolbar = await this.page.locator('.notebook-toolbar-container:visible').first().boundingBox();
    const top = (toolbar?.y ?? 0) + (toolbar?.height ?? 0);
    // Away from what would show a tooltip.
    await this.page.mouse.move(width - 60, height / 2);
    await until(
      async () => {
        const pictures = await this.outputPictures();
        const boxes = await Promise.all(pictures.map((picture) => picture.boundingBox()));
        if (boxes.some((box) => box && box.y > top)) return true;
        await this.page.mouse.wheel(0, -100);
        return undefined;
      },
      { what: 'the whole of a picture', limitMs: this.patienceMs, everyMs: 200 },
    );
    await this.page.locator('.workbench-hover').first().waitFor({ state: 'hidden' });
  }

  /** The left margin of a cell on the screen; editors of hidden tabs are far outside it. */
  private async shownCellMargin(): Promise<Locator | undefined> {
    for (const margin of await this.page.locator('.notebookOverlay .cell-focus-indicator-left').all()) {
      const box = await margin.boundingBox();
      if (box && box.x >= 0 && box.height > 0) return margin;
    }
    return undefined;
  }

  /** Shows or hides the panel with the terminal. */
  async togglePanel(): Promise<void> {
    await this.page.keyboard.press(`${modifier}+KeyJ`);
  }

  /** The name of the kernel that the open notebook shows. */
  async kernelName(): Promise<string> {
    const label = this.page.locator('.notebook-toolbar-container .kernel-label').first();
    await label.waitFor({ timeout: this.patienceMs });
    return singleLine(await label.innerText());
  }

  /** What all outputs of the open notebook show as text. Only cells near the visible part are drawn. */
  async cellOutputsText(): Promise<string> {
    const texts: string[] = [];
    for (const frame of await this.outputFrames()) {
      const outputs = await frame.locator('.output_container, .output').allInnerTexts();
      texts.push(...outputs);
    }
    return texts.join('\n');
  }

  /** Waits until the notebook's outputs show `text`. @returns all they show then */
  waitForOutput(text: string | RegExp, limitMs = this.patienceMs): Promise<string> {
    const shows = (shown: string) => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
    return until(
      async () => {
        const shown = await this.cellOutputsText();
        return shows(shown) ? shown : undefined;
      },
      { what: `an output showing ${String(text)}`, limitMs, everyMs: 500 },
    );
  }

  /** The pictures (plots) in the outputs that are drawn. */
  async outputPictures(): Promise<Locator[]> {
    const frames = await this.outputFrames();
    return (await Promise.all(frames.map((frame) => frame.locator('img').all()))).flat();
  }

  /** Outputs are drawn in a frame within a frame. */
  private async outputFrames(): Promise<FrameLocator[]> {
    const outer = await this.page.locator('iframe.webview').all();
    return outer.map((frame) => frame.contentFrame().frameLocator('#active-frame'));
  }

  // ---- editors and files

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press(`${modifier}+KeyP`);
    await this.fill(name);
    await this.pick(name);
    await this.editorTab(name).waitFor({ timeout: this.patienceMs });
  }

  /** The tab of an open editor. */
  editorTab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab').filter({ hasText: name }).first();
  }
}

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const singleLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
