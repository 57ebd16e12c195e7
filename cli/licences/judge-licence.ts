/**
 * Whether a licence expression, https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/, can be met with allowed licences
 * alone: of `A OR B` one must be allowed, of `A AND B` both. What is no expression is not.
 */
export function isAllowedExpression(
  expression: string,
  isAllowed: (licence: string) => boolean,
): boolean {
  const tokens = expression.match(/[()]|[\w.+-]+/g) ?? [];
  // What is left out above, such as `SEE LICENSE IN <file>` or an address, is no part of an expression.
  if (tokens.join('') !== expression.replaceAll(/\s+/g, '')) return false;
  let at = 0;
  const takeAll = (word: string, take: () => boolean | undefined, join: 'some' | 'every') => {
    const results = [take()];
    while (tokens[at] === word) {
      at += 1;
      results.push(take());
    }
    return results.includes(undefined) ? undefined : results[join](Boolean);
  };
  const takeEither = (): boolean | undefined => takeAll('OR', takeBoth, 'some');
  const takeBoth = (): boolean | undefined => takeAll('AND', takeOne, 'every');
  const takeOne = (): boolean | undefined => {
    const token = tokens[at];
    at += 1;
    if (token !== '(')
      return token === undefined || /^(?:\)|AND|OR)$/.test(token) ? undefined : isAllowed(token);
    const inner = takeEither();
    at += 1;
    return tokens[at - 1] === ')' ? inner : undefined;
  };
  const result = takeEither();
  return result === true && at === tokens.length;
}
