/**
 * Runs the work of one key one after another, and of different keys side by side. Within a process it spares writers of the
 * same data from meeting each other's eTags, each time at the price of a request; between processes the eTags decide.
 */
export function oneAtATime(): <Result>(
  key: string,
  work: () => Promise<Result>,
) => Promise<Result> {
  const last = new Map<string, Promise<unknown>>();
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve();
    const result = before.then(work, work);
    last.set(key, result);
    const forget = () => {
      if (last.get(key) === result) last.delete(key);
    };
    result.then(forget, forget);
    return result;
  };
}
