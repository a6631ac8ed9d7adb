import type { InstanceRecord } from '../../instances/record';
import { isSystemWide } from '../../setup/places';
import type { HostFacts } from '../../setup/types';

/** What a person reads before an SSH host is added: what was found on it, and what set-up would do. */
export function hostFoundQuestion(
  host: Pick<InstanceRecord, 'name'>,
  found: HostFacts,
): { readonly message: string; readonly detail: string } {
  const { osName, arch, systemd } = found;
  return {
    message: `Add ${host.name}?`,
    detail: [
      [
        `Found: ${osName}, ${arch}, systemd ${systemd}`,
        `GPUs: ${found.gpus === 0 ? 'none that nvidia-smi lists' : `${found.gpus} × ${found.gpuName}`}`,
        `Sudo: ${sudoWords[found.sudo]}`,
        `Disk: ${Math.floor(found.freeMiB / 1024)} GB free`,
        `Port 8888: ${found.port8888 === 'own' ? 'JupyterLab of OCI GPU Lab' : found.port8888}`,
      ].join('\n'),
      whatWillBeDone(found),
    ].join('\n\n'),
  };
}

const sudoWords: { readonly [kind in HostFacts['sudo']]: string } = {
  root: `not needed, the login is root's`,
  passwordless: 'without a password',
  none: 'none without a password',
};

function whatWillBeDone(found: HostFacts): string {
  if (found.setup === 'ready') return 'It is set up already: it is connected to, and nothing is changed.';
  if (found.setup === 'running') return 'Set-up is running on it: that is followed.';
  const first = 'Nothing is changed now. Set Up then puts TensorFlow and JupyterLab';
  return isSystemWide(found)
    ? `${first} into ${found.folder}, with packages of the system that are missing, and starts JupyterLab as a service.`
    : `${first} into ${found.folder}, and starts JupyterLab as a service of ${found.user} alone, which goes on ` +
        'after the login ends. Docker is not possible without sudo.';
}
