import * as vscode from 'vscode';
import type { Lab } from '../../journey/lab';
import type { Clock } from '../../ports/clock';
import { childNodes, grandchildNodes } from './child-nodes';
import { childRow } from './child-row';
import { instanceRow } from './instance-row';
import type { Node, Row } from './rows';
import { unreadWords } from '../words/unread-words';

/** Costs are shown to the cent; once a minute is often enough for them. */
const redrawEveryMs = 60_000;

/**
 * The view *OCI GPU*: renders the lab's instances, and owns nothing else.
 * @param onFirstSeen called once, when the person first sees it
 */
export function createInstanceTree(lab: Lab, clock: Clock, onFirstSeen: () => void): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  const find = (node: Node) => lab.get(node.id);
  const view = vscode.window.createTreeView<Node>('ociGpu.instances', {
    showCollapseAll: false,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: (node) => {
        if (!node) return lab.instances.map(({ record }) => ({ kind: 'instance', id: record.id }));
        const instance = find(node);
        if (!instance) return [];
        return [...(node.kind === 'instance' ? childNodes(instance) : grandchildNodes(node, instance))];
      },
      getTreeItem: (node) => {
        const instance = find(node);
        if (!instance) return new vscode.TreeItem('');
        const row = node.kind === 'instance' ? instanceRow(instance, clock.now()) : childRow(node, instance);
        return treeItem(row, node);
      },
    },
  });
  const redraw = () => {
    // A message takes the place of an empty list's welcome, which says it too and has the links.
    view.message = lab.instances.length > 0 ? unreadWords(lab.unread) : '';
    changed.fire(undefined);
  };
  const timer = setInterval(() => {
    if (view.visible && lab.instances.length > 0) redraw();
  }, redrawEveryMs);
  let wasSeen = false;
  const look = () => {
    if (wasSeen || !view.visible) return;
    wasSeen = true;
    onFirstSeen();
  };
  look();
  return vscode.Disposable.from(view, changed, view.onDidChangeVisibility(look), lab.onDidChange(redraw), {
    dispose: () => clearInterval(timer),
  });
}

const expansions: { readonly [expansion in Row['expansion']]: vscode.TreeItemCollapsibleState } = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

function treeItem(row: Row, node: Node): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, expansions[row.expansion]);
  item.id = row.key;
  item.iconPath = row.icon.color
    ? new vscode.ThemeIcon(row.icon.id, new vscode.ThemeColor(row.icon.color))
    : new vscode.ThemeIcon(row.icon.id);
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.accessibleWords };
  if (row.description !== undefined) item.description = row.description;
  if (row.tooltip !== undefined) item.tooltip = new vscode.MarkdownString(row.tooltip, true);
  if (row.opens !== undefined) item.command = { command: row.opens, title: '', arguments: [node] };
  return item;
}
