/** What a person is told about a reason, and what to do next. */
export interface Advice {
  readonly sentence: string;
  readonly nextAction: string;
  /** The scripts describe what they saw in words for a person, not with a command's output. */
  readonly seenIsTold?: true;
}

/** Why a step failed, by the code that the scripts write (`fail` in resources/setup/lib/report.sh). */
export const failureAdvice = {
  unsupportedOs: {
    sentence: 'This operating system is not one that set-up knows.',
    nextAction: 'Launch an instance with Oracle Linux 8 or 9, or Ubuntu.',
    seenIsTold: true,
  },
  unsupportedCpu: {
    sentence: 'TensorFlow with CUDA is built for x86-64 processors, and this instance has another one.',
    nextAction: 'Choose a shape with an Intel or AMD processor.',
  },
  noSystemd: {
    sentence: 'This machine is not run by systemd, so JupyterLab cannot be kept running.',
    nextAction: 'Use a machine with systemd.',
  },
  needsRoot: {
    sentence: 'System packages are missing, and this user has no sudo to install them.',
    nextAction: 'Install them as an administrator, then retry.',
    seenIsTold: true,
  },
  cloudInit: {
    sentence: 'The first boot has not finished its own work (cloud-init).',
    nextAction: 'Wait some minutes, then retry.',
  },
  packageLock: {
    sentence: "Another program keeps the system's package manager busy.",
    nextAction: 'Wait until it has ended, then retry.',
    seenIsTold: true,
  },
  portTaken: {
    sentence: 'Another program on the instance uses port 8888.',
    nextAction: 'Stop that program, then retry.',
    seenIsTold: true,
  },
  diskTooSmall: {
    sentence: 'The disk has too little room for TensorFlow and JupyterLab.',
    nextAction: 'Free some space, then retry; or launch with a larger boot volume.',
    seenIsTold: true,
  },
  diskFull: {
    sentence: 'The disk became full while packages were installed.',
    nextAction: 'Free some space or enlarge the boot volume, then retry.',
    seenIsTold: true,
  },
  network: {
    sentence: 'The instance could not reach the package servers.',
    nextAction: 'Check that its subnet has a way out to the internet, then retry.',
  },
  certificate: {
    sentence: 'The instance does not trust the certificate that the package server showed.',
    nextAction: "Check the instance's clock and its certificates, then retry.",
  },
  packageNotFound: {
    sentence: 'A package does not exist, or not in versions that fit together.',
    nextAction: 'Correct the extra packages, then retry.',
  },
  commandFailed: {
    sentence: 'A command on the instance failed.',
    nextAction: 'Read the end of the setup log, then retry.',
  },
  jupyterSilent: {
    sentence: 'JupyterLab was started but does not answer.',
    nextAction: 'Read the end of the setup log, then retry.',
  },
  gpuCheck: {
    sentence: 'The notebook that counts the GPUs could not be run.',
    nextAction: 'Read the end of the setup log, then retry.',
  },
  engineSilent: {
    sentence: 'The Docker engine on the instance does not start.',
    nextAction: 'Read the end of the setup log, run: sudo systemctl status docker, then retry.',
  },
  engineBroken: {
    sentence: 'The Docker engine could not start a container.',
    nextAction: 'Read the end of the setup log, then retry.',
  },
  driverMissing: {
    sentence: 'The NVIDIA driver on the instance does not work, so no container can have its GPUs.',
    nextAction: "Restart the instance; if that does not help, launch with one of Oracle's GPU images.",
  },
  toolkitBroken: {
    sentence: 'The NVIDIA Container Toolkit does not hand the GPUs to containers.',
    nextAction: 'Retry; if that does not help, run: sudo nvidia-ctk runtime configure --runtime=docker.',
  },
  podmanContainers: {
    sentence: 'The instance has containers of podman, which would lose what they run on to Docker CE.',
    nextAction: 'Remove these containers, or set up the native way; then retry.',
  },
  containerNameTaken: {
    sentence: 'The instance has a container named mlenv that set-up did not make.',
    nextAction: 'Rename or remove it (docker rename mlenv old), then retry.',
  },
  imageTooLarge: {
    sentence: 'The disk has too little room for the container image.',
    nextAction: 'Free some space, or launch with a larger boot volume.',
  },
  imageNotFound: {
    sentence: 'The registry has no such container image.',
    nextAction: 'Set up again with another tag.',
  },
  registryKeyMissing: {
    sentence: 'The registry wants an API key, and none was given.',
    nextAction: 'Retry, and enter the NGC API key.',
  },
  registryRefused: {
    sentence: 'The registry did not accept the API key, or does not allow this image to it.',
    nextAction: 'Retry with a valid NGC API key (ngc.nvidia.com, Setup, API Keys).',
  },
  imagePrivate: {
    sentence: 'The registry does not give this image without a login.',
    nextAction: 'Set up again with another tag.',
  },
  registryLimit: {
    sentence: 'The registry allows no more pulls from this address for now.',
    nextAction: 'Wait (Docker Hub counts six hours), then retry.',
  },
  registryUnreachable: {
    sentence: 'The image could not be pulled: the registry does not answer, or cuts the connection off.',
    nextAction: 'Retry: it goes on where it stopped.',
  },
  interrupted: {
    sentence: 'Set-up was interrupted before its end, for example by a restart of the instance.',
    nextAction: 'Retry: it goes on where it stopped.',
  },
  unexpected: {
    sentence: 'A step ended with an error that set-up does not know.',
    nextAction: 'Read the end of the setup log, then retry.',
  },
} as const satisfies Record<string, Advice>;
export type FailureReason = keyof typeof failureAdvice;

