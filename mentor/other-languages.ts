import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { foreignFunctionWords, isEnglish } from '#language/languages.ts';
import { isStopWord, wordsOf } from '#language/words.ts';

const glossarySchema = z.record(z.string(), z.record(z.string(), z.string()));

export interface OtherLanguages {
  /**
   * The English words for what a question in another language asks about, with its names and technical terms as they are:
   * what full text in English articles can be looked for by. `undefined` of an English question, and of one in a
   * language that is not known. The question itself stays as it was written.
   */
  searchTextOf(question: string): string | undefined;
  /** What tells somebody who asks in another language, in that language, why the answer is in English. */
  noticeOfEnglish(question: string): string | undefined;
}

/** Scripts whose words run together, or change at their beginning as well as at their end: looked for as they stand. */
const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{sc=Hira}\p{sc=Kana}]/u, 'ja'],
  [/\p{sc=Han}/u, 'zh'],
  [/\p{sc=Hang}/u, 'ko'],
  [/\p{sc=Arab}/u, 'ar'],
  [/\p{sc=Deva}/u, 'hi'],
];

/** From so many words on that English does not have, an English-looking question is (partly) in another language. */
const leastForeign = 2;

interface Entry {
  readonly english: string;
  /** In lower case; `*` stands for any ending. */
  readonly words: readonly string[];
}

/**
 * Reads the glossary (language → English word → how that language says it, alternatives between bars; `""` has words to leave
 * out) and the notices (language → why the answer is in English) of a knowledge folder.
 */
export function readOtherLanguages(knowledgeFolder: string): OtherLanguages {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`${knowledgeFolder}/${name}`, 'utf8'));
  const notices = z.record(z.string(), z.string()).parse(read('answer-in-english.json'));
  const glossary = new Map(
    Object.entries(glossarySchema.parse(read('other-languages.json'))).map(
      ([language, entries]) => [language, readEntries(entries, language)] as const,
    ),
  );
  const byLetter = new Map(
    [...glossary].map(
      ([language, entries]) =>
        [language, Map.groupBy(entries, ({ words }) => words[0]?.[0] ?? '')] as const,
    ),
  );
  /** Every turn asks several times about one question. */
  let last: { readonly question: string; readonly reading: Reading | undefined } | undefined;
  function understand(question: string): Reading | undefined {
    if (last?.question !== question) last = { question, reading: readQuestion(question) };
    return last.reading;
  }
  /** What the question says in the language that explains most of it. */
  function readQuestion(question: string): Reading | undefined {
    const text = question.normalize('NFC').toLowerCase();
    const script = scripts.find(([pattern]) => pattern.test(text))?.[1];
    if (script !== undefined) return inScript(text, script, glossary.get(script) ?? []);
    const german = readWords(text, 'de');
    const others = readWords(text, '');
    const readings = [...byLetter].map(([language, entries]) =>
      inWords(language === 'de' ? german : others, language, entries),
    );
    if (!isEnglish(question)) return bestOf(readings, 'fit');
    /** "Comment devenir data scientist ?" has no function word that tells; half a question in another language has some English. */
    const best = bestOf(readings, 'foreign');
    const least = hasEnglish(question) ? leastForeign : 1;
    return best !== undefined && best.foreign >= least ? best : undefined;
  }

  return {
    searchTextOf(question) {
      const found = understand(question);
      return found === undefined || found.fit === 0 || found.text === '' ? undefined : found.text;
    },
    noticeOfEnglish(question) {
      const found = understand(question);
      if (found === undefined || found.fit === 0) return undefined;
      return isEnglish(question) && hasEnglish(question) ? undefined : notices[found.language];
    },
  };
}

function readEntries(
  entries: Readonly<Record<string, string>>,
  language: string,
): readonly Entry[] {
  const isWritten = scripts.some(([, written]) => written === language);
  return Object.entries(entries)
    .flatMap(([english, list]) => list.split('|').map((way) => ({ english, way: way.trim() })))
    .map(({ english, way }) => ({
      english,
      words: way
        .toLowerCase()
        .split(' ')
        .map((word) => (isWritten ? word : fold(word, language))),
    }))
    .toSorted((left, right) => lengthOf(right) - lengthOf(left));
}

