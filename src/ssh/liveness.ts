import type { Client } from 'ssh2';

/**
 * Asks the server something that it must answer, and says whether it did within `limitMs`.
 * The question is the cancelling of a forward that was never asked for: a global request with a reply
 * (RFC 4254, section 7.1), whose refusal is as good an answer as any.
 */
export async function isAlive(client: Client, limitMs: number): Promise<boolean> {
  return await new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), limitMs);
    const answer = (alive: boolean) => {
      clearTimeout(timer);
      resolve(alive);
    };
    client.once('close', () => answer(false));
    try {
      client.unforwardIn('127.0.0.1', 1, () => answer(true));
    } catch {
      // ssh2 throws when the socket is already closed, which is an answer too.
      answer(false);
    }
  });
}
