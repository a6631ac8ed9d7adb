import * as vscode from 'vscode';
import { onClosed } from './questions/interrupted-pick';

/** An item that stands for a value. */
export interface ValueItem<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** What came of a pick. */
export type Picked<T> =
  | { readonly kind: 'chosen'; readonly value: T }
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'back' }
  | { readonly kind: 'closed' };

/** The items, as far as they are there; more may follow. */
export type Items<T> = readonly (ValueItem<T> | vscode.QuickPickItem)[];

export interface PickOptions<T> {
  readonly title: string;
  readonly placeholder: string;
  /** Shown at once; with `load`, until that has something. */
  readonly items?: Items<T>;
  /** Reads the items, and may show them more than once while they become better known. */
  readonly load?: (show: (items: Items<T>) => void, signal: AbortSignal) => Promise<void>;
  /** Is the item chosen when the pick opens? */
  readonly isActive?: (value: T) => boolean;
  readonly canGoBack: boolean;
  /** A button of an item was pressed; return a value to choose that. */
  readonly onButton?: (value: T) => T | undefined;
}

/** One choice from a list, with search, Back and a busy state. Closing it gives up what is being read. */
export async function pickOne<T>(options: PickOptions<T>): Promise<Picked<T>> {
  const pick = vscode.window.createQuickPick<ValueItem<T> | vscode.QuickPickItem>();
  const stop = new AbortController();
  pick.title = options.title;
  pick.placeholder = options.placeholder;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.keepScrollPosition = true;
  if (options.canGoBack) pick.buttons = [vscode.QuickInputButtons.Back];
  let isFirst = true;
  const show = (items: Items<T>) => {
    const active = isFirst
      ? items.find((item) => hasValue(item) && options.isActive?.(item.value))
      : sameAs(pick, items);
    pick.items = items;
    if (active) pick.activeItems = [active];
    isFirst = false;
  };
  if (options.items) show(options.items);
  try {
    return await new Promise<Picked<T>>((resolve, reject) => {
      pick.onDidAccept(() => {
        const item = pick.selectedItems[0];
        if (item && hasValue(item)) resolve({ kind: 'chosen', value: item.value });
      });
      pick.onDidTriggerButton(() => resolve({ kind: 'back' }));
      pick.onDidTriggerItemButton(({ item }) => {
        if (!hasValue(item)) return;
        const value = options.onButton?.(item.value);
        if (value !== undefined) resolve({ kind: 'chosen', value });
      });
      onClosed(pick, () => resolve({ kind: 'closed' }));
      pick.show();
      if (!options.load) return;
      pick.busy = true;
      options.load(show, stop.signal).then(
        () => (pick.busy = false),
        (error: unknown) => {
          if (!stop.signal.aborted) reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  } finally {
    stop.abort();
    pick.dispose();
  }
}

export interface InputOptions {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  readonly canGoBack: boolean;
  /** A sentence when the text will not do. */
  readonly validate?: (text: string) => string | undefined;
  /** A warning that does not forbid the text. */
  readonly remark?: (text: string) => string | undefined;
  /** Reads what the prompt depends on, and shows another one then. */
  readonly load?: (show: (prompt: string) => void, signal: AbortSignal) => Promise<void>;
}

/** One line of text, with Back. Closing it gives up what is being read. */
export async function typeText(options: InputOptions): Promise<Picked<never>> {
  const input = vscode.window.createInputBox();
  const stop = new AbortController();
  input.title = options.title;
  input.prompt = options.prompt;
  input.placeholder = options.placeholder;
  input.value = options.value ?? '';
  input.password = options.password ?? false;
  input.ignoreFocusOut = true;
  if (options.canGoBack) input.buttons = [vscode.QuickInputButtons.Back];
  const check = (): boolean => {
    const wrong = options.validate?.(input.value);
    const remark = wrong === undefined ? options.remark?.(input.value) : undefined;
    input.validationMessage =
      remark === undefined
        ? (wrong ?? '')
        : { message: remark, severity: vscode.InputBoxValidationSeverity.Warning };
    return wrong === undefined;
  };
  input.onDidChangeValue(check);
  try {
    return await new Promise<Picked<never>>((resolve, reject) => {
      input.onDidAccept(() => {
        if (check()) resolve({ kind: 'typed', text: input.value });
      });
      input.onDidTriggerButton(() => resolve({ kind: 'back' }));
      onClosed(input, () => resolve({ kind: 'closed' }));
      input.show();
      if (!options.load) return;
      input.busy = true;
      const show = (prompt: string) => (input.prompt = prompt);
      options.load(show, stop.signal).then(
        () => (input.busy = false),
        (error: unknown) => {
          if (!stop.signal.aborted) reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  } finally {
    stop.abort();
    input.dispose();
  }
}

/** A heading between items. */
export function separator(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function hasValue<T>(item: ValueItem<T> | vscode.QuickPickItem): item is ValueItem<T> {
  return 'value' in item;
}

/** The item that stands where the active one stood, so that a redraw does not move the person's choice. */
function sameAs<T>(pick: vscode.QuickPick<ValueItem<T> | vscode.QuickPickItem>, items: Items<T>) {
  const active = pick.activeItems[0];
  return active && items.find(({ label, kind }) => label === active.label && kind === active.kind);
}