function lengthOf({ words }: Entry): number {
  return words.join(' ').replaceAll('*', '').length;
}

/** By the letter that each begins with, in their order. */
type EntriesByLetter = ReadonlyMap<string, readonly Entry[]>;

interface Reading {
  readonly language: string;
  readonly text: string;
  /** How well the language fits: the words it explains. */
  readonly fit: number;
  /** How many of these are no English words as well. */
  readonly foreign: number;
}

function bestOf(readings: readonly Reading[], by: 'fit' | 'foreign'): Reading | undefined {
  return readings.toSorted((left, right) => right[by] - left[by] || right.fit - left.fit)[0];
}

function hasEnglish(question: string): boolean {
  return wordsOf(question).some((word) => isStopWord(word));
}

/** A word of the question without accents. */
interface Word {
  readonly text: string;
  /** As the lists of function words have it. */
  readonly plain: readonly string[];
}

function readWords(text: string, language: string): readonly Word[] {
  return (text.match(/[\p{L}\p{M}\p{N}]+[+#]*/gu) ?? []).map((word) => {
    const folded = fold(word, language);
    return { text: folded, plain: wordsOf(folded) };
  });
}

/** Goes through the words from the left, the longest known phrase first; drops the function words, keeps the rest. */
function inWords(words: readonly Word[], language: string, entries: EntriesByLetter): Reading {
  const idle = foreignFunctionWords.get(language) ?? new Set<string>();
  const said: string[] = [];
  let fit = 0;
  let foreign = 0;
  for (let at = 0; at < words.length; ) {
    const { text: word = '', plain = [] } = words[at] ?? {};
    const entry = entries
      .get(word[0] ?? '')
      ?.find(({ words: way }) =>
        way.every((part, offset) => matches(words[at + offset]?.text, part)),
      );
    if (entry !== undefined) {
      said.push(entry.english);
      fit += entry.words.length;
      foreign += entry.words.filter(
        (_, offset) => !isAlsoEnglish(words[at + offset]?.text ?? '', entry),
      ).length;
    } else if (plain.every((part) => idle.has(part))) {
      fit += 1;
      if (!isStopWord(word) && !sharedWords.has(word)) foreign += 1;
    } else said.push(word);
    at += entry?.words.length ?? 1;
  }
  return { language, text: said.filter((words) => words !== '').join(' '), fit, foreign };
}

/** Words of other languages that English has too, with whatever meaning. */
const sharedWords = new Set(
  'cv master test junior senior bootcamp portfolio visa comment sign promotion motivation evaluation project experience certification formation course university diploma ai us at an as am do no come are on ha me se in so die war bin also man am'.split(
    ' ',
  ),
);

function isAlsoEnglish(word: string, { english }: Entry): boolean {
  const alike = (other: string) => other.slice(0, 4) === word.slice(0, 4);
  return isStopWord(word) || sharedWords.has(word) || english.split(' ').some(alike);
}

/** Without accents, as many people type; in German also without the e that stands for one: "für", "fuer" and "fur" are one. */
function fold(word: string, language: string): string {
  const plain = word.normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll('ß', 'ss');
  return language === 'de' ? plain.replaceAll(/([aou])e/g, '$1') : plain;
}

function matches(word: string | undefined, pattern: string): boolean {
  if (word === undefined) return false;
  return pattern.endsWith('*') ? word.startsWith(pattern.slice(0, -1)) : word === pattern;
}

/** Known words in the order they stand, the longest first, with the terms that are written in Latin letters. */
function inScript(text: string, language: string, entries: readonly Entry[]): Reading {
  let rest = text;
  const found: { readonly at: number; readonly english: string }[] = [];
  for (const { english, words } of entries) {
    const way = words.join(' ');
    const at = rest.indexOf(way);
    if (at < 0) continue;
    found.push({ at, english });
    rest = rest.slice(0, at) + ' '.repeat(way.length) + rest.slice(at + way.length);
  }
  for (const term of rest.matchAll(/[a-z][a-z0-9+#.-]*/g))
    found.push({ at: term.index, english: term[0] });
  const said = found.toSorted((left, right) => left.at - right.at).map(({ english }) => english);
  return { language, text: said.join(' '), fit: found.length, foreign: found.length };
}
