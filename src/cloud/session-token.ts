import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { Clock } from '../ports/clock';
import type { Logger } from '../ports/logger';
import { CloudError } from './errors';
import { describeProblem, signInCommand } from './profile-problem';
import type { SessionTokenProfile } from './profiles';

/** Tokens with less than this left are refreshed (milliseconds). */
const refreshBelowMs = 10 * 60_000;
/** After a refresh that failed, the next try is not made sooner than this (milliseconds). */
const refreshPauseMs = 60_000;

/** Exchanges a token for a newer one (`POST /v1/authentication/refresh`), signed with the present one. */
export type RefreshToken = (currentToken: string) => Promise<string>;

/** The current token of a session profile. */
export interface SessionToken {
  /**
   * The newest token at hand. The file is read again each time, because `oci session authenticate` and
   * `oci session refresh` write it at any moment.
   * @throws CloudError `notAuthenticated` when there is no token, or it has expired and cannot be refreshed.
   */
  current(): Promise<string>;
}

/** What a session's token is kept by. */
export interface SessionTokenDeps {
  readonly profile: SessionTokenProfile;
  readonly refresh: RefreshToken;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Keeps a session's token fresh. A refreshed token stays in memory: the files under `~/.oci` belong to the
 * person and to Oracle's CLI, and are never written from here. Of file and memory, the later expiry wins.
 */
export function createSessionToken({ profile, refresh, clock, logger }: SessionTokenDeps): SessionToken {
  let refreshed: string | undefined;
  let refreshing: Promise<string> | undefined;
  let pauseUntil = 0;

  const newest = async () => {
    const fromFile = await readToken(profile);
    if (refreshed === undefined || expiryOf(fromFile) >= expiryOf(refreshed)) return fromFile;
    return refreshed;
  };

  return {
    async current() {
      const token = await newest();
      const leftMs = expiryOf(token) - clock.now();
      if (leftMs >= refreshBelowMs) return token;
      if (leftMs <= 0) throw sessionEnded(profile);
      if (clock.now() < pauseUntil) return token;
      refreshing ??= refresh(token).finally(() => (refreshing = undefined));
      try {
        refreshed = (await refreshing).trim();
        return refreshed;
      } catch (error) {
        pauseUntil = clock.now() + refreshPauseMs;
        logger.warn(
          `The session of profile ${profile.name} could not be refreshed: ${error instanceof Error ? error.name : 'error'}`,
        );
        return token;
      }
    },
  };
}

async function readToken(profile: SessionTokenProfile): Promise<string> {
  let text: string;
  try {
    text = await readFile(profile.tokenFile, 'utf8');
  } catch (cause) {
    throw noToken(profile, cause);
  }
  // A trailing newline would break every header, and the error would quote the token.
  const token = text.trim();
  if (token === '' || /\s/.test(token)) throw noToken(profile, undefined);
  return token;
}

function noToken(profile: SessionTokenProfile, cause: unknown): CloudError {
  const { message, nextAction } = describeProblem({
    kind: 'tokenFileMissing',
    profile: profile.name,
    path: profile.tokenFile,
  });
  return new CloudError(message, {
    kind: 'notAuthenticated',
    operation: 'readSessionToken',
    endedSession: profile.name,
    nextAction: `Run: ${nextAction}`,
    cause,
  });
}

function sessionEnded(profile: SessionTokenProfile): CloudError {
  return new CloudError(`The session of profile "${profile.name}" has expired.`, {
    kind: 'notAuthenticated',
    operation: 'readSessionToken',
    endedSession: profile.name,
    nextAction: `Run: ${signInCommand(profile.name)}`,
  });
}

const claims = v.object({ exp: v.number() });

/** When a token expires, in milliseconds since the epoch; never, if it does not say. */
function expiryOf(token: string): number {
  const payload = token.split('.')[1];
  if (payload === undefined) return Number.POSITIVE_INFINITY;
  try {
    const parsed = v.safeParse(claims, JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return parsed.success ? parsed.output.exp * 1000 : Number.POSITIVE_INFINITY;
  } catch {
    // Not a JWT: the service decides.
    return Number.POSITIVE_INFINITY;
  }
}
