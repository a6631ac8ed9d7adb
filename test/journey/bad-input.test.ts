import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../src/waiting/until';
import { connectToSimulated } from '../cloud/connect';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { pictureOfFailure } from './failure-picture';
import { openEditorBed, type EditorBed } from './lab-bed';
import { chooseLaunch } from './main-job';

const rehearsal = { shape: 'VM.Standard2.2', way: 'native', allowSshFrom: '203.0.113.7' } as const;

/** What a person does wrong, or finds closed, before there is a machine; each time there is a way on. */
describe('Bad input in the real editor', function () {
  this.timeout(120_000);
  let cloud: SimulatedCloud;
  let folder: string;
  let bed: EditorBed;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-config-'));
    cloud = await startSimulatedCloud({ timeScale: 0.02 });
    bed = await openEditorBed({
      'ociGpu.configFile': join(folder, 'config'),
      'ociGpu.endpoint': cloud.endpointTemplate,
      'ociGpu.showCpuShapes': true,
    });
    await bed.person.openView('OCI GPU');
  });

  afterEach(async function () {
    await pictureOfFailure(bed, this.currentTest);
  });

  after(async () => {
    // Missing when the beginning failed.
    await (bed as EditorBed | undefined)?.close();
    await cloud.close();
    await rm(folder, { recursive: true });
  });

  const launch = () => bed.person.runCommand('OCI GPU: Launch');
  const summaryShows = (line: RegExp) =>
    until(async () => (await bed.person.picks()).find((text) => line.test(text)), {
      what: `the launch summary with ${String(line)}`,
      limitMs: 30_000,
      everyMs: 200,
    });
  const chooseProfile = async (name: string): Promise<void> => {
    await summaryShows(/^Profile/);
    await bed.person.pick(/^Profile/);
    await bed.person.quickInputTitled('Profile');
    await bed.person.pick(name);
  };
  /** A pick takes no key while it is being opened. */
  const closePick = () =>
    until(
      async () => {
        if (!(await bed.person.quickInput.isVisible())) return true;
        await bed.person.page.keyboard.press('Escape');
        return undefined;
      },
      { what: 'no open pick', limitMs: 30_000, everyMs: 200 },
    );

  it('without an OCI config, a launch says what is missing and how to make it', async () => {
    await launch();
    const told = await bed.person.waitForNotification(/There is no OCI config file/);
    assert.match(told, /oci setup config/);
    assert.match(told, /How to Make One/);
    await bed.person.clearNotifications();
  });

  it('a config file that is written then is noticed by the view itself', async () => {
    const { page } = bed.person;
    await page.getByRole('button', { name: 'Set Up OCI Access' }).waitFor();
    await cp(cloud.credentials.configFile, join(folder, 'config'));
    await page.getByRole('button', { name: 'Launch a GPU Instance' }).waitFor();
  });

  it('a passphrase that is wrong, given up and then right leads back to the summary each time', async () => {
    cloud.credentials.addEncryptedProfile('LOCKED', 'open sesame', false);
    cloud.credentials.addSessionProfile('SESSION').expire();
    await cp(cloud.credentials.configFile, join(folder, 'config'));
    await launch();
    // While more is read the lines move, and a click may meet the next one.
    await summaryShows(/^Shape ?VM\./);
    await chooseProfile('LOCKED');
    await bed.person.quickInputTitled('Passphrase');
    await bed.person.answer('open barley');
    await bed.person.quickInput.getByText(/Wrong passphrase/).waitFor();
    await bed.person.page.keyboard.press('Escape');
    await summaryShows(/^Read Again.*without its passphrase/);
    await bed.person.pick('Read Again');
    await bed.person.quickInputTitled('Passphrase');
    await bed.person.answer('open sesame');
    await summaryShows(/^Shape ?VM\./);
  });

  it('a session that has ended leads to the command that begins a new one, for its own profile', async () => {
    await chooseProfile('SESSION');
    await summaryShows(/^Sign In to OCI.*has expired/);
    await bed.person.pick('Sign In to OCI');
    await bed.person.waitForNotification(/oci session authenticate --profile-name SESSION/);
    await bed.person.clearNotifications();
  });

  it('a shape that the service limit forbids says so, with the page where to ask for more', async () => {
    await launch();
    await summaryShows(/^Shape ?VM\./);
    await bed.person.pick(/^Shape/);
    await bed.person.quickInputTitled('Shape');
    await bed.person.fill('VM.GPU2.1');
    await summaryShows(/VM\.GPU2\.1.*limit/);
    await bed.person.pick('VM.GPU2.1');
    const dialog = bed.person.dialog(/limit/);
    await dialog.getByRole('button', { name: 'Open Limits Page' }).waitFor();
    await bed.person.answerDialog(/limit/, 'Cancel');
    await bed.person.quickInputTitled('Shape');
    await closePick();
  });

  it('no capacity in any domain is told with what to do, and nothing is billed', async () => {
    const full = { status: 500, code: 'InternalError', message: 'Out of host capacity.' };
    const takeBack = cloud.faults.on('LaunchInstance', { answer: full, times: Infinity });
    await chooseLaunch(bed.person, rehearsal);
    await bed.person.pick('Launch');
    const told = await bed.person.waitForNotification(
      /has no room for VM.Standard2.2 in any of 3.*nothing is billed/,
      60_000,
    );
    takeBack();
    assert.match(told, /Retry/);
    await bed.person.treeItemText(/gpu-lab.*launch failed/);
    assert.deepEqual(cloud.billing(), { instances: [], bootVolumes: [] });
    await bed.person.clearNotifications();
  });

  it('Cancel during a launch takes back all that it made', async () => {
    const before = cloud.resources();
    await chooseLaunch(bed.person, rehearsal);
    await bed.person.pick('Launch');
    await bed.person.treeItemText(/gpu-lab-2.*booting/);
    await bed.person.answerNotification(/gpu-lab-2/, 'Cancel');
    await bed.person.answerDialog(/Cancel the launch of gpu-lab-2/, 'Undo the Launch');
    const nothing = () => cloud.resources().length === before.length;
    await until(async () => nothing() || undefined, {
      what: 'nothing that was not there before',
      limitMs: 60_000,
      everyMs: 200,
    });
  });

  it('a question that is answered when the instance is gone says so, and nothing is done', async () => {
    const takeBack = cloud.faults.on('GetInstance', { delayMs: 5_000 });
    await chooseLaunch(bed.person, rehearsal);
    await bed.person.pick('Launch');
    await bed.person.treeItemText(/gpu-lab-2.*booting/);
    await bed.person.contextMenu(/gpu-lab-2/, 'Terminate');
    await bed.person.dialogText(/Terminate gpu-lab-2\?/);
    const [instance] = cloud.billing().instances;
    await (await connectToSimulated(cloud)).terminate(instance?.id ?? '', { preserveBootVolume: false });
    takeBack();
    await bed.person.treeItemText(/gpu-lab-2.*launch failed/);
    await bed.person.answerDialog(/Terminate gpu-lab-2\?/, 'Terminate and Delete Boot Volume');
    await bed.person.waitForNotification(
      /“Terminate” is not possible for gpu-lab-2: its state is “launch failed”/,
    );
    await bed.person.treeItemText(/gpu-lab-2.*launch failed/);
  });
});
