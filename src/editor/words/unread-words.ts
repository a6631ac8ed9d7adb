import type { Unread, UnreadReason } from '../../journey/lab';

/** So many are named; a sidebar is narrow. */
const named = 3;

/** What the last look at the cloud could not read, in a line; empty when it has read everything. */
export function unreadWords(unread: readonly Unread[]): string {
  if (unread.length === 0) return '';
  const parts = unread.slice(0, named).map((part) => `${partWords(part)} (${reasons[part.why]})`);
  const more = unread.length > named ? ` and ${String(unread.length - named)} more` : '';
  return `Not read: ${parts.join(', ')}${more}. Machines may be running there, and billed.`;
}

function partWords({ profile, region, instance }: Unread): string {
  if (instance !== undefined) return `instance ${instance}`;
  return region === undefined ? `profile ${profile}` : `${region} of profile ${profile}`;
}

const reasons: Readonly<Record<UnreadReason, string>> = {
  signedOut: 'signed out',
  passphrase: 'passphrase needed',
  unusable: 'not usable',
  noAnswer: 'no answer',
  refused: 'refused',
};
