import assert from 'node:assert/strict';
import { placesOf } from '../../../src/setup/places';
import type { SetupWay } from '../../../src/ports/setup-way';
import { hostFacts, whyNotSetUp, type HostFacts } from '../../../src/setup/probe';

/** What probe.sh prints on a machine that can be set up, with what a test changes. */
const factsOf = (changed: Readonly<Record<string, string>> = {}): HostFacts => {
  const facts = {
    family: 'ol9',
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
  return hostFacts(lines.join(''));
};
const refusal = (changed?: Readonly<Record<string, string>>, way?: SetupWay): string | undefined =>
  whyNotSetUp(factsOf(changed), way);

describe('a machine that is looked at before set-up', () => {
  it('is taken when nothing stands against it, and when its Jupyter is ours', () => {
    assert.equal(refusal(), undefined);
    assert.equal(refusal({ port8888: 'own' }), undefined);
  });

  it('is refused with what the person can do', () => {
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
    assert.match(refusal({ family: '', osName: 'Arch Linux' }) ?? '', /^Arch Linux is none of Oracle Linux/);
    assert.match(refusal({ arch: 'aarch64' }) ?? '', /x86-64; this machine is aarch64/);
  });

  describe('whose user has no sudo', () => {
    const home = { sudo: 'none', folder: '/home/opc/.local/share/oci-gpu-lab', linger: 'possible' };

    it('is taken for the native way, which stays in the home folder', () => {
      assert.equal(refusal(home), undefined);
      assert.equal(refusal({ ...home, linger: 'on' }), undefined);
      const places = placesOf(factsOf(home));
      assert.deepEqual(places.asRoot, []);
      assert.equal(places.token, '/home/opc/.local/share/oci-gpu-lab/jupyter/token');
      assert.deepEqual(placesOf(factsOf()).asRoot, ['sudo', '-n']);
      assert.deepEqual(placesOf(factsOf({ sudo: 'root' })).asRoot, []);
    });

    it('is refused where only an administrator can go on, with what to ask for', () => {
      assert.match(
        refusal({ ...home, linger: 'off' }) ?? '',
        /run: loginctl enable-linger opc, then retry\.$/,
      );
      assert.match(
        refusal({ ...home, missing: 'python3 with python3-venv' }) ?? '',
        /needs python3 with python3-venv\. Ask an administrator to install that, then retry\.$/,
      );
      assert.match(refusal(home, 'ngc') ?? '', /which Docker needs\. Choose the native way/);
      assert.match(refusal({ sudo: 'none' }) ?? '', /no sudo without a password any more/);
    });
  });

  it('is told apart from noise that a login prints', () => {
    assert.throws(() => hostFacts('Welcome\n'));
  });
});
