/** Longest message the turn looks at closely; the mentor itself refuses longer questions kindly. */
const maxWordsText = 300;

const shorthand: Readonly<Record<string, string>> = { u: 'you', ur: 'your', r: 'are', wat: 'what' };

/**
 * The bare words of a short message, for comparing it with fixed phrases: lower case, no punctuation, common shorthand
 * written out. Long messages are never a fixed phrase and give an empty string.
 */
export function bareWords(text: string): string {
  if (text.length > maxWordsText) return '';
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’']/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .split(' ')
    .map((word) => shorthand[word] ?? word)
    .join(' ');
}

/** Shortens a text to a length in UTF-16 units at a word's end, with an ellipsis where something was cut. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, Math.max(0, maxLength - 2));
  const atWord = cut.replace(/\s+\S*$/, '');
  // A surrogate pair is never cut in half.
  const whole = (atWord.length > maxLength / 2 ? atWord : cut).replace(/[\ud800-\udbff]$/, '');
  return `${whole} …`;
}
