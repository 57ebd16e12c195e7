import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { KnowledgeDocument } from '../port.ts';
import type { rankingWeights } from './ranking-weights.ts';

export type FieldName = keyof typeof rankingWeights.fields;
export const fieldNames = [
  'title',
  'section',
  'questions',
  'tags',
  'content',
] as const satisfies FieldName[];

/** A passage cut into stems, each written as a number: compact to keep, fast to go through. */
export interface PreparedPassage {
  readonly document: KnowledgeDocument;
  readonly stems: Readonly<Record<FieldName, Int32Array>>;
  /** The stems of each of its questions: one question is like another as a whole or not at all. */
  readonly questions: readonly Int32Array[];
}

/** Gives every stem a number, from 0 up; the same stem always the same. */
export interface StemNumbers {
  numberOf(stem: string): number;
  /** The number of a stem that was seen before, or `undefined`. */
  find(stem: string): number | undefined;
  stemAt(number: number): string;
  /** How many stems have a number. */
  readonly count: number;
}

/** No number of a stem: keeps the end of one question from standing beside the beginning of the next. */
const betweenQuestions = -1;

export function createStemNumbers(): StemNumbers {
  const numbers = new Map<string, number>();
  const stems: string[] = [];
  return {
    numberOf(stem) {
      const known = numbers.get(stem);
      if (known !== undefined) return known;
      numbers.set(stem, stems.length);
      return stems.push(stem) - 1;
    },
    find: (stem) => numbers.get(stem),
    stemAt: (number) => stems[number] ?? '',
    get count() {
      return stems.length;
    },
  };
}

/** Cuts a passage into the stems that carry its topic, field by field. */
export function preparePassage(document: KnowledgeDocument, numbers: StemNumbers): PreparedPassage {
  const cut = (text: string) =>
    Int32Array.from(
      wordsOf(text)
        .filter((word) => !isStopWord(word))
        .map((word) => numbers.numberOf(stemOf(word))),
    );
  const questions = document.questions.map(cut);
  return {
    document,
    questions,
    stems: {
      title: cut(document.title),
      section: cut(document.section),
      questions: Int32Array.from(questions.flatMap((question) => [...question, betweenQuestions])),
      tags: cut(document.tags.join(', ')),
      content: cut(document.content),
    },
  };
}
