import type { HostKey } from './types';

/**
 * Reads the host-key fingerprints that cloud-init prints on the console
 * (its module `ssh_authkey_fingerprints` / `keys_to_console`: between `BEGIN SSH HOST KEY FINGERPRINTS` and `END …`,
 * lines as `ssh-keygen -l` writes them). Of several boots the last complete block counts.
 */
export function parseConsoleHostKeys(consoleText: string): readonly HostKey[] {
  const blocks = consoleText.match(/BEGIN SSH HOST KEY FINGERPRINTS[\s\S]*?END SSH HOST KEY FINGERPRINTS/g);
  const lines = blocks?.at(-1)?.split(/\r?\n/) ?? [];
  return lines.map(parseLine).filter((key) => key !== undefined);
}

function parseLine(line: string): HostKey | undefined {
  const parts = /(\d+) (SHA256:[A-Za-z0-9+/]{43}) .*\(([A-Z0-9]+)\)\s*$/.exec(line);
  const [, bits, fingerprint, name] = parts ?? [];
  if (bits === undefined || fingerprint === undefined || name === undefined) return undefined;
  const algorithm = algorithmOf(name, bits);
  return algorithm === undefined ? undefined : { algorithm, fingerprint };
}

function algorithmOf(name: string, bits: string): string | undefined {
  switch (name) {
    case 'ED25519':
      return 'ssh-ed25519';
    case 'RSA':
      return 'ssh-rsa';
    case 'ECDSA':
      return `ecdsa-sha2-nistp${bits}`;
    default:
      return undefined;
  }
}
