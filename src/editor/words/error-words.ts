/** What a person reads of an error: its message, and the next action where it names one. */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // By its shape: the cloud room, whose errors have this, is not loaded for a sentence.
  const advice: unknown = 'advice' in error ? error.advice : undefined;
  return typeof advice === 'string' ? advice : error.message;
}
