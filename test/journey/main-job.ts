import { join } from 'node:path';
import type { SetupWay } from '../../src/ports/setup-way';
import { setupWayNames } from '../../src/editor/words/setup-way-names';
import { until } from '../../src/waiting/until';
import type { Person } from '../sandbox/editor/person';
import type { MachineOs } from '../sandbox/machines/machine';
import type { EditorBed, LabBed } from './lab-bed';

/** A step of the main job, as it is told to whoever watches. */
export interface Step {
  readonly title: string;
  readonly seconds: number;
  /** What was seen. */
  readonly seen: string;
}

/** What is launched, and where. */
export interface MainJob {
  /** Such as `VM.Standard2.2` (a rehearsal) or `VM.GPU3.2`. */
  readonly shape: string;
  readonly way: SetupWay;
  /** Pictures go there. */
  readonly pictures: string;
  /** The address that SSH is opened to; looked up when not given. */
  readonly allowSshFrom?: string | undefined;
  /** As the summary offers them; its own choices when not given. */
  readonly compartment?: string | undefined;
  readonly image?: string | undefined;
  /** For the way `ngc`. */
  readonly ngcKey?: string | undefined;
  /** Asked with the price before anything is launched. @throws to launch nothing */
  readonly agreeTo?: (price: string) => Promise<void>;
  /** What is still billed after termination, one line each. */
  readonly owed: () => readonly string[];
}

/** What is chosen in the launch summary. `way` is null for an instance that is left as it boots. */
export interface LaunchChoice extends Pick<MainJob, 'allowSshFrom' | 'compartment' | 'shape' | 'image'> {
  readonly way: SetupWay | null;
}

/** Minutes for one set-up with nothing cached; the wheels are the larger part. */
const setupLimitMs = 15 * 60_000;

/** What the sandbox boots for a shape: GPU shapes have GPU images, of which the summary chooses the newest. */
export function sandboxSystem(shape: string): MachineOs {
  return shape.includes('GPU') ? 'oracle-linux-9' : 'debian-12';
}

/** The main job in the sandbox: nothing is asked, and the simulated cloud tells what is still billed. */
export function sandboxJob(
  { cloud, registry }: LabBed,
  job: Pick<MainJob, 'shape' | 'way' | 'pictures'>,
): MainJob {
  return {
    ...job,
    allowSshFrom: '203.0.113.7',
    compartment: cloud.compartments[0]?.name,
    image: job.shape.includes('GPU') ? undefined : sandboxSystem(job.shape),
    ngcKey: registry?.ngcKey,
    owed: () => {
      const { instances, bootVolumes } = cloud.billing();
      return [...instances, ...bootVolumes].map(({ id }) => id);
    },
  };
}

/**
 * The main job as a person does it, by mouse and keyboard in the real editor: launch, watch, run the notebooks,
 * terminate. Each step is told when it was seen to hold.
 * @throws when something did not show in time; the last picture is then in `failed.png`
 */
export async function* doMainJob(bed: EditorBed, job: MainJob): AsyncGenerator<Step> {
  const picture = (name: string) => bed.editor.screenshot(join(job.pictures, `${name}.png`));
  try {
    for (const [title, act] of steps(bed, job, picture)) {
      const start = performance.now();
      const seen = await act();
      yield { title, seconds: (performance.now() - start) / 1000, seen };
    }
  } catch (error) {
    // The window may be what failed.
    await picture('failed').catch(() => undefined);
    throw error;
  }
}

