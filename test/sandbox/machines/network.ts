/** The network of one run's machines, and the addresses in it. */
import { DockerFailed, type Docker } from './docker';

/** A bridge network of its own, with addresses that stay with a machine over stop and start. */
export interface MachineNetwork {
  readonly name: string;
  /** An address that was not given out before. */
  nextAddress(): string;
}

const tries = 64;
const firstHost = 10;
const lastHost = 250;

/** Makes the bridge network `name` on a /24 that is free on this host. */
export async function createNetwork(docker: Docker, name: string, label: string): Promise<MachineNetwork> {
  const start = process.pid % 256;
  for (let attempt = 0; attempt < tries; attempt++) {
    const prefix = `172.30.${(start + attempt) % 256}`;
    try {
      await docker.output(['network', 'create', '--subnet', `${prefix}.0/24`, '--label', label, name]);
      return { name, nextAddress: addresses(prefix) };
    } catch (error) {
      if (!(error instanceof DockerFailed) || !/overlap/i.test(error.message)) throw error;
    }
  }
  throw new Error('no free network for the machines was found in 172.30.0.0/16');
}

function addresses(prefix: string): () => string {
  let next = firstHost;
  return () => {
    if (next > lastHost)
      throw new Error('this run has used up its network addresses: dispose of it and start anew');
    return `${prefix}.${next++}`;
  };
}
