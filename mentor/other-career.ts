import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { wordsOf } from '#language/words.ts';
import { phrasesIn } from './expand-query.ts';

const otherCareersSchema = z.object({
  professions: z.array(z.string()),
  /** Headings of our articles that help somebody who comes from one of them. */
  followUps: z.array(z.string()),
});

export interface OtherCareers {
  /** The profession outside our fields that a question asks to enter or to know about; nothing where it is where the person comes from. */
  askedAbout(question: string): string | undefined;
  readonly followUps: readonly string[];
}

/** Our own fields: who names one of them asks about it, whatever else they name. */
const ourFields =
  /\b(tech|technology|it job|software|developers?|develop(ing|ment)|programm\w*|coding|coder|code|data|analytics|ai|a\.i\.|artificial intelligence|machine learning|ml|llms?|genai|chatbots?|engineer(ing)? manager|devops|cloud|cyber\w*|computer|web|apps?|automation|algorithms?|prompts?|models?|github|python|javascript|sql)\b/i;

/** What says that the profession is the person's past or present: "as a nurse", "from teaching", "I was a chef". */
const comesFrom =
  /\b(as an?|from|former|formerly|ex|was an?|were|been an?|been|i am an?|i'm an?|im an?|after|worked? in|working in|years (of|in|as)|my (background|degree|experience)|quit(ting)?|leav(e|ing)|left|instead of|currently|can an?|could an?)\s+((\d+|an?|the|full[- ]time|part[- ]time|trained|qualified|registered|high school|primary school|career|years?|of|in|as)\s+)*$/i;

/** Reads the list of professions, which is data so that an organisation can name its own. */
export function readOtherCareers(file: string): OtherCareers {
  const { professions, followUps } = otherCareersSchema.parse(
    JSON.parse(readFileSync(file, 'utf8')),
  );
  const names = new Map(professions.map((name) => [stemsOf(name).join(' '), name]));
  return {
    followUps,
    askedAbout(question) {
      if (ourFields.test(question)) return undefined;
      const words = wordsOf(question);
      const [named] = phrasesIn(words.map(singular), names).toSorted(
        (left, right) => right.length - left.length,
      );
      if (named === undefined) return undefined;
      const before = words.slice(0, named.start).join(' ');
      return comesFrom.test(`${before} `) ? undefined : names.get(named.name);
    },
  };
}

function stemsOf(name: string): string[] {
  return wordsOf(name).map(singular);
}

/** By the word itself, since the stem of "account" is that of "accountant". */
function singular(word: string): string {
  return word.length > 3 ? word.replace(/(?<!s)s$/, '') : word;
}
