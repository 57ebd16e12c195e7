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
  /** Those of all fields, one after another in the order of `fieldNames`: going through one piece of memory is cheapest. */
  readonly stems: Int32Array;
  /** Where each field begins, and at the end where the last one ends. */
  readonly starts: readonly number[];
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
export const betweenQuestions = -1;

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
    wordsOf(text)
      .filter((word) => !isStopWord(word))
      .map((word) => numbers.numberOf(stemOf(word)));
  const stemsOf: Readonly<Record<FieldName, number[]>> = {
    title: cut(document.title),
    section: cut(document.section),
    questions: document.questions.flatMap((question) => [...cut(question), betweenQuestions]),
    tags: cut(document.tags.join(', ')),
    content: cut(document.content),
  };
  const starts = [0];
  for (const field of fieldNames) starts.push((starts.at(-1) ?? 0) + stemsOf[field].length);
  const stems = Int32Array.from(fieldNames.flatMap((field) => stemsOf[field]));
  return { document, stems, starts };
}

/** How many stems a field has; between two questions counts as one. */
export function lengthOf({ starts }: PreparedPassage, field: number): number {
  return (starts[field + 1] as number) - (starts[field] as number);
}
