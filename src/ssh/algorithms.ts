import type { Algorithms, CipherAlgorithm, KexAlgorithm, ServerHostKeyAlgorithm } from 'ssh2';

// No diffie-hellman-group-exchange: desktop editors' crypto (BoringSSL) refuses its groups.
const keyExchanges: KexAlgorithm[] = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha256',
];

// AES-GCM first: the processor does it. No chacha20: BoringSSL offers it in another form than ssh2 asks for.
const ciphers: CipherAlgorithm[] = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'aes192-ctr',
  'aes256-ctr',
];

const hostKeys: ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
];

/**
 * What we offer in the handshake.
 * @param knownTypes host-key types whose fingerprint is known (`ssh-rsa`, `ssh-ed25519`, …): they come first,
 *   so that the server shows a key that can be compared instead of one never seen.
 */
export function offeredAlgorithms(knownTypes: readonly string[]): Algorithms {
  const known = hostKeys.filter((algorithm) => knownTypes.includes(keyTypeOf(algorithm)));
  return {
    kex: keyExchanges,
    cipher: ciphers,
    serverHostKey: [...known, ...hostKeys.filter((algorithm) => !known.includes(algorithm))],
    compress: ['none'],
  };
}

/** RSA keys of one type sign by several algorithms (RFC 8332). */
function keyTypeOf(algorithm: string): string {
  return algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm;
}
