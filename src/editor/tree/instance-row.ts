import type { InstanceView } from '../../journey/lab';
import { verbsFor } from '../commands/commands';
import { escapeMarkdown } from '../words/markdown';
import { cost, costWords, keptDisk, keptDiskEnd, keptDiskWords, stoppedBillingWords } from '../words/money';
import { currentStep, stateIcon, stateWords } from '../words/phase-words';
import { childNodes } from './child-nodes';
import type { Row } from './rows';

/** A part of a row's description, as it is read out and as it is shown. */
interface RowPart {
  readonly words: string;
  readonly figures: string;
}

/** The row of an instance. @param nowMs milliseconds since the epoch */
export function instanceRow(view: InstanceView, nowMs: number): Row {
  const { record } = view;
  const parts = describe(view, nowMs);
  const said = parts.map(({ words }) => words).join(', ');
  const children = childNodes(view).length > 0;
  return {
    // A key of its own for each expansion: the editor would else keep a new row's children folded away.
    key: `${record.id}:${children ? 'open' : 'leaf'}`,
    label: record.name,
    description: parts.map(({ figures }) => figures).join(' · '),
    icon: stateIcon(record.phase),
    expansion: children ? 'expanded' : 'none',
    contextValue: ['instance', record.origin.kind, record.phase.kind, ...verbsFor(view)].join('.'),
    tooltip: instanceTooltip(view, nowMs),
    accessibleWords: `${record.name}, ${said.replaceAll('/h', ' an hour')}`,
  };
}

/** Details of an instance as Markdown, for tree and status bar. */
export function instanceTooltip(view: InstanceView, nowMs: number): string {
  const { record } = view;
  const { origin, phase, ssh } = record;
  const lines = [`**${escapeMarkdown(record.name)}** ${escapeMarkdown(stateWords(phase))}`];
  const step = currentStep(phase);
  if (step !== undefined) lines.push(escapeMarkdown(step));
  if (phase.kind === 'failed') lines.push(`$(error) ${escapeMarkdown(phase.message)}`);
  if (phase.kind === 'ready' && phase.warning !== undefined) {
    lines.push(`$(warning) ${escapeMarkdown(phase.warning)}`);
  }
  if (origin.kind === 'oci') {
    const { plan } = origin;
    // Of a boot volume that was found again, nothing tells its instance's GPUs, compartment and image any more.
    const gpus = phase.kind === 'terminated' ? '' : gpuWords(plan.gpus);
    lines.push(escapeMarkdown(joined(plan.shape, gpus, plan.region)));
    lines.push(escapeMarkdown(joined(plan.compartmentName, plan.image.name)));
  }
  if (ssh.host !== undefined) lines.push(`\`${ssh.user}@${ssh.host}\``);
  const paid = costWords(record, nowMs);
  if (paid !== '' && origin.kind === 'oci') {
    const asOf = origin.plan.price ? `, list price of ${origin.plan.price.asOf}, without disk` : '';
    lines.push(escapeMarkdown(`${paid}${asOf}`));
  }
  if (phase.kind === 'stopped') lines.push(escapeMarkdown(stoppedBillingWords(record) ?? ''));
  const disk = keptDiskWords(record);
  if (disk !== undefined) lines.push(escapeMarkdown(`${disk}. ${keptDiskEnd(record)}`));
  if (view.ownedElsewhere) lines.push('Another window works on it; this one follows.');
  return lines.filter((line) => line !== '').join('\n\n');
}

/**
 * A side bar of usual width shows some 38 characters of name and description, and the rest is in the tooltip: the state
 * and what goes on costing come first, and in figures.
 */
function describe({ record, ownedElsewhere }: InstanceView, nowMs: number): RowPart[] {
  const disk = keptDisk(record);
  const shape = record.origin.kind === 'oci' ? record.origin.plan.shape : record.ssh.host;
  return [
    plain(stateWords(record.phase)),
    ...(disk === undefined ? [] : [disk]),
    ...cost(record, nowMs),
    ...(shape === undefined ? [] : [plain(shape)]),
    ...(ownedElsewhere ? [plain('in another window')] : []),
  ];
}

const plain = (text: string): RowPart => ({ words: text, figures: text });

function joined(...words: readonly string[]): string {
  return words.filter(Boolean).join(' · ');
}

function gpuWords({ count, name }: { readonly count: number; readonly name: string }): string {
  return count === 0 ? 'no GPU' : `${count} × ${name}`;
}
