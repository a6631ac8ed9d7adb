import * as v from 'valibot';

/** A key by which a server proves that it is itself. */
export const hostKeySchema = v.object({
  /** SSH's name, such as `ssh-ed25519`. */
  algorithm: v.string(),
  /** OpenSSH's form: `SHA256:` and unpadded base64. */
  fingerprint: v.string(),
});

/** A key that was shown, and where: a jump host shows its own. */
export const shownHostKeySchema = v.object({ ...hostKeySchema.entries, host: v.string(), port: v.number() });
