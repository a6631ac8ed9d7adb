import * as vscode from 'vscode';
import { pickOne, separator, type Items, type Picked } from '../quick-pick';
import type { Availability, LaunchCatalog, Place, ShapeOption } from './catalog';
import { showCpuShapes } from '../settings/settings';
import {
  availabilityWords,
  groupShapes,
  limitChoice,
  limitChoices,
  limitsPage,
  obstacle,
  shapeFacts,
  shapePrice,
  type Obstacle,
} from './shapes';

/** How many shapes are asked about at once; OCI answers 429 to many more. */
const questionsAtOnce = 4;
const readLimitMs = 30_000;

/** The list of shapes. Limits and capacity are filled in as they come, and never waited for. */
export async function editShape(
  catalog: LaunchCatalog,
  place: Place,
  offered: readonly ShapeOption[],
  present: ShapeOption | undefined,
): Promise<Picked<ShapeOption>> {
  let shapes = offered;
  const known = new Map<string, Availability>();
  for (;;) {
    const picked = await pickOne<ShapeOption>({
      title: 'Shape',
      placeholder: 'Search by GPU, size or price',
      canGoBack: true,
      items: shapeItems(shapes, known, present),
      isActive: (shape) => shape.name === present?.name,
      load: async (show, signal) => {
        const waiting = shapes.filter((shape) => shape.unusable === undefined && !known.has(shape.name));
        const ask = async () => {
          for (let shape = waiting.shift(); shape; shape = waiting.shift()) {
            const availability = await catalog.availability(place, shape, signal).catch(() => undefined);
            signal.throwIfAborted();
            if (!availability) continue;
            known.set(shape.name, availability);
            show(shapeItems(shapes, known, present));
          }
        };
        await Promise.all(Array.from({ length: questionsAtOnce }, ask));
      },
    });
    if (picked.kind !== 'chosen') return picked;
    const hindrance = obstacle(picked.value, known.get(picked.value.name));
    if (!hindrance || hindrance.cause === 'capacity') return picked;
    const answer = await explain(hindrance, limitChoices(shapes));
    if (answer === limitChoice.limitsPage)
      await vscode.env.openExternal(vscode.Uri.parse(limitsPage(place.region)));
    if (answer === limitChoice.cpuShapes) {
      await showCpuShapes();
      shapes = await catalog.shapes(place, AbortSignal.timeout(readLimitMs));
    }
  }
}

async function explain(hindrance: Obstacle, choices: readonly string[]): Promise<string | undefined> {
  if (hindrance.cause !== 'limit') {
    await vscode.window.showWarningMessage(hindrance.message, { modal: true });
    return undefined;
  }
  const detail =
    'New tenancies begin with a GPU limit of 0. Ask Oracle for more on the limits page, or choose another shape or region.';
  return await vscode.window.showWarningMessage(hindrance.message, { modal: true, detail }, ...choices);
}

function shapeItems(
  shapes: readonly ShapeOption[],
  known: ReadonlyMap<string, Availability>,
  present: ShapeOption | undefined,
): Items<ShapeOption> {
  return groupShapes(shapes).flatMap((group) => [
    separator(group.title),
    ...group.shapes.map((shape) => {
      const availability = known.get(shape.name);
      const hindrance = obstacle(shape, availability);
      const live = availability ? availabilityWords(availability) : '';
      return {
        label: `${hindrance ? '$(circle-slash) ' : ''}${shape.name}`,
        description: `${shapePrice(shape)}${shape.name === present?.name ? ' · chosen' : ''}`,
        detail: [
          hindrance && hindrance.cause !== 'capacity' ? hindrance.message : '',
          shapeFacts(shape),
          live,
        ]
          .filter(Boolean)
          .join(' · '),
        value: shape,
      };
    }),
  ]);
}
