/**
 * What could be read of several places side by side; the others are told one by one.
 * @throws the first reason when nothing could be read
 */
export function readOnes<T>(
  answers: readonly PromiseSettledResult<T>[],
  tell: (reason: unknown) => void,
): readonly T[] {
  const read: T[] = [];
  const reasons: unknown[] = [];
  for (const answer of answers) {
    if (answer.status === 'fulfilled') read.push(answer.value);
    else reasons.push(answer.reason);
  }
  if (read.length === 0 && reasons.length > 0) throw reasons[0];
  reasons.forEach(tell);
  return read;
}
