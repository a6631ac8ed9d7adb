import { bootToSetUp, type MachineToSetUp } from '../instance/machine-to-set-up';
import { createMachines, type SandboxMachines } from '../sandbox/machines/machines';
import { median, type Bench } from './figure';

/**
 * What the tutorial has a person type, from its pip commands to the server's settings. Left out on its side is what
 * gives the machine a Python: on this system it has one. The CPU build on both sides, as on a machine without GPU.
 */
const tutorial = `
python3 -m venv /root/mlenv && . /root/mlenv/bin/activate
pip install --upgrade pip setuptools
pip install tensorflow-cpu jupyterlab matplotlib
jupyter lab --generate-config
`;

/** The native set-up to Jupyter's first answer, against the tutorial's commands, each on a fresh machine, in turns. */
export const setup: Bench = {
  name: 'setup',
  run: async (rounds) => {
    const machines = createMachines();
    try {
      await machines.prepare(['debian-12']);
      // Fills the wheel caches of both, which are as warm for the one as for the other from then on.
      await oursMs(machines);
      await tutorialMs(machines);
      const ours: number[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await oursMs(machines));
        theirs.push(await tutorialMs(machines));
      }
      return [
        {
          name: 'Native set-up of a fresh machine',
          unit: 's',
          ours: median(ours) / 1000,
          peer: { name: "the tutorial's pip commands", value: median(theirs) / 1000 },
          target: { of: 'ratio', atMost: 0.5 },
        },
      ];
    } finally {
      await machines.dispose();
    }
  },
};

const oursMs = (machines: SandboxMachines): Promise<number> =>
  timed(machines, async ({ run }) => {
    const { outcome, log } = await run();
    if (outcome.kind !== 'ready')
      throw new Error(`The set-up ended as ${outcome.kind}.\n${log.slice(-2000)}`);
  });

const tutorialMs = (machines: SandboxMachines): Promise<number> =>
  timed(machines, async ({ machine }) => {
    const { code, stdout, stderr } = await machine.exec(['bash', '-ec', tutorial]);
    if (code !== 0) throw new Error(`The tutorial's commands failed.\n${stdout.slice(-2000)}${stderr}`);
  });

/** Milliseconds of `work` on a machine of its own, which has what both need beforehand. */
async function timed(
  machines: SandboxMachines,
  work: (booted: MachineToSetUp) => Promise<void>,
): Promise<number> {
  const booted = await bootToSetUp(machines, 'debian-12');
  try {
    await booted.asRoot(
      'cloud-init status --wait >/dev/null || true; apt-get -q update && apt-get -qy install python3-venv',
    );
    const began = performance.now();
    await work(booted);
    return performance.now() - began;
  } finally {
    booted.connection.dispose();
    await booted.machine.terminate({ keepDisk: false });
  }
}
