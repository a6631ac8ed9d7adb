/** One line for whoever watches. */
export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** `12.3 s`. */
export const seconds = (value: number): string => `${value.toFixed(1)} s`;
