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

/** Each function word of another language with all the languages that have it. */
const languagesOf = new Map<string, string[]>();
for (const [language, words] of foreignFunctionWords)
  for (const word of words) languagesOf.set(word, [...(languagesOf.get(word) ?? []), language]);

/** Whether a text reads as English: no other language has more of its function words there, and it is in Latin letters. */
export function isEnglish(text: string): boolean {
  if (!isMostlyLatin(text)) return false;
  let english = 0;
  const foreign = new Map<string, number>();
  for (const word of wordsOf(text)) {
    if (functionWords.has(word)) english += 1;
    for (const language of languagesOf.get(word) ?? [])
      foreign.set(language, (foreign.get(language) ?? 0) + 1);
  }
  return foreign.values().every((words) => words <= english);
}

function isMostlyLatin(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{sc=Latn}/gu)?.length ?? 0;
  return latin * 2 >= letters;
}
