import assert from 'node:assert/strict';
import { nextActions } from '../../../src/editor/commands/next-actions';
import type { InstanceRecord } from '../../../src/instances/record';
import type { Lab } from '../../../src/journey/lab';
import { aRecord } from '../instances/a-record';
import { openLabBed, phaseOf, type LabBed } from './lab-bed';
import { aPrivateKey, startSshServer, type SshServer } from './ssh-server';

const { id, ssh } = aRecord();

describe('A ready instance that shows another host key', () => {
  let bed: LabBed;
  let server: SshServer;
  let record: InstanceRecord;
  beforeEach(async () => {
    bed = await openLabBed();
    server = await startSshServer();
    await bed.secrets.store('key', aPrivateKey());
    await bed.secrets.store(`jupyter-token:${id}`, 'a token');
    const hostKeys = [{ algorithm: server.hostKey.algorithm, fingerprint: 'SHA256:of yesterday' }];
    const key = { kind: 'secret', secretKey: 'key' } as const;
    record = aRecord({ ssh: { ...ssh, host: '127.0.0.1', port: server.port, key, hostKeys } });
  });
  afterEach(async () => {
    await bed.close();
    await server.close();
  });

  const news = (lab: Lab) => new Promise<void>((resolve) => lab.onDidRefuseHostKey(() => resolve()));
  /** What windows are told of, in its order. */
  const toldBy = (...windows: readonly Lab[]): string[] => {
    const told: string[] = [];
    for (const lab of windows) lab.onDidRefuseHostKey((refused) => told.push(refused));
    return told;
  };

  it('is told about once, where nobody did anything, and the first way out is to look at the key', async () => {
    bed.leave(record);
    const lab = bed.openWindow();
    const told = toldBy(lab);
    await news(lab);
    const { phase } = lab.get(id)?.record ?? assert.fail();
    assert.ok(phase.kind === 'failed');
    assert.match(phase.message, /shows another host key/);
    assert.equal(phase.shownHostKey?.fingerprint, server.hostKey.fingerprint);
    assert.deepEqual(nextActions(phase)[0], { title: 'Compare Host Key…', command: 'ociGpu.trustHostKey' });
    await lab.retry(id);
    assert.equal(lab.get(id)?.record.phase.kind, 'failed');
    assert.deepEqual(told, [id], 'what a person asks for tells its own end');
  });

  it('is told about before the end of what a person has asked for', async () => {
    bed.leave({ ...record, tunnel: { wanted: false } });
    const lab = bed.openWindow();
    const told = toldBy(lab);
    const outcome = await lab.setTunnel(id, true);
    assert.equal(outcome.kind, 'failed');
    assert.deepEqual([told, lab.get(id)?.record.phase.kind], [[id], 'failed']);
  });

  it('is told about in one window, however many are open', async () => {
    bed.leave(record);
    const windows = [bed.openWindow(), bed.openWindow()];
    const told = toldBy(...windows);
    await Promise.all([Promise.race(windows.map(news)), ...windows.map((lab) => phaseOf(lab, id, 'failed'))]);
    assert.deepEqual(told, [id]);
  });
});
