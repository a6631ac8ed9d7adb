import { join } from 'node:path';
import type { SetupWay } from '../../src/ports/setup-way';
import { setupWayNames } from '../../src/editor/words/setup-way-names';
import { until } from '../../src/waiting/until';
import type { Person } from '../sandbox/editor/person';
import type { LabBed } from './lab-bed';

/** A step of the main job, as it is told to whoever watches. */
export interface Step {
  readonly title: string;
  readonly seconds: number;
  /** What was seen. */
  readonly seen: string;
}

/** What is launched. */
export interface MainJob {
  /** Such as `VM.Standard2.1` (a rehearsal) or `VM.GPU3.2`. */
  readonly shape: string;
  /** Native when not given; the others need the bed's registries. */
  readonly way?: SetupWay;
  /** Pictures go there. */
  readonly pictures: string;
}

/** Minutes for one set-up with nothing cached; the wheels are the larger part. */
const setupLimitMs = 15 * 60_000;

/**
 * The main job as a person does it, by mouse and keyboard in the real editor: launch, watch, run the notebook,
 * terminate. Each step is told when it was seen to hold.
 * @throws when something did not show in time; the last picture is then in `failed.png`
 */
export async function* doMainJob(bed: LabBed, job: MainJob): AsyncGenerator<Step> {
  const { person, editor } = bed;
  const picture = (name: string) => editor.screenshot(join(job.pictures, `${name}.png`));
  const timed = async (title: string, act: () => Promise<string>): Promise<Step> => {
    const start = performance.now();
    const seen = await act();
    return { title, seconds: (performance.now() - start) / 1000, seen };
  };

  try {
    yield await timed('Open the view', async () => {
      await person.openView('OCI GPU');
      await editor.page.getByRole('button', { name: 'Launch a GPU Instance' }).waitFor({ timeout: 60_000 });
      await picture('welcome');
      return 'The empty view offers to launch an instance.';
    });
    yield await timed('Choose what to launch', async () => {
      await chooseLaunch(bed, job);
      await picture('launch');
      return `The summary shows ${job.shape} with its price.`;
    });
    yield await timed('Launch and set up', async () => {
      await person.pick('Launch');
      if (job.way === 'ngc') await typeNgcKey(bed);
      await person.waitForTerminal(/==>|\[\d+\/\d+\]/, setupLimitMs);
      await picture('setup');
      return await person.treeItemText(/gpu-lab.*(ready|Ready)/, setupLimitMs);
    });
    yield await timed('Tunnel', async () => {
      const seen = await person.statusBarText(/gpu-lab :\d+/);
      await picture('ready');
      return seen;
    });
    yield await timed('Check the GPUs', async () => {
      await person.togglePanel();
      await openSample(bed, 'num_gpu');
      await person.runAllCells();
      return lastLine(await person.waitForOutput(/GPUs?[^\n]*\d/i, 120_000));
    });
    yield await timed('Run celsious2fahrenheit', async () => {
      await openSample(bed, 'celsious2fahrenheit');
      await person.runAllCells();
      await person.goToLastCell();
      const shown = await person.waitForOutput(/21[0-4]\.\d+/, 180_000);
      await picture('notebook');
      return /21[0-4]\.\d+[^\n]*/.exec(shown)?.[0] ?? '';
    });
    yield await timed('Terminate', async () => {
      await person.contextMenu(/gpu-lab/, 'Terminate');
      await picture('terminate');
      await person.answerDialog(/gpu-lab/, 'Terminate and Delete Boot Volume');
      await person.treeItemText(/gpu-lab.*terminated/i, 120_000);
      await picture('terminated');
      const { instances, bootVolumes } = bed.cloud.billing();
      const owed = instances.length + bootVolumes.length;
      if (owed > 0) throw new Error(`Still billed: ${JSON.stringify({ instances, bootVolumes })}`);
      return `Nothing is billed; left in the cloud: ${bed.cloud.resources().join(', ') || 'nothing'}.`;
    });
  } catch (error) {
    await picture('failed');
    throw error;
  }
}

async function chooseLaunch({ person, cloud }: LabBed, { shape, way }: MainJob): Promise<void> {
  await person.runCommand('OCI GPU: Launch');
  await editLine(person, 'Allow SSH from');
  await person.pick('Type an address');
  await person.quickInputTitled('Allow SSH from');
  await person.answer('203.0.113.7');
  await editLine(person, 'Compartment');
  await person.pick(cloud.compartments[0]?.name ?? '');
  await editLine(person, 'Shape');
  await person.fill(shape);
  await person.pick(shape);
  await editLine(person, 'Image');
  await person.pick('debian-12');
  if (way !== undefined) {
    await editLine(person, 'Setup');
    await person.pick(setupWayNames[way]);
  }
  await settledSummary(person);
}

/** The key is asked for before anything is launched. */
async function typeNgcKey({ person, registry }: LabBed): Promise<void> {
  await person.quickInputTitled('NGC API Key');
  await person.answer(registry?.ngcKey ?? '');
}

/** Chooses a line of the summary; the next pick has that line's name as its title. */
async function editLine(person: Person, label: string): Promise<void> {
  await settledSummary(person);
  await person.answer(label);
  await person.quickInputTitled(new RegExp(`^${label}`));
}

/** Waits until the summary is shown and knows all its defaults: before, its lines still move. */
async function settledSummary(person: Person): Promise<void> {
  await person.quickInputTitled('Launch a GPU Instance');
  await until(
    async () => {
      const lines = await person.picks();
      return lines.length > 5 && !lines.some((line) => line.endsWith('…')) ? true : undefined;
    },
    { what: 'The summary without open questions', limitMs: 60_000, everyMs: 200 },
  );
}

/** Opens a sample notebook from the tree. @param name without `.ipynb` */
export async function openSample({ person }: LabBed, name: string): Promise<void> {
  await person.expandTreeItem(/Notebooks|notebooks/);
  await person.clickTreeItem(new RegExp(`^${name}(\\.ipynb)?`));
  await person.editorTab(new RegExp(name)).waitFor({ timeout: 30_000 });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
