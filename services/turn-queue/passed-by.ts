/**
 * Says up to which number turns were accepted so long ago by the time that has really passed: a clock that was set forward
 * makes nothing old, or ids would be forgotten while their channels still deliver again. What came before the first question
 * is as old as that.
 */
export function createPassedBy(
  olderThanMs: number,
  newest: () => number,
  now: () => number = () => performance.now(),
): () => number {
  const seen: { readonly number: number; readonly at: number }[] = [];
  let passed = 0;
  return () => {
    const time = now();
    while (seen[0] !== undefined && seen[0].at <= time - olderThanMs)
      passed = seen.shift()?.number ?? passed;
    seen.push({ number: newest(), at: time });
    return passed;
  };
}
