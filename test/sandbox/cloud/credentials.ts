import { createHash, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A profile whose requests carry a short-lived token instead of a key's fingerprint. */
export interface SessionProfile {
  readonly profile: string;
  readonly tokenFile: string;
  /** From now on the token is refused. */
  expire(): void;
  /** Writes a new key pair and a token for it, valid for `seconds`, into their files; as `oci session authenticate` does. */
  renew(seconds?: number): void;
}

/** The OCI config that the simulated cloud hands out, and the keys that it accepts. */
export interface Credentials {
  /** A temporary folder with the config and all keys; removed by {@link dispose}. */
  readonly folder: string;
  readonly configFile: string;
  /** DEFAULT: an API key without a passphrase. */
  readonly profile: string;
  readonly userId: string;
  /** Another user's API key, encrypted; with `inConfig`, the passphrase stands in the config as `pass_phrase`. */
  addEncryptedProfile(profile: string, passphrase: string, inConfig?: boolean): void;
  addSessionProfile(profile: string, seconds?: number): SessionProfile;
  /** Accepts a token's exchange for a new one; undefined when the token is unknown or has expired. */
  refreshToken(token: string): string | undefined;
  /** The public key of a request's key id; undefined: unknown or expired. */
  keyOf(keyId: string): KeyObject | undefined;
  dispose(): void;
}

export function createCredentials(options: {
  readonly tenancyId: string;
  readonly userId: string;
  readonly region: string;
  readonly now: () => number;
}): Credentials {
  const { tenancyId, userId, region, now } = options;
  const folder = mkdtempSync(join(tmpdir(), 'oci-gpu-lab-cloud-'));
  const configFile = join(folder, 'config');
  const apiKeys = new Map<string, KeyObject>();
  const sessions = new Map<string, { readonly key: KeyObject; expiresAt: number }>();

  const write = (path: string, text: string) => writeFileSync(path, text, { mode: 0o600 });
  const addProfile = (profile: string, lines: readonly string[]) =>
    appendFileSync(configFile, `[${profile}]\n${lines.join('\n')}\n\n`, { mode: 0o600 });

  const addApiKey = (profile: string, passphrase?: string, inConfig = true) => {
    const { publicKey, pem } = newKey(passphrase);
    const keyFile = join(folder, `${profile}.pem`);
    write(keyFile, pem);
    const fingerprint = fingerprintOf(publicKey);
    apiKeys.set(`${tenancyId}/${userId}/${fingerprint}`, publicKey);
    addProfile(profile, [
      `user=${userId}`,
      `fingerprint=${fingerprint}`,
      `tenancy=${tenancyId}`,
      `region=${region}`,
      `key_file=${keyFile}`,
      ...(passphrase !== undefined && inConfig ? [`pass_phrase=${passphrase}`] : []),
    ]);
  };

  const newToken = (key: KeyObject, seconds: number): string => {
    const issued = Math.floor(now() / 1000);
    const claims = { sub: userId, tenant: tenancyId, iat: issued, exp: issued + seconds };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}.${randomBytes(32).toString('base64url')}`;
    sessions.set(token, { key, expiresAt: now() + seconds * 1000 });
    return token;
  };

  const aliveSession = (token: string) => {
    const session = sessions.get(token);
    return session && session.expiresAt > now() ? session : undefined;
  };

  addApiKey('DEFAULT');
  return {
    folder,
    configFile,
    profile: 'DEFAULT',
    userId,
    addEncryptedProfile: addApiKey,
    addSessionProfile(profile, seconds = 3600) {
      const { publicKey, pem } = newKey();
      const keyFile = join(folder, `${profile}.pem`);
      const tokenFile = join(folder, `${profile}.token`);
      write(keyFile, pem);
      let token = newToken(publicKey, seconds);
      // The OCI CLI ends the file with a newline; clients have to cope.
      write(tokenFile, `${token}\n`);
      addProfile(profile, [
        `fingerprint=${fingerprintOf(publicKey)}`,
        `tenancy=${tenancyId}`,
        `region=${region}`,
        `key_file=${keyFile}`,
        `security_token_file=${tokenFile}`,
      ]);
      return {
        profile,
        tokenFile,
        expire: () => void sessions.delete(token),
        renew(renewedSeconds = 3600) {
          const renewed = newKey();
          write(keyFile, renewed.pem);
          token = newToken(renewed.publicKey, renewedSeconds);
          write(tokenFile, `${token}\n`);
        },
      };
    },
    refreshToken(token) {
      const session = aliveSession(token);
      return session && newToken(session.key, 3600);
    },
    keyOf: (keyId) => (keyId.startsWith('ST$') ? aliveSession(keyId.slice(3))?.key : apiKeys.get(keyId)),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function newKey(passphrase?: string): { publicKey: KeyObject; pem: string } {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }),
  });
  return { publicKey, pem: pem.toString() };
}

/** OCI's fingerprint of an API key: MD5 over the DER form, in colon-separated pairs. */
function fingerprintOf(key: KeyObject): string {
  const sum = createHash('md5')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return sum.replace(/..(?=.)/g, '$&:');
}
