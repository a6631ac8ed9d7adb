import { join } from 'node:path';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import { Person } from '../sandbox/editor/person';
import { startEditor, type RunningEditor } from '../sandbox/editor/start-editor';
import { createMachines, type SandboxMachines } from '../sandbox/machines/machines';
import { openRegistry, type Registry } from '../sandbox/registry/registry';

/** The whole sandbox: simulated cloud, booted machines, real editor, and the person in front of it. */
export interface LabBed {
  readonly cloud: SimulatedCloud;
  readonly machines: SandboxMachines;
  readonly editor: RunningEditor;
  readonly person: Person;
  /** Docker Hub and NGC, when they were asked for. */
  readonly registry: Registry | undefined;
  /** Ends and removes all of it. */
  close(): Promise<void>;
}

/** Starts it. @param timeScale 1: the cloud is as slow as the real one */
export async function openLabBed(
  options: {
    timeScale?: number;
    cpuPackages?: boolean;
    packageLockSeconds?: number;
    /** Every machine finds the sandbox's registries under the names of Docker Hub and NGC. */
    registries?: boolean;
  } = {},
): Promise<LabBed> {
  const machines = createMachines();
  const registry = options.registries === true ? await openRegistry({ machines }) : undefined;
  await machines.prepare(['debian-12']);
  const cloud = await startSimulatedCloud({
    machines: registry ? withRegistry(machines, registry) : machines,
    timeScale: options.timeScale ?? 0.05,
    packageLockSeconds: options.packageLockSeconds ?? 5,
  });
  try {
    const editor = await startEditor({
      extensionDir: join(import.meta.dirname, '../..'),
      settings: {
        'ociGpu.configFile': cloud.credentials.configFile,
        'ociGpu.endpoint': cloud.endpointTemplate,
        'ociGpu.showCpuShapes': true,
        'ociGpu.sandbox.cpuPackages': options.cpuPackages ?? false,
        ...(registry
          ? {
              'ociGpu.dockerRepository': registry.mirrors.docker,
              'ociGpu.nvidiaRepository': registry.mirrors.nvidia,
            }
          : {}),
        'workbench.startupEditor': 'none',
      },
    });
    const close = async (): Promise<void> => {
      await editor.close();
      await cloud.close();
      await registry?.dispose();
      await machines.dispose();
    };
    return { cloud, machines, editor, person: new Person(editor.page, 30_000), registry, close };
  } catch (error) {
    await cloud.close();
    await registry?.dispose();
    await machines.dispose();
    throw error;
  }
}

/** The same machines; each finds the registries from its first boot on. */
function withRegistry(machines: SandboxMachines, registry: Registry): SandboxMachines {
  return {
    ...machines,
    boot: async (spec) => {
      const machine = await machines.boot(spec);
      await registry.openTo(machine);
      return machine;
    },
  };
}
