import assert from 'node:assert/strict';
import { hostFacts, whyNotSetUp } from '../../../src/setup/probe';

/** What probe.sh prints on a machine that can be set up, with what a test changes. */
const refusal = (changed: Readonly<Record<string, string>> = {}): string | undefined => {
  const facts = {
    os: 'ol',
    osVersion: '9.7',
    arch: 'x86_64',
    user: 'opc',
    systemd: '252',
    sudo: 'passwordless',
    freeMiB: '30000',
    gpus: '2',
    port8888: 'free',
    setup: 'none',
    ...changed,
  };
  const lines = Object.entries(facts).map(([name, value]) => `${name}=${value}\n`);
  return whyNotSetUp(hostFacts(lines.join('')));
};

describe('a machine that is looked at before set-up', () => {
  it('is taken when nothing stands against it, and when its Jupyter is ours', () => {
    assert.equal(refusal(), undefined);
    assert.equal(refusal({ port8888: 'own' }), undefined);
  });

  it('is refused with what the person can do', () => {
    assert.match(refusal({ sudo: 'none' }) ?? '', /The user opc has no sudo.*retry\.$/);
    assert.match(
      refusal({ port8888: 'nginx (process 812)' }) ?? '',
      /by nginx \(process 812\)\. Stop .*retry\.$/,
    );
    assert.match(
      refusal({ freeMiB: '12' }) ?? '',
      /is full: 12 MiB are free\. Free some space, then retry\.$/,
    );
  });

  it('is refused where nothing can be done', () => {
    assert.match(refusal({ systemd: '' }) ?? '', /not run by systemd/);
    assert.match(refusal({ arch: 'aarch64' }) ?? '', /x86-64; this machine is aarch64/);
  });

  it('is told apart from noise that a login prints', () => {
    assert.throws(() => hostFacts('Welcome\n'));
  });
});
