import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as v from 'valibot';
import { pythonOf } from '../../scripts/prepare/python-venvs.mjs';
import { silentLogger } from '../../src/ports/logger';
import { openEngine, type Engine } from '../sandbox/machines/engine';
import { defaultCacheFolder } from '../sandbox/machines/machines';

const texts = v.array(v.string());

/** The first line that `npm run sandbox` prints: all that an OCI client needs. */
const whereItIs = v.strictObject({
  configFile: v.string(),
  profile: v.string(),
  endpoint: v.string(),
  region: v.string(),
  compartmentId: v.string(),
});

/** What python/other_client.py prints once its instance runs. */
const whatItSaw = v.object({
  around: v.object({
    tenancy: v.string(),
    regions: texts,
    compartments: texts,
    domains: texts,
    shapes: texts,
    imagePages: v.array(texts),
    limits: texts,
  }),
  launch: v.object({
    instanceId: v.string(),
    sameForSameToken: v.boolean(),
    stateAtFirst: v.string(),
    state: v.string(),
    workRequest: v.string(),
    launchedAt: v.string(),
    tags: v.record(v.string(), v.string()),
    overLimit: v.nullable(v.object({ status: v.number(), code: v.string(), requestId: v.string() })),
  }),
  address: v.object({ publicIp: v.string(), isPrimary: v.boolean() }),
});

interface Program {
  readonly child: ChildProcessByStdio<Writable, Readable, null>;
  nextLine(): Promise<string>;
}

