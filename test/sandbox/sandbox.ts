import { parseArgs } from 'node:util';
import { startSimulatedCloud } from './cloud/simulated-cloud';
import { createMachines } from './machines/machines';

/**
 * `npm run sandbox`: the simulated cloud by itself. The first line of output is one JSON object with all that an OCI
 * client needs; Ctrl-C removes everything that was made.
 */
const { values } = parseArgs({
  options: {
    /** Appends every exchange to this file. */
    record: { type: 'string' },
    /** 1: as slow as the real cloud. */
    'time-scale': { type: 'string', default: '0.2' },
    port: { type: 'string' },
    /** Boots nothing behind LaunchInstance. */
    'no-machines': { type: 'boolean', default: false },
  },
});

const starting = startSimulatedCloud({
  timeScale: Number(values['time-scale']),
  packageLockSeconds: 20,
  ...(values.record === undefined ? {} : { recordFile: values.record }),
  ...(values.port === undefined ? {} : { port: Number(values.port) }),
  ...(values['no-machines'] ? {} : { machines: createMachines() }),
});

const end = (): void => {
  starting
    .then((cloud) => cloud.close())
    .then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`Not everything could be removed: ${String(error)}\n`);
        process.exit(1);
      },
    );
};
// `on`: a key press reaches the whole process group and comes again through npm; the second must not end us half-way.
process.on('SIGINT', end);
process.on('SIGTERM', end);

const { credentials, endpoint, endpointTemplate, region, regions, compartmentId } = await starting;
const { configFile, profile } = credentials;
process.stdout.write(`${JSON.stringify({ configFile, profile, endpoint, region, compartmentId })}\n`);
process.stdout.write(`Other regions: ${endpointTemplate} (${regions.join(', ')}). Ctrl-C ends it.\n`);
