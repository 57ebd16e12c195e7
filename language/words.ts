import { stemmer } from 'stemmer';
import { rememberByText } from './remember-by-text.ts';

/**
 * English function words and the scaffolding of questions: they say how something is asked, not what about.
 * Data, kept short on purpose: inverse document frequency takes care of the rest.
 */
export const functionWords: ReadonlySet<string> = new Set(
  `a about actually all also am an and any anybody anyone anything are as at be became because become becomes becoming been before being
btw but by came can cannot cant comes coming could did do does doesnt doing dont etc ever everybody everyone few for from get gets
getting give go goes going gonna got gotta had has have having he hello help her here hey hi hii hiii hiya him his how however i id if ill im in into
is isnt it its ive just keep keeping keeps kept kind kinda know let like lol lot lots made make makes making many may maybe me might
more most much must my n need needs no not now of off ok on one ones only or other our out over please pls really right said say saying
says she should shouldnt so some somebody someone something still stuff such sure take takes taking tbh tell telling tells than thank
thanks that thats the their them then there these they thing things think this those to told too took tried try trying u up us use used
using very wanna want wanted wants was way we well were what whats when where whether which while who whom whose why will with within
without wont would wouldnt y yeah yes yet you your youre`.split(/\s+/),
);

const wordPattern = /[\p{L}\p{N}]+(?:[+#]+|['’][\p{L}]+)?/gu;

/** The words of a text, lower case, without accents; `c++` and `c#` stay whole, `don't` becomes `dont`. */
export function wordsOf(text: string): string[] {
  const folded = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return (folded.match(wordPattern) ?? []).map((word) => word.replaceAll(/['’]/g, ''));
}

/** Whether a word carries no topic of its own. */
export function isStopWord(word: string): boolean {
  return functionWords.has(word);
}

/** The Porter stem of a lower-case word, as SQLite's `porter` tokenizer makes it. */
export const stemOf = rememberByText(stemmer, { most: 100_000, longest: 64 });

/** The stems of the words that carry the topic, in order, with repetitions. */
export const topicStems = rememberByText(
  (text): readonly string[] =>
    wordsOf(text)
      .filter((word) => !isStopWord(word))
      .map(stemOf),
  { most: 5_000, longest: 4_000 },
);
