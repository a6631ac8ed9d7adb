import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { failureAdvice, type FailureReason } from '../../../src/setup/reasons';

/** What the package tools print when they fail, by the reason that a person shall be told. */
const printed: Readonly<Partial<Record<FailureReason, readonly string[]>>> = {
  network: [
    // dnf, yum 3.4, apt, pip (which adds the next two lines), uv
    "Error: Failed to download metadata for repo 'ol9_appstream': Curl error (6): Couldn't resolve host name",
    ' Cannot find a valid baseurl for repo: ol7_latest/x86_64',
    "E: Failed to fetch http://deb.debian.org/x.deb  Temporary failure resolving 'deb.debian.org'",
    "WARNING: Retrying after connection broken by 'NewConnectionError(Failed to establish a new connection)'\n" +
      'ERROR: Could not find a version that satisfies the requirement uv (from versions: none)\n' +
      'ERROR: No matching distribution found for uv',
    'error: Failed to fetch: `https://pypi.org/simple/x/`\n  Caused by: operation timed out',
    'HTTP status server error (503 Service Unavailable) for url',
  ],
  packageNotFound: [
    'Error: Unable to find a match: python3.12',
    'No package rh-python38 available.\nError: Nothing to do',
    'E: Unable to locate package python3-venv',
    'ERROR: No matching distribution found for no-such-package',
    'Because no-such-package was not found in the package registry, we can conclude …',
  ],
  diskFull: [
    '  At least 12MB more space needed on the / filesystem.',
    'installing package gcc-8.5.0 needs 25MB on the / filesystem',
    "E: You don't have enough free space in /var/cache/apt/archives/.",
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device: '/opt/x'",
    'failed to copy file to /opt/x: No space left on device (os error 28)',
  ],
  certificate: [
    "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))",
    'error: invalid peer certificate: UnknownIssuer',
  ],
  // Names and figures that only look like the network's.
  commandFailed: [' + async-timeout==5.0.1\nSegmentation fault', 'ol9_appstream  503 kB/s | 2.5 kB\nKilled'],
};

describe('the reason that set-up reads from what a failed tool printed', function () {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  const folder = resolve('resources/setup');
  const all = Object.entries(printed).flatMap(([reason, texts]) => texts.map((text) => ({ reason, text })));

  it('is the one that helps the person', () => {
    const script =
      '. "$LAB_SETUP/lib/retries.sh"; disk_is_full() { return 1; }; for t in "$@"; do reason_of "$t"; done';
    const argv = ['-euo', 'pipefail', '-c', script, 'bash', ...all.map(({ text }) => text)];
    const env = { ...process.env, LAB_SETUP: folder, LAB_PREFIX: '/' };
    const read = execFileSync('bash', argv, { env, encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(
      read.map((reason, index) => ({ reason, text: all[index]?.text })),
      all,
    );
    assert.ok(Object.keys(printed).every((reason) => Object.hasOwn(failureAdvice, reason)));
  });
});

describe('the reason that the pull of an image reads from the registry', function () {
  before(function () {
    if (process.platform === 'win32') this.skip();
  });
  /** The reasons that these users are told; Python is started once for all of them. */
  const reasonsOf = (...users: readonly string[]): readonly string[] => {
    const script = `import os, sys
sys.path.insert(0, sys.argv[1])
import pull_image
for os.environ["LAB_REGISTRY_USER"] in sys.argv[2:]:
    print(pull_image.reason_of("401 Unauthorized"))`;
    const folder = resolve('resources/setup/python');
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const argv = ['-c', script, folder, ...users];
    return execFileSync('python3', argv, { env, encoding: 'utf8' }).trim().split('\n');
  };

  it('is a refused key only where one was given: Docker Hub is asked without', () => {
    assert.deepEqual(reasonsOf('$oauthtoken', ''), ['registryRefused', 'imagePrivate']);
  });
});
