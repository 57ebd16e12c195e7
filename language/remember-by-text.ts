export interface RememberOptions {
  /** So many results are kept; with one more all are forgotten. */
  readonly most: number;
  /** The result of a longer text, in UTF-16 units, is not kept. */
  readonly longest?: number;
}

/** A function of a text that depends on nothing else, with its last results kept: headings, passages and what was said before recur. */
export function rememberByText<Result>(
  work: (text: string) => Result,
  { most, longest = Number.POSITIVE_INFINITY }: RememberOptions,
): (text: string) => Result {
  const results = new Map<string, Result>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined || results.has(text)) return known as Result;
    const result = work(text);
    if (text.length > longest) return result;
    if (results.size >= most) results.clear();
    results.set(text, result);
    return result;
  };
}
