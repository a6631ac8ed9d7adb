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
      await ourTimes(machines);
      await tutorialMs(machines);
      const ours: SetUpTimes[] = [];
      const theirs: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ours.push(await ourTimes(machines));
        theirs.push(await tutorialMs(machines));
      }
      const peer = { name: "the tutorial's pip commands", value: median(theirs) / 1000 };
      const common = { unit: 's', peer, target: { of: 'ratio', atMost: 0.5 } } as const;
      return [
        {
          ...common,
          name: 'Native set-up of a fresh machine, GPU check and service included',
          ours: median(ours.map(({ allMs }) => allMs)) / 1000,
        },
        {
          ...common,
          name: 'Its Python environment and packages alone',
          ours: median(ours.map(({ packagesMs }) => packagesMs)) / 1000,
        },
      ];
    } finally {
      await machines.dispose();
    }
  },
};

interface SetUpTimes {
  readonly allMs: number;
  /** Of the steps that do what the tutorial's commands do. */
  readonly packagesMs: number;
}

async function ourTimes(machines: SandboxMachines): Promise<SetUpTimes> {
  let packagesMs = 0;
  const allMs = await timed(machines, async ({ run }) => {
    let began = 0;
    const { outcome, log } = await run({
      onEvent: (event) => {
        if (event.kind !== 'step' || !['environment', 'packages'].includes(event.id)) return;
        if (event.state === 'started') began = performance.now();
        else packagesMs += performance.now() - began;
      },
    });
    if (outcome.kind !== 'ready')
      throw new Error(`The set-up ended as ${outcome.kind}.\n${log.slice(-2000)}`);
  });
  return { allMs, packagesMs };
}

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
