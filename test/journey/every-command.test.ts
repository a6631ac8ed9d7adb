import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import type { Page } from 'playwright-core';
import { generateKey } from '../../src/ssh/generate-key';
import { until } from '../../src/waiting/until';
import { decodeStrictly } from '../cloud/decode-strictly';
import { runProgram } from '../sandbox/machines/docker';
import type { Machine } from '../sandbox/machines/machine';
import { pictureOfFailure } from './failure-picture';
import { openLabBed, type LabBed } from './lab-bed';
import { chooseLaunch, typeAllowedAddress } from './main-job';
import { bootHost, launchElsewhere } from './own-machines';
import { runSampleAnew } from './run-sample';
import { untilTunnelIsUp } from './tunnel-in-editor';

const row = /gpu-lab/;
const limitMs = 180_000;
/** Where the tunnel leads to it, 8888 being taken. */
const jupyter = 'http://127.0.0.1:8889';
const home = '203.0.113.7';
const cafe = '198.51.100.9';
const train = '192.0.2.44';

describe('What else a person does with an instance, in the real editor', function () {
  this.timeout(5 * 60_000);
  const ownKey = generateKey('mine');
  let bed: LabBed;
  let machine: Machine;
  /** Has port 8888 of this computer. */
  let otherProgram: Server | undefined;

  before('the first time ever, the machine is built', async function () {
    this.timeout(30 * 60_000);
    bed = await openLabBed({ cpuPackages: true });
    await bed.person.openView('OCI GPU');
  });

  afterEach(async function () {
    await pictureOfFailure(bed, this.currentTest);
  });

  after(async () => {
    otherProgram?.close();
    // Missing when the beginning failed.
    await (bed as LabBed | undefined)?.close();
  });

  const asRoot = async (script: string, on = machine): Promise<string> =>
    (await on.exec(['bash', '-c', script])).stdout.trim();
  const soon = <T>(what: string, look: () => Promise<T | undefined>): Promise<T> =>
    until(look, { what, limitMs: 60_000, everyMs: 500 });
  /** Every login to the machine ends, as when the network goes away. */
  const cutConnections = () => asRoot("pkill -f '^sshd: opc'");
  const fingerprint = (on = machine) =>
    asRoot("ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2", on);
  const labIsShown = (page: Page) =>
    page.locator('#jp-main-dock-panel').waitFor({ state: 'attached', timeout: 60_000 });
  const rowIsGone = (label: string | RegExp) =>
    bed.person.treeItem(label).waitFor({ state: 'detached', timeout: limitMs });
  const pasteOwnKey = async (): Promise<void> => {
    await bed.person.quickInputTitled('SSH key');
    await bed.person.copy(ownKey.privateKeyPem);
    await bed.person.pick('Paste a private key');
  };

  it('launches an instance that is left as it boots, which the list says', async () => {
    await chooseLaunch(bed.person, {
      shape: 'VM.Standard2.2',
      way: null,
      allowSshFrom: home,
      compartment: bed.cloud.compartments[0]?.name,
      image: 'debian-12',
    });
    await bed.person.pick('Launch');
    await bed.person.treeItemText(/gpu-lab.*not set up/, limitMs);
    await bed.person.treeItemText(/Setup.*not done/);
    const [instance] = bed.cloud.billing().instances;
    const booted = await bed.cloud.machine(instance?.id ?? '');
    assert.ok(booted);
    machine = booted;
    assert.equal(await asRoot('ls /opt/oci-gpu-lab 2>/dev/null'), '');
  });

  it('copies its address, and an SSH command that lets in from any terminal', async () => {
    await bed.person.contextMenu(row, 'Copy Address');
    await bed.person.copiedText(new RegExp(`^${machine.address}$`));
    await bed.person.contextMenu(row, 'Copy SSH Command');
    const command = await bed.person.copiedText(/^ssh /);
    const answers = '-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null';
    const { stdout, stderr } = await runProgram('bash', ['-c', `${command} ${answers} whoami`]);
    assert.equal(stdout.trim(), 'opc', stderr);
  });

  it('opens a shell on it, which ends with exit', async () => {
    await bed.person.contextMenu(row, 'Open Shell');
    await bed.person.waitForTerminal(/\$$/);
    await bed.person.typeInTerminal('echo "$(whoami) is on $(cat /etc/machine-id)"');
    await bed.person.waitForTerminal(`opc is on ${await asRoot('cat /etc/machine-id')}`);
    await bed.person.typeInTerminal('exit');
    await bed.person.page.locator('.terminal-wrapper.active').waitFor({ state: 'detached' });
  });

  it('sets it up later, and takes the next port when another program has 8888', async () => {
    otherProgram = createServer((socket) => socket.end('another program')).listen(8888, '127.0.0.1');
    await once(otherProgram, 'listening');
    await bed.person.contextMenu(row, 'Set Up');
    await bed.person.pick('native packages');
    await bed.person.treeItemText(/gpu-lab.*ready/, limitMs);
    await untilTunnelIsUp(bed);
    await bed.person.statusBarText(/gpu-lab :8889/);
    await bed.person.treeItemText(/Tunnel.*localhost:8889 \(8888 was in use\)/);
    // The panel with the set-up log.
    await bed.person.togglePanel();
  });

  it('restarts a kernel from its row, and shuts it down', async () => {
    await runSampleAnew(bed, 'num_gpu', /Num GPUs Available: +0/);
    const kernels = () => asRoot('pgrep -f ipykernel_launcher');
    const before = await kernels();
    assert.match(before, /^\d+$/);
    await bed.person.treeItemText(/Kernels\s*1/);
    await bed.person.expandTreeItem(/^Kernels/);
    await bed.person.inlineAction(/num_gpu.*idle/, 'Restart Kernel');
    await soon('another process of the kernel', async () => {
      const now = await kernels();
      return /^\d+$/.test(now) && now !== before ? true : undefined;
    });
    await bed.person.inlineAction(/num_gpu.*idle/, 'Shut Down Kernel');
    await bed.person.treeItemText(/Kernels.*none running/);
    assert.equal(await kernels(), '');
  });

  it('says that a package is not to be had, and takes another name', async () => {
    const { person } = bed;
    await person.contextMenu(row, 'Add Packages');
    await person.quickInputTitled('Add Packages to gpu-lab');
    await person.fill('two;names');
    await person.quickInput.getByText('"two;names" is no package name.').waitFor();
    await person.answer('no-such-package-of-anybody');
    await person.waitForNotification(/A package does not exist/, limitMs);
    await person.treeItemText(/gpu-lab.*setup failed/);
    await person.answerNotification(/A package does not exist/, 'Change Packages');
    await person.quickInputTitled('Packages Added to gpu-lab');
    await person.answer('humanize');
    await person.treeItemText(/gpu-lab.*ready/, limitMs);
    await untilTunnelIsUp(bed);
    assert.match(
      await asRoot('/opt/oci-gpu-lab/env/bin/python -c "import humanize; print(humanize.naturalsize(1e6))"'),
      /1\.0 MB/,
    );
  });

  it('lists its packages, and copies the one that is chosen with its version', async () => {
    await bed.person.contextMenu(row, 'Show Packages');
    await bed.person.quickInputTitled('Packages on gpu-lab');
    await bed.person.fill('humanize');
    await bed.person.pick('humanize');
    await bed.person.copiedText(/^humanize==\d/);
  });

  it('sets a password that lets any browser into JupyterLab', async () => {
    const { person } = bed;
    await person.contextMenu(row, 'Set JupyterLab Password');
    await person.quickInputTitled('JupyterLab Password');
    await person.fill('short');
    await person.quickInput.getByText('At least 8 characters.', { exact: true }).waitFor();
    await person.answer('correct horse battery');
    await person.waitForNotification(/The JupyterLab password of gpu-lab is set/, limitMs);
    const stranger = await bed.editor.context.browser()?.newContext();
    assert.ok(stranger);
    const page = await stranger.newPage();
    await page.goto(`${jupyter}/lab`);
    await page.locator('#password_input').fill('correct horse battery');
    await page.locator('#login_submit').click();
    await labIsShown(page);
    await stranger.close();
  });

  it('takes the password away again when the answer is empty, as the box says', async () => {
    const { person } = bed;
    await person.contextMenu(row, 'Set JupyterLab Password');
    await person.quickInput.getByText(/Leave empty to have no password/).waitFor();
    await person.answer('');
    await person.waitForNotification(/The JupyterLab of gpu-lab has no password any more/, limitMs);
    assert.equal(await asRoot('cat /opt/oci-gpu-lab/jupyter/password-hash'), '');
  });

  it('opens JupyterLab in the browser, logged in', async () => {
    const opened = bed.editor.context.waitForEvent('page', { timeout: 60_000 });
    await bed.person.contextMenu(row, 'Open JupyterLab');
    await bed.person.answerDialogIfShown(/external website/, /^Open/);
    const page = await opened;
    try {
      await labIsShown(page);
    } finally {
      // Behind another page the editor's menus take no click.
      await page.close();
    }
  });

  it('lets in from where the person is now, when that is elsewhere than at the launch', async () => {
    const { person } = bed;
    await person.clearNotifications();
    await bed.cloud.moveCaller(cafe);
    await cutConnections();
    await person.statusBarItem(row).locator('.codicon-sync').waitFor({ timeout: limitMs });
    await person.treeItemText(/Tunnel.*port 22 does not answer/, limitMs);
    await person.statusBarText(/gpu-lab · port 22 does not answer/);
    await person.inlineAction(/^Tunnel/, 'Allow My Present Address');
    await typeAllowedAddress(person, cafe);
    await person.waitForNotification(
      /port 22 is now open to 198\.51\.100\.9\/32\. 203\.0\.113\.7\/32 may still enter too/,
    );
    await untilTunnelIsUp(bed);
  });

  it('does not connect to a machine with another host key before the person trusts that', async () => {
    const { person } = bed;
    const known = await fingerprint();
    await asRoot('rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh');
    await cutConnections();
    await person.treeItemText(/gpu-lab.*cannot connect/, limitMs);
    await person.treeItemText(/shows another host key than the one that is known/);
    await person.answerNotification(/shows another host key than the one that is known/, 'Compare Host Key…');
    const asked = await person.dialogText(/Another host key than the known one is shown by gpu-lab/);
    assert.ok(asked.includes(known) && asked.includes(await fingerprint()), asked);
    await person.answerDialog(/Another host key/, 'Cancel');
    await person.treeItemText(/gpu-lab.*cannot connect/);
    assert.equal(await asRoot("pgrep -f '^sshd: opc'"), '');
  });

  it('tells who may enter when port 22 does not answer, and lets in from the present address', async () => {
    const { person } = bed;
    await person.clearNotifications();
    await bed.cloud.moveCaller(train);
    await person.contextMenu(row, 'Compare Host Key');
    await person.answerDialog(/Another host key/, 'Trust and Connect');
    const told = await person.waitForNotification(/does not answer on port 22/, limitMs);
    assert.match(told, /runs \(and is billed\).*lets in 203\.0\.113\.7\/32, 198\.51\.100\.9\/32 alone/);
    await person.answerNotification(/does not answer on port 22/, 'Allow My Present Address');
    await typeAllowedAddress(person, train);
    await person.treeItemText(/gpu-lab.*ready/, limitMs);
    await untilTunnelIsUp(bed);
  });

  it('stops it, saying what that does to the bill, and starts it again', async () => {
    const { person } = bed;
    await person.contextMenu(row, 'Stop');
    const asked = await person.dialogText(/Stop gpu-lab\?/);
    assert.match(
      asked,
      /VM\.Standard2\.2 is not billed while stopped; its boot volume costs \$8\.50 a month/,
    );
    await person.answerDialog(/Stop gpu-lab\?/, 'Stop');
    await person.treeItemText(/gpu-lab.*stopped/, limitMs);
    const { instances, bootVolumes } = bed.cloud.billing();
    assert.deepEqual([instances.length, bootVolumes.length], [0, 1]);
    await person.contextMenu(row, 'Start');
    await person.treeItemText(/gpu-lab.*ready/, limitMs);
    await untilTunnelIsUp(bed);
    await runSampleAnew(bed, 'num_gpu', /Num GPUs Available: +0/);
  });

  it('adds a machine that is reached by SSH after showing what is on it, and forgets it unchanged', async () => {
    const { person } = bed;
    const host = await bootHost(bed.machines, ownKey.publicLine);
    await person.runCommand('OCI GPU: Add SSH Host');
    await person.quickInputTitled('Add SSH Host');
    await person.answer(`opc@${host.address}`);
    await person.quickInputTitled('Jump Host');
    await person.answer('');
    await pasteOwnKey();
    const question = `Is this the host key of ${host.address}?`;
    const asked = await person.dialogText(question);
    assert.ok(asked.includes(await fingerprint(host)), asked);
    await person.answerDialog(question, 'Trust and Connect');
    const found = await person.dialogText(`Add ${host.address}?`);
    assert.match(found, /Found: Debian.*x86_64.*Port 8888: free.*Nothing is changed now/);
    await person.answerDialog(`Add ${host.address}?`, 'Add Host');
    await person.treeItemText(new RegExp(`${host.address}.*not set up`));
    await person.contextMenu(host.address, 'Remove from List');
    await person.answerDialog(/Nothing is changed on the host/, 'Remove');
    await rowIsGone(host.address);
    assert.equal(await asRoot('ls /opt/oci-gpu-lab /home/opc/.local 2>/dev/null', host), '');
  });

  it('adopts an instance that was launched elsewhere, and ends it as one of its own', async () => {
    const { person } = bed;
    const name = 'made-by-hand';
    await launchElsewhere(bed.cloud, { name, publicKey: ownKey.publicLine, sshSource: train });
    await person.runCommand('OCI GPU: Adopt Existing Instance');
    await person.quickInputTitled('Adopt Existing Instance');
    await person.pick(name);
    await pasteOwnKey();
    await person.treeItemText(/made-by-hand.*not set up/, limitMs);
    await person.contextMenu(name, 'Terminate');
    await person.answerDialog(/Terminate made-by-hand\?/, 'Terminate and Delete Boot Volume');
    await person.treeItemText(/made-by-hand.*terminated/, limitMs);
    await person.contextMenu(name, 'Remove from List');
    await rowIsGone(name);
    const { instances, bootVolumes } = bed.cloud.billing();
    assert.deepEqual([instances.length, bootVolumes.length], [1, 1]);
  });

  it('terminates it but keeps its disk, with what that costs, until the person deletes that too', async () => {
    const { person } = bed;
    await person.contextMenu(row, 'Terminate');
    await person.answerDialog(/Terminate gpu-lab\?/, 'Terminate, Keep Boot Volume ($8.50 a month)');
    await person.treeItemText(/gpu-lab.*terminated.*disk \$8\.50\/month/, limitMs);
    const { instances, bootVolumes } = bed.cloud.billing();
    assert.deepEqual([instances.length, bootVolumes.length], [0, 1]);
    await person.contextMenu(row, 'Remove from List');
    const asked = await person.dialogText(/Remove gpu-lab from the list\?/);
    assert.match(asked, /goes on being billed \(disk kept, \$8\.50 a month\)/);
    await person.answerDialog(/Remove gpu-lab from the list\?/, 'Delete Boot Volume…');
    await person.answerDialog(/All files on it are lost for good/, 'Delete Boot Volume');
    await rowIsGone(/disk \$8/);
    assert.deepEqual(bed.cloud.billing(), { instances: [], bootVolumes: [] });
    await person.contextMenu(row, 'Remove from List');
    await rowIsGone(row);
    await person.page.getByRole('button', { name: 'Launch a GPU Instance' }).waitFor();
    assert.deepEqual(bed.cloud.resources(), []);
  });

  it('asked the cloud nothing that OCI does not know', async () => {
    assert.deepEqual(await decodeStrictly(bed.cloud.exchanges), []);
  });
});
