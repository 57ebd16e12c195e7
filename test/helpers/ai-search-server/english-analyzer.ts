import { stemmer } from 'stemmer';

export interface Token {
  readonly term: string;
  readonly position: number;
}

/** Lucene's stop words of English. */
const stopWords = new Set(
  `a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to
was will with`.split(/\s+/),
);

const word = /[\p{L}\p{N}_]+(?:['’.][\p{L}\p{N}_]+)*/gu;

/** What the analyzer `en.lucene` makes of a text: words, lower case, without possessives and stop words, stemmed. */
export function analyzeEnglish(text: string): Token[] {
  return (text.match(word) ?? []).flatMap((found, position) => {
    const plain = found.toLowerCase().replace(/['’]s$/, '');
    return stopWords.has(plain) ? [] : [{ term: stemmer(plain), position }];
  });
}
