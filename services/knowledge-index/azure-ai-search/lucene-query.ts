import type { QueryTerm } from '../ranking/vocabulary.ts';

/** A typing error is looked for only in words long enough that a correction is not a guess. */
const shortestFuzzy = 5;
const shortestWithTwoEdits = 8;
/** Next to the word itself: enough that a mistyped word finds what was meant, too little to outweigh a word that fits. */
const fuzzyWeight = 0.3;
/**
 * The question in the full Lucene syntax, because the simple one can neither weigh nor group: each word next to its
 * synonyms at a lower weight and, for typing errors, to what is spelt alike.
 * Fuzzy clauses are not analysed by the service, so they carry the stem, which is what the index holds.
 */
export function toLuceneQuery(terms: readonly QueryTerm[]): string {
  return terms.map((term) => `(${waysToSay(term).join(' OR ')})`).join(' OR ');
}

function waysToSay({ word, stem, alternatives }: QueryTerm): string[] {
  const fuzzy =
    word.length < shortestFuzzy || !/^\p{L}+$/u.test(word)
      ? []
      : [`${escapeWord(stem)}~${word.length < shortestWithTwoEdits ? 1 : 2}^${fuzzyWeight}`];
  return [
    escapeWord(word),
    ...alternatives.map(({ text, weight }) => `${quote(text)}^${weight}`),
    ...fuzzy,
  ];
}

function quote(text: string): string {
  return `"${text.split(' ').map(escapeWord).join(' ')}"`;
}

/** Whatever a person types is a word to look for, never an operator. */
function escapeWord(word: string): string {
  return word.replaceAll(/[+\-&|!(){}[\]^"~*?:\\/]/g, String.raw`\$&`);
}
