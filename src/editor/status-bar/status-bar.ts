import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import type { CommandId } from '../commands/commands';
import { verbsFor, verbOf } from '../commands/commands';
import { instanceTooltip } from '../tree/instance-row';
import { commandLink, escapeMarkdown } from '../words/markdown';
import { statusText, type StatusText } from './status-text';

/** The tooltip tells costs and how long a tunnel has been away; that often it is written anew. */
const redrawEveryMs = 10_000;

interface Link {
  readonly command: CommandId;
  readonly title: string;
}

/** Offered where it is the way out. */
const allow: Link = { command: 'ociGpu.allowMyAddress', title: 'Allow my present address' };

/** Commands that the tooltip offers, where they fit. */
const links: readonly Link[] = [
  { command: 'ociGpu.openJupyterLab', title: 'Open JupyterLab' },
  { command: 'ociGpu.openShell', title: 'Shell' },
  { command: 'ociGpu.showSetupLog', title: 'Setup log' },
  { command: 'ociGpu.terminateInstance', title: 'Terminate' },
];

/** One item on the right: the tunnel of the instance that matters most now. Hidden until there is an instance. */
export function createStatusBar(lab: Lab, clock: Clock): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('ociGpu.tunnel', vscode.StatusBarAlignment.Right, 100);
  item.name = 'OCI GPU Tunnel';
  /** What a click does now. */
  let click: string | undefined;
  const draw = () => {
    const text = statusText(lab.instances, clock.now());
    if (!text) {
      item.hide();
      return;
    }
    item.text = text.text;
    item.accessibilityInformation = { label: text.words, role: 'button' };
    // Only when it is another one: the editor registers each anew, and a click that comes just then finds the one
    // before gone ("Actual command not found").
    if (click !== `${text.click} ${text.id}`) {
      click = `${text.click} ${text.id}`;
      item.command = { command: text.click, title: 'OCI GPU', arguments: [text.id] };
    }
    item.tooltip = tooltip(lab, text, clock.now());
    item.show();
  };
  draw();
  const timer = setInterval(draw, redrawEveryMs);
  return vscode.Disposable.from(item, lab.onDidChange(draw), { dispose: () => clearInterval(timer) });
}

function tooltip(lab: Lab, { id, words, mayAllow }: StatusText, nowMs: number): vscode.MarkdownString {
  const view = lab.get(id);
  if (!view) return new vscode.MarkdownString(words);
  const verbs = verbsFor(view);
  const offered = [
    ...(mayAllow ? [allow] : []),
    ...links.filter(({ command }) => verbs.includes(verbOf(command))),
  ];
  const text = new vscode.MarkdownString(
    [
      instanceTooltip(view, nowMs),
      escapeMarkdown(words),
      offered.map(({ command, title }) => commandLink(title, command, id)).join(' · '),
    ].join('\n\n'),
    true,
  );
  text.isTrusted = { enabledCommands: [allow, ...links].map(({ command }) => command) };
  return text;
}
