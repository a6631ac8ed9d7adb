/** Does a piece of work once at a time: whoever asks for the same while it goes on gets its outcome. */
export type Joined<T> = (key: string, work: () => Promise<T>) => Promise<T>;

export function createJoined<T>(): Joined<T> {
  const going = new Map<string, Promise<T>>();
  return (key, work) => {
    const known = going.get(key);
    if (known) return known;
    const begun = work().finally(() => going.delete(key));
    going.set(key, begun);
    return begun;
  };
}
