import * as stopwords from 'stopword';
import { functionWords, wordsOf } from './words.ts';

/** The function words of other languages, by BCP 47: they carry no topic, and tell the language. */
export const foreignFunctionWords: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    es: stopwords.spa,
    de: stopwords.deu,
    fr: stopwords.fra,
    pt: [...stopwords.por, ...stopwords.porBr],
    it: stopwords.ita,
    nl: stopwords.nld,
    pl: stopwords.pol,
    tr: stopwords.tur,
    sv: stopwords.swe,
    'hi-Latn':
      'bhai mujhe mai main hai hu hoon ka ki ke ko se kya kaun kaunsa koi karu karna chahiye liye aur ya nahi toh lu banna kaise'.split(
        ' ',
      ),
  }).map(([language, words]) => [language, new Set(words.flatMap(wordsOf))]),
);

/** Whether a text reads as English: no other language has more of its function words there, and it is in Latin letters. */
export function isEnglish(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{sc=Latn}/gu)?.length ?? 0;
  if (latin * 2 < letters) return false;
  const words = wordsOf(text);
  const english = words.filter((word) => functionWords.has(word)).length;
  return [...foreignFunctionWords.values()].every(
    (foreign) => words.filter((word) => foreign.has(word)).length <= english,
  );
}
