import assert from 'node:assert/strict';
import { hostFoundQuestion } from '../../../src/editor/questions/host-found';
import { hostFacts } from '../../../src/setup/probe';

const facts = hostFacts(
  'family=debian\nosName=Ubuntu 24.04.1 LTS\narch=x86_64\nuser=me\nsystemd=255\nsudo=passwordless\n' +
    'freeMiB=90000\ngpus=2\ngpuName=NVIDIA A10\nport8888=free\nsetup=none\n',
);
const detailOf = (changed: Partial<typeof facts> = {}): string =>
  hostFoundQuestion({ name: 'box' }, { ...facts, ...changed }).detail;

describe('The question before an SSH host is added', () => {
  it('says what was found', () => {
    assert.equal(
      detailOf().split('\n\n')[0],
      [
        'Found: Ubuntu 24.04.1 LTS, x86_64, systemd 255',
        'GPUs: 2 × NVIDIA A10',
        'Sudo: without a password',
        'Disk: 87 GB free',
        'Port 8888: free',
      ].join('\n'),
    );
  });

  it('says what will be done, with sudo, without, and where set-up was before', () => {
    assert.match(detailOf(), /Nothing is changed now\. Set Up then puts .* into \/opt\/oci-gpu-lab/);
    const home = { sudo: 'none', folder: '/home/me/.local/share/oci-gpu-lab' } as const;
    assert.match(detailOf(home), /\/home\/me\/.* as a service of me alone.* Docker is not possible/);
    assert.match(detailOf({ setup: 'ready' }), /set up already/);
  });
});
