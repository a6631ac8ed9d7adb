/** What is typed beside the suite when a running cell asks, into a box of this kind alone: `password` shows dots. */
export const typedAnswers = [
  { prompt: 'Name:', box: 'text', text: 'Ada' },
  { prompt: 'Key:', box: 'password', text: 'open sesame' },
] as const;
