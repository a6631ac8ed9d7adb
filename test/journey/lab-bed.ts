import { join } from 'node:path';
import { startSimulatedCloud, type SimulatedCloud } from '../sandbox/cloud/simulated-cloud';
import type { Settings } from '../sandbox/editor/data-folder';
import { Person } from '../sandbox/editor/person';
import { startEditor, type EditorWindow, type RunningEditor } from '../sandbox/editor/start-editor';
import type { MachineOs } from '../sandbox/machines/machine';
import { createMachines, type SandboxMachines } from '../sandbox/machines/machines';
import { openRegistry, type Registry } from '../sandbox/registry/registry';

/** A window of the editor, and the person in front of it. */
export interface WindowBed {
  readonly editor: EditorWindow;
  readonly person: Person;
}

/** A real editor with the extension, and the person in front of its first window. */
export interface EditorBed extends WindowBed {
  readonly editor: RunningEditor;
  /** Ends and removes all of it. */
  close(): Promise<void>;
}

/** The whole sandbox: simulated cloud, booted machines, and the real editor. */
export interface LabBed extends EditorBed {
  readonly cloud: SimulatedCloud;
  readonly machines: SandboxMachines;
  /** Docker Hub and NGC, when they were asked for. */
  readonly registry: Registry | undefined;
}

/** What the sandbox is to be like. */
export interface LabBedOptions {
  /** 1: the cloud is as slow as the real one. */
  readonly timeScale?: number;
  readonly cpuPackages?: boolean;
  readonly packageLockSeconds?: number;
  /** Every machine finds the sandbox's registries under the names of Docker Hub and NGC. */
  readonly registries?: boolean;
  /** What will be booted: built beforehand, so that no launch waits for it. Debian if not given. */
  readonly systems?: readonly MachineOs[];
}

/** Milliseconds that a person waits for a thing to appear. */
const patienceMs = 30_000;

/** Starts the editor alone, for whatever cloud its settings name. */
export async function openEditorBed(settings: Settings): Promise<EditorBed> {
  const editor = await startEditor({ extensionDir: join(import.meta.dirname, '../..'), settings });
  return { editor, person: new Person(editor.page, patienceMs), close: () => editor.close() };
}

/** Opens another window of the editor, which comes to the front. */
export async function openSecondWindow(bed: EditorBed): Promise<WindowBed> {
  const editor = await bed.editor.openWindow();
  return { editor, person: new Person(editor.page, patienceMs) };
}

/** Starts the whole sandbox. What a failed start had made is removed again. */
export async function openLabBed(options: LabBedOptions = {}): Promise<LabBed> {
  const cleanups: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (let next = cleanups.pop(); next !== undefined; next = cleanups.pop()) await next();
  };
  try {
    const machines = createMachines();
    cleanups.push(() => machines.dispose());
    const registry = options.registries === true ? await openRegistry({ machines }) : undefined;
    cleanups.push(async () => registry?.dispose());
    await machines.prepare(options.systems ?? ['debian-12']);
    const cloud = await startSimulatedCloud({
      machines: registry ? withRegistry(machines, registry) : machines,
      timeScale: options.timeScale ?? 0.05,
      packageLockSeconds: options.packageLockSeconds ?? 5,
    });
    cleanups.push(() => cloud.close());
    const bed = await openEditorBed(labSettings(cloud, registry, options.cpuPackages ?? false));
    cleanups.push(() => bed.close());
    return { ...bed, cloud, machines, registry, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function labSettings(cloud: SimulatedCloud, registry: Registry | undefined, cpuPackages: boolean): Settings {
  return {
    'ociGpu.configFile': cloud.credentials.configFile,
    'ociGpu.endpoint': cloud.endpointTemplate,
    'ociGpu.showCpuShapes': true,
    'ociGpu.sandbox.cpuPackages': cpuPackages,
    ...(registry && {
      'ociGpu.dockerRepository': registry.mirrors.docker,
      'ociGpu.nvidiaRepository': registry.mirrors.nvidia,
    }),
  };
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