function steps(
  bed: EditorBed,
  job: MainJob,
  picture: (name: string) => Promise<void>,
): readonly (readonly [title: string, act: () => Promise<string>])[] {
  const { person } = bed;
  return [
    [
      'Open the view',
      async () => {
        await person.openView('OCI GPU');
        await bed.editor.page
          .getByRole('button', { name: 'Launch a GPU Instance' })
          .waitFor({ timeout: 60_000 });
        await picture('welcome');
        return 'The empty view offers to launch an instance.';
      },
    ],
    [
      'Choose what to launch',
      async () => {
        await chooseLaunch(person, job);
        await picture('launch');
        const [first = ''] = await person.picks();
        const price = first.replace(/^Launch ?/, '');
        await job.agreeTo?.(price);
        return price;
      },
    ],
    [
      'Launch and set up',
      async () => {
        await person.pick('Launch');
        await person.answerDialogIfShown(/an hour/, /^Launch for/);
        if (job.way === 'ngc') await typeNgcKey(person, job.ngcKey ?? '');
        await person.waitForTerminal(/==>|\[\d+\/\d+\]/, setupLimitMs);
        await picture('setup');
        return await person.treeItemText(/gpu-lab.*(ready|Ready)/, setupLimitMs);
      },
    ],
    [
      'Tunnel',
      async () => {
        const seen = await person.statusBarText(/gpu-lab :\d+/);
        await picture('ready');
        return seen;
      },
    ],
    [
      'Check the GPUs',
      async () => {
        await person.togglePanel();
        await openSample(person, 'num_gpu');
        await person.runAllCells();
        return lastLine(await person.waitForOutput(/GPUs?[^\n]*\d/i, 120_000));
      },
    ],
    [
      'Run celsious2fahrenheit',
      async () => {
        await person.clearNotifications();
        await openSample(person, 'celsious2fahrenheit');
        await person.runAllCells();
        await person.goToLastCell();
        const shown = await person.waitForOutput(/21[0-4]\.\d+/, 180_000);
        await until(async () => ((await person.outputPictures()).length > 0 ? true : undefined), {
          what: 'The plot of the losses',
          limitMs: 30_000,
          everyMs: 500,
        });
        // Plot and number in one picture.
        await person.scrollUpToPicture();
        await picture('notebook');
        return /[^\n]*21[0-4]\.\d+[^\n]*/.exec(shown)?.[0].trim() ?? '';
      },
    ],
    [
      'Terminate',
      async () => {
        await person.contextMenu(/gpu-lab/, 'Terminate');
        await person.dialog(/Terminate gpu-lab\?/).waitFor();
        await picture('terminate');
        await person.answerDialog(/gpu-lab/, 'Terminate and Delete Boot Volume');
        await person.treeItemText(/gpu-lab.*terminated/i, 120_000);
        await picture('terminated');
        const owed = job.owed();
        if (owed.length > 0) throw new Error(`Still billed: ${owed.join(', ')}`);
        return 'Nothing is billed.';
      },
    ],
  ];
}

/** Makes the choices in the launch summary, up to its *Launch*. */
export async function chooseLaunch(person: Person, job: LaunchChoice): Promise<void> {
  await person.runCommand('OCI GPU: Launch');
  await editLine(person, 'Allow SSH from');
  if (job.allowSshFrom === undefined) await person.pick('Look up');
  else await typeAllowedAddress(person, job.allowSshFrom);
  if (job.compartment !== undefined) await chooseValue(person, 'Compartment', job.compartment);
  await editLine(person, 'Shape');
  await person.fill(job.shape);
  await person.pick(job.shape);
  if (job.image !== undefined) await chooseValue(person, 'Image', job.image);
  await chooseValue(person, 'Setup', job.way === null ? 'none' : setupWayNames[job.way]);
  await settledSummary(person);
}

/** Types the address that port 22 is opened to; the list and the box after it have the same title. */
export async function typeAllowedAddress(person: Person, address: string): Promise<void> {
  await person.pick('Type an address');
  await person.quickInput.getByText(/^IPv4 address/).waitFor({ timeout: 30_000 });
  await person.answer(address);
}

/** The key is asked for before anything is launched. */
async function typeNgcKey(person: Person, key: string): Promise<void> {
  await person.quickInputTitled('NGC API Key');
  await person.answer(key);
}

async function chooseValue(person: Person, label: string, value: string): Promise<void> {
  await editLine(person, label);
  await person.pick(value);
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
export async function openSample(person: Person, name: string): Promise<void> {
  await person.expandTreeItem(/Notebooks|notebooks/);
  await person.clickTreeItem(new RegExp(`^${name}(\\.ipynb)?`));
  await person.editorTab(new RegExp(name)).waitFor({ timeout: 30_000 });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
