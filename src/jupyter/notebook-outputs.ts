import type { OutputEvent } from './kernel-events';
import type { CellOutputs, OutputLimits } from './outputs';
import { createCellOutputs } from './outputs';

/** The outputs of a notebook's cells, together, because a display can be changed from another cell. */
export interface NotebookOutputs<Cell> {
  /** Outputs for a new run of this cell, in place of those of the run before. */
  begin(cell: Cell): CellOutputs;
  /** Applies what a run of this cell shows. @returns the other cells in which a display changed */
  apply(cell: Cell, event: OutputEvent): readonly Cell[];
  /** The cell is there no more. */
  forget(cell: Cell): void;
}

/** No cell has run yet. `Cell` is whatever names a cell: it is compared by identity. */
export function createNotebookOutputs<Cell>(limits?: OutputLimits): NotebookOutputs<Cell> {
  const known = new Map<Cell, CellOutputs>();
  return {
    begin(cell) {
      const outputs = createCellOutputs(limits);
      known.set(cell, outputs);
      return outputs;
    },
    apply(cell, event) {
      known.get(cell)?.apply(event);
      if (!('displayId' in event) || event.displayId === undefined) return [];
      const { data, metadata, displayId } = event;
      const update = { kind: 'update', data, metadata, displayId } as const;
      return [...known].flatMap(([other, outputs]) =>
        other !== cell && outputs.update(update) ? [other] : [],
      );
    },
    forget: (cell) => void known.delete(cell),
  };
}
