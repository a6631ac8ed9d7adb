import * as vscode from 'vscode';
import type { ReadFailure } from '../access/read-failure';
import { onClosed } from '../questions/interrupted-pick';
import { separator } from '../quick-pick';
import type { LaunchDraft } from './draft';
import {
  isRead,
  launchButton,
  summaryGroups,
  type Field,
  type SummaryExtras,
  type SummaryLine,
} from './summary';

/** What the person did with the summary. */
export type SummaryAnswer =
  | { readonly kind: 'launch'; readonly draft: LaunchDraft }
  | { readonly kind: 'edit'; readonly field: Field; readonly draft: LaunchDraft }
  | { readonly kind: 'closed' }
  /** There is no OCI profile that can be used, so there is nothing to choose from. */
  | { readonly kind: 'noAccess' }
  /** Something could not be read, and the person wants the next step. */
  | { readonly kind: 'unread'; readonly failure: ReadFailure; readonly draft: LaunchDraft };

export interface SummaryOptions {
  readonly extras: SummaryExtras;
  /** Shown until the first new draft comes. */
  readonly first: LaunchDraft | undefined;
  readonly resolve: (publish: (draft: LaunchDraft) => void, signal: AbortSignal) => Promise<LaunchDraft>;
}

interface LineItem extends vscode.QuickPickItem {
  readonly does: 'launch' | Field;
}

/** The launch as one quick pick: *Launch* with its price on top, every line below it editable. */
export async function showSummary({ extras, first, resolve }: SummaryOptions): Promise<SummaryAnswer> {
  const pick = vscode.window.createQuickPick<LineItem | vscode.QuickPickItem>();
  const stop = new AbortController();
  let draft = first;
  /** The line that was chosen before what it offers was read: it opens then. */
  let awaited: Field | undefined;
  pick.title = 'Launch a GPU Instance';
  pick.placeholder = 'Choose a line to change it, or Launch';
  pick.ignoreFocusOut = true;
  pick.keepScrollPosition = true;
  pick.matchOnDescription = true;
  const draw = () => {
    const active = pick.activeItems[0];
    const items = draft ? itemsOf(draft, extras, pick.busy ? '…' : '') : [];
    pick.items = items;
    const same = active && items.find(({ label }) => label === active.label);
    if (same) pick.activeItems = [same];
  };
  draw();
  try {
    return await new Promise<SummaryAnswer>((answer, fail) => {
      const edit = (field: Field, known: LaunchDraft) => {
        if (!pick.busy || isRead(field, known)) answer({ kind: 'edit', field, draft: known });
        else {
          awaited = field;
          pick.placeholder = 'Reading what can be chosen…';
        }
      };
      pick.onDidAccept(() => {
        const item = pick.selectedItems[0];
        if (!draft || !item || !('does' in item)) return;
        const button = launchButton(draft, extras);
        const field = item.does === 'launch' ? undefined : item.does;
        if (button.kind === 'unread' && (field === undefined || field === button.field))
          answer({ kind: 'unread', failure: button.failure, draft });
        else if (field !== undefined) edit(field, draft);
        else if (button.kind === 'ready') answer({ kind: 'launch', draft });
        else if (button.kind === 'blocked') answer({ kind: 'edit', field: button.field, draft });
      });
      onClosed(pick, () => answer({ kind: 'closed' }));
      pick.show();
      pick.busy = true;
      resolve((next) => {
        draft = next;
        draw();
        if (awaited) edit(awaited, next);
      }, stop.signal).then(
        (whole) => {
          pick.busy = false;
          draw();
          if (whole.profile && !whole.profile.value) answer({ kind: 'noAccess' });
          if (awaited) edit(awaited, whole);
        },
        (error: unknown) => {
          if (!stop.signal.aborted) fail(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  } finally {
    stop.abort();
    pick.dispose();
  }
}

/** @param unknown what stands for a value that is not known (yet) */
function itemsOf(
  draft: LaunchDraft,
  extras: SummaryExtras,
  unknown: string,
): readonly (LineItem | vscode.QuickPickItem)[] {
  return [
    launchItem(draft, extras),
    ...summaryGroups(draft, extras).flatMap(({ title, lines }) => [
      separator(title),
      ...lines.map((line) => lineItem(line, unknown)),
    ]),
  ];
}

function launchItem(draft: LaunchDraft, extras: SummaryExtras): LineItem {
  const button = launchButton(draft, extras);
  const does = 'launch';
  switch (button.kind) {
    case 'ready':
      return { label: '$(rocket) Launch', description: button.description, does };
    case 'reading':
      return { label: '$(rocket) Launch', description: 'reading what can be had…', does };
    case 'blocked':
      return { label: '$(rocket) Launch', description: `first: ${button.reason}`, does };
    case 'unread':
      return button.failure === 'signIn'
        ? { label: '$(sign-in) Sign In to OCI', description: button.reason, does }
        : { label: '$(refresh) Read Again', description: button.reason, does };
  }
}

function lineItem({ field, label, value, detail, warning }: SummaryLine, unknown: string): LineItem {
  return {
    label: warning ? `$(warning) ${label}` : label,
    description: value ?? unknown,
    ...(detail === undefined ? {} : { detail }),
    does: field,
  };
}
