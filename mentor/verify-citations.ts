import { splitSentences } from '#language/sentences.ts';
import { topicStems, wordsOf } from '#language/words.ts';

export interface CheckedSentence {
  readonly text: string;
  /** Numbers of the passages the sentence names. */
  readonly cited: readonly number[];
  /** 0 to 1: how much of the sentence stands in the passages it names; 1 means all of it. */
  readonly support: number;
}

export interface CitationCheck {
  readonly sentences: readonly CheckedSentence[];
  readonly supported: readonly CheckedSentence[];
  readonly unsupported: readonly CheckedSentence[];
}

/** At least this share of a sentence's topic words stands in its passages; set on labelled claims, see docs/decisions. */
export const supportFloor = 0.5;

const marker = /\[(\d{1,2})\]/g;

/**
 * Cleans citation markers while the text streams, before a person can see it: a `[n]` that was not retrieved vanishes,
 * and the others are numbered by their first appearance, so that sources read 1, 2, 3. Text that may still become a
 * marker is held back until the next piece.
 */
export function createCitationFilter(known: ReadonlySet<number>) {
  let held = '';
  /** Passage numbers by display number minus one. */
  const order: number[] = [];

  return {
    order: order as readonly number[],
    push(delta: string): string {
      const text = held + delta;
      const open = / ?\[[\d,\s]{0,8}$| $/.exec(text);
      held = open?.[0] ?? '';
      return renumber(text.slice(0, text.length - held.length));
    },
    /** What is left when the stream ends. */
    end(): string {
      const rest = renumber(held);
      held = '';
      return rest;
    },
  };

  /** `[1, 2]` becomes `[1][2]`. */
  function renumber(text: string): string {
    return text.replaceAll(/ ?\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]/g, (whole, list: string) => {
      const kept = list
        .split(',')
        .map(Number)
        .filter((number) => known.has(number));
      if (kept.length === 0) return '';
      const space = whole.startsWith(' ') ? ' ' : '';
      return space + kept.map((number) => `[${displayNumberOf(number)}]`).join('');
    });
  }

  function displayNumberOf(number: number): number {
    if (!order.includes(number)) order.push(number);
    return order.indexOf(number) + 1;
  }
}

/** Holds every sentence against the passages it names: its topic words must stand there, and every number of it. */
export function verifyCitations(
  text: string,
  passages: ReadonlyMap<number, string>,
): CitationCheck {
  const prepared = new Map(
    [...passages].map(([number, content]) => [
      number,
      { stems: new Set(topicStems(content)), numbers: new Set(numbersOf(content)) },
    ]),
  );
  const sentences = splitSentences(text).map((sentence) => {
    const cited = [...sentence.matchAll(marker)].map((match) => Number(match[1]));
    const plain = sentence.replaceAll(marker, '');
    const sources = cited.flatMap((number) => prepared.get(number) ?? []);
    return { text: sentence, cited, support: supportOf(plain, sources) };
  });
  const claims = sentences.filter((sentence) => sentence.cited.length > 0);
  return {
    sentences,
    supported: claims.filter((sentence) => sentence.support >= supportFloor),
    unsupported: claims.filter((sentence) => sentence.support < supportFloor),
  };
}

function supportOf(
  sentence: string,
  sources: readonly { stems: ReadonlySet<string>; numbers: ReadonlySet<string> }[],
): number {
  const stems = [...new Set(topicStems(sentence))];
  if (sources.length === 0 || stems.length === 0) return 0;
  if (numbersOf(sentence).some((number) => !sources.some((source) => source.numbers.has(number))))
    return 0;
  const found = stems.filter((stem) => sources.some((source) => source.stems.has(stem)));
  return found.length / stems.length;
}

/** Numbers with more than one digit or a decimal: small ones are often counts the writer made ("three steps"). */
function numbersOf(text: string): string[] {
  return (text.replaceAll(/(?<=\d),(?=\d{3})/g, '').match(/\d+(?:\.\d+)?/g) ?? []).filter(
    (number) => number.length > 1,
  );
}

/** The sentences of a passage that a sentence of the answer rests on: those that share most of its words. */
export function citedSentencesOf(passage: string, claims: readonly string[]): string[] {
  const wanted = claims.map((claim) => new Set(wordsOf(claim.replaceAll(marker, ''))));
  return splitSentences(passage).filter((sentence) => {
    const words = new Set(wordsOf(sentence));
    return wanted.some((claim) => {
      const shared = [...claim].filter((word) => words.has(word)).length;
      return shared >= 0.6 * Math.min(claim.size, words.size) && shared >= 4;
    });
  });
}