/** The known reason for a code, or `unexpected`. */
export function failureReason(code: string): FailureReason {
  return Object.hasOwn(failureAdvice, code) ? (code as FailureReason) : 'unexpected';
}

/**
 * Why TensorFlow does not use every GPU, by the code that verify_gpus.py writes. The instance is ready all the same, so
 * that nothing can be retried: set-up is begun again.
 */
export const gpuAdvice = {
  cpuBuild: {
    sentence: 'the CPU build of TensorFlow is installed, which never uses a GPU',
    nextAction: 'Set up again with the GPU build.',
  },
  noDriver: {
    sentence: 'the NVIDIA driver is not installed (there is no nvidia-smi)',
    nextAction: "Launch with one of Oracle's GPU images, which bring the driver.",
  },
  driverNotLoaded: {
    sentence: 'the NVIDIA driver is installed but not loaded',
    nextAction: 'Restart the instance; if that does not help, launch with a GPU image.',
  },
  openModule: {
    sentence: "the driver's open kernel module is loaded, and it does not drive Volta and Pascal GPUs",
    nextAction: 'Launch with an image whose driver is 580 or older, with the proprietary module.',
  },
  driverSeesFewer: {
    sentence: 'the driver itself sees fewer GPUs than the shape has',
    nextAction: 'Restart the instance; if a GPU stays away, ask Oracle Support.',
  },
  fabricManager: {
    sentence: 'the fabric manager, which links the GPUs of this board, is not running',
    nextAction: 'Run: sudo systemctl enable --now nvidia-fabricmanager, then set up again.',
  },
  architecture: {
    sentence: "this TensorFlow has no kernels for the GPU's architecture",
    nextAction: 'Use the NVIDIA container (NGC) on this shape.',
  },
  cudaLibraries: {
    sentence: 'TensorFlow does not find the CUDA libraries that it needs, or the driver is too old for them',
    nextAction: 'Set up again; if that does not help, launch with a newer GPU image.',
  },
  unknown: {
    sentence: 'the cause is not known',
    nextAction: 'Read the end of the setup log, and run nvidia-smi on the instance.',
  },
} as const satisfies Record<string, Advice>;
export type GpuCause = keyof typeof gpuAdvice;

/** The known cause for a code, or `unknown`. */
export function gpuCause(code: string): GpuCause {
  return Object.hasOwn(gpuAdvice, code) ? (code as GpuCause) : 'unknown';
}