/** A program in a process group of its own, as a terminal starts it. */
function start(program: string, argv: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const child = spawn(program, argv, {
    cwd: join(import.meta.dirname, '..', '..'),
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines: Interface = createInterface(child.stdout);
  const iterator = lines[Symbol.asyncIterator]();
  return {
    child,
    nextLine: async () => {
      const line = await iterator.next();
      if (line.done) throw new Error(`${program} ${argv[0] ?? ''} ended without saying more`);
      return line.value;
    },
  };
}

function endNow({ child }: Program): void {
  const hasEnded = child.exitCode !== null || child.signalCode !== null;
  if (!hasEnded && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
}

describe("OCI's own Python client, pointed at the sandbox", function () {
  this.timeout(10 * 60_000);
  let folder: string;
  let engine: Engine;
  let sandbox: Program;
  let place: v.InferOutput<typeof whereItIs>;
  let client: Program;
  let saw: v.InferOutput<typeof whatItSaw>;
  const recordFile = () => join(folder, 'exchanges.jsonl');

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oci-gpu-lab-other-'));
    engine = await openEngine({ log: silentLogger, cacheFolder: defaultCacheFolder() });
    sandbox = start('npm', ['run', 'sandbox', '--', '--record', recordFile()], {
      // All that it writes lies where it can be seen, and is gone when it has cleaned up.
      TMPDIR: await mkdtemp(join(folder, 'tmp-')),
      TSX_DISABLE_CACHE: '1',
      ...(engine.host === undefined ? {} : { DOCKER_HOST: engine.host }),
    });
    place = v.parse(whereItIs, JSON.parse(await sandbox.nextLine()));
    const { configFile, profile, endpoint, compartmentId } = place;
    const script = join(import.meta.dirname, 'python', 'other_client.py');
    client = start(pythonOf('oci'), [script, configFile, profile, endpoint, compartmentId], {
      // The SDK asks for a label at the end of key files, which older keys lack.
      SUPPRESS_LABEL_WARNING: 'True',
    });
    saw = v.parse(whatItSaw, JSON.parse(await client.nextLine()));
  });

  after(async () => {
    for (const program of [client, sandbox]) endNow(program);
    await engine.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('finds two compartments, two regions, three domains, shapes with and without GPU', () => {
    const { tenancy, compartments, regions, domains, shapes, limits } = saw.around;
    assert.equal(tenancy, 'ocigpulab');
    assert.deepEqual(compartments, ['notebooks', 'production']);
    assert.deepEqual(regions, ['ap-tokyo-1', 'us-phoenix-1']);
    assert.equal(domains.length, 3);
    assert.ok(shapes.includes('VM.GPU3.2') && shapes.includes('VM.Standard2.1'));
    assert.ok(limits.includes('gpu3-count'));
  });

  it('reads the images page by page, an empty page among them', () => {
    const pages = saw.around.imagePages;
    assert.deepEqual(pages[0], []);
    assert.ok(pages.length > 2 && pages.every((page) => page.length <= 5));
    const all = pages.flat();
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.some((name) => /^Oracle-Linux-9.*-Gen2-GPU-/.test(name)));
  });

  it('launches an instance that comes to RUNNING, once for a retry token', () => {
    const { launch } = saw;
    assert.equal(launch.stateAtFirst, 'PROVISIONING');
    assert.equal(launch.state, 'RUNNING');
    assert.equal(launch.workRequest, 'SUCCEEDED');
    assert.equal(launch.sameForSameToken, true);
    assert.deepEqual(launch.tags, { 'made-by': 'another client' });
    assert.ok(Math.abs(Date.parse(launch.launchedAt) - Date.now()) < 24 * 3_600_000);
  });

  it('is refused beyond a limit as by OCI', () => {
    assert.equal(saw.launch.overLimit?.status, 400);
    assert.equal(saw.launch.overLimit.code, 'LimitExceeded');
    assert.match(saw.launch.overLimit.requestId, /^[0-9A-F]{32}\/[0-9A-F]{32}\/[0-9A-F]{32}$/);
  });

  it('gets the address of a machine that has really booted', async () => {
    assert.equal(saw.address.isPrimary, true);
    const container = await containerOf(saw.launch.instanceId);
    const address = await inspect(container, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}');
    assert.equal(address, saw.address.publicIp);
  });

  it('works from the command line too', async () => {
    const list = ['compute', 'instance', 'list', '--all', '--query', 'data[]."display-name"'];
    const { configFile, profile, endpoint, compartmentId } = place;
    const access = ['--config-file', configFile, '--profile', profile, '--endpoint', endpoint];
    const cli = start(
      join(dirname(pythonOf('oci')), 'oci'),
      [...list, ...access, '--compartment-id', compartmentId],
      { SUPPRESS_LABEL_WARNING: 'True' },
    );
    let printed = '';
    cli.child.stdout.on('data', (data: Buffer) => (printed += data.toString()));
    await once(cli.child, 'close');
    assert.deepEqual(JSON.parse(printed), ['launched-by-another']);
  });

  it('ends the instance and removes its network', async () => {
    client.child.stdin.write('\n');
    assert.deepEqual(JSON.parse(await client.nextLine()), { stateAtEnd: 'TERMINATED' });
  });

  it('is on the record with one JSON line an exchange, without signatures', async () => {
    const text = await readFile(recordFile(), 'utf8');
    const exchanges = text
      .trim()
      .split('\n')
      .map((line) => v.parse(recordedExchange, JSON.parse(line)));
    assert.ok(exchanges.some(({ operation, status }) => operation === 'LaunchInstance' && status === 400));
    assert.ok(
      exchanges.every(({ requestHeaders }) => /signature="\*\*\*"/.test(requestHeaders.authorization)),
    );
    assert.equal(/signature="[^*]|PRIVATE KEY/.test(text.replaceAll('\\"', '"')), false);
  });

  it('leaves nothing behind after Ctrl-C: no container, network, volume or file', async () => {
    // One more machine, which is still there when the key is pressed.
    const again = start(pythonOf('oci'), client.child.spawnargs.slice(1), { SUPPRESS_LABEL_WARNING: 'True' });
    const { launch } = v.parse(whatItSaw, JSON.parse(await again.nextLine()));
    const run = await inspect(await containerOf(launch.instanceId), '{{index .Config.Labels "oci-gpu-lab"}}');
    assert.notEqual(run, '');
    if (sandbox.child.pid !== undefined) process.kill(-sandbox.child.pid, 'SIGINT');
    await once(sandbox.child, 'exit');
    endNow(again);
    for (const kind of [
      ['ps', '--all'],
      ['network', 'ls'],
      ['volume', 'ls'],
    ]) {
      const left = [...kind, '--quiet', '--filter', `label=oci-gpu-lab=${run}`];
      assert.equal(await engine.docker.output(left), '', kind.join(' '));
    }
    assert.equal(existsSync(place.configFile), false);
    assert.deepEqual(await filesLeft(folder), ['exchanges.jsonl']);
  });

  const containerOf = (instanceId: string): Promise<string> =>
    engine.docker.output(['ps', '--quiet', '--filter', `label=oci-gpu-lab.instance=${instanceId}`]);
  const inspect = (container: string, format: string): Promise<string> =>
    engine.docker.output(['inspect', '--format', format, container]);
});

const recordedExchange = v.strictObject({
  time: v.pipe(v.string(), v.isoTimestamp()),
  service: v.string(),
  operation: v.string(),
  method: v.picklist(['GET', 'POST', 'PUT', 'DELETE']),
  path: v.pipe(v.string(), v.startsWith('/')),
  query: v.record(v.string(), v.string()),
  requestHeaders: v.objectWithRest({ authorization: v.string() }, v.string()),
  requestBody: v.unknown(),
  status: v.number(),
  responseHeaders: v.record(v.string(), v.string()),
  responseBody: v.unknown(),
});

/** Files below a folder; empty folders do not count. */
async function filesLeft(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}
