import type { DatabaseSync } from 'node:sqlite';
import { isStopWord, stemOf, wordsOf } from '#language/words.ts';
import type { KnowledgeDocument, SearchHit } from '../port.ts';
import { rankingWeights } from './ranking-weights.ts';
import type { QueryTerm } from './vocabulary.ts';

type FieldName = keyof typeof rankingWeights.fields;
const fieldNames = Object.keys(rankingWeights.fields) as FieldName[];

/** A passage cut into stems, kept so that it is cut once. */
interface PreparedPassage {
  readonly document: KnowledgeDocument;
  readonly stems: Readonly<Record<FieldName, readonly string[]>>;
  readonly counts: Readonly<Record<FieldName, ReadonlyMap<string, number>>>;
}

/** Prepared passages kept in memory; about 4 KB each. */
const mostPrepared = 5_000;

/**
 * Orders candidates by BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009)
 * over title, heading, tags and text, plus a bonus for neighbouring words of the question that are neighbours in the passage.
 */
export function createPassageScorer(database: DatabaseSync) {
  const passagesWithStem = database.prepare('SELECT doc FROM passages_stems WHERE term = ?');
  const passageCount = database.prepare(
    `SELECT count(*) AS passages FROM passages WHERE part = 'body'`,
  );
  const prepared = new Map<number, PreparedPassage>();
  const inverseFrequencies = new Map<string, number>();
  let total: number | undefined;

  return {
    score(
      terms: readonly QueryTerm[],
      candidates: readonly { number: number; json: string }[],
    ): SearchHit[] {
      const passages = candidates.map(({ number, json }) => prepare(number, json));
      const averages = averageLengths(passages);
      const weighed = terms.map((term) => weigh(term));
      const whole = weighed.reduce((sum, term) => sum + term.inverseFrequency, 0);
      return passages
        .map((passage) => {
          const { score, covered } = scorePassage(passage, weighed, averages);
          return {
            document: passage.document,
            score: score + neighbourBonus(passage, weighed),
            coverage: whole === 0 ? 0 : covered / whole,
          };
        })
        .toSorted((left, right) => right.score - left.score);
    },

    forget() {
      prepared.clear();
      inverseFrequencies.clear();
      total = undefined;
    },
  };

  function prepare(number: number, json: string): PreparedPassage {
    const known = prepared.get(number);
    if (known !== undefined) return known;
    const document = JSON.parse(json) as KnowledgeDocument;
    const stems = {
      title: stemsOf(document.title),
      section: stemsOf(document.section),
      tags: stemsOf(document.tags.join(', ')),
      content: stemsOf(document.content),
    };
    const counts = Object.fromEntries(
      fieldNames.map((field) => [field, countOf(stems[field])]),
    ) as unknown as PreparedPassage['counts'];
    const passage = { document, stems, counts };
    if (prepared.size >= mostPrepared) prepared.clear();
    prepared.set(number, passage);
    return passage;
  }

  /** A word that stands in no passage weighs as much as one that stands in a single one. */
  function inverseFrequencyOf(stem: string): number {
    const known = inverseFrequencies.get(stem);
    if (known !== undefined) return known;
    total ??= Number(passageCount.get()?.['passages'] ?? 0);
    const found = Number(passagesWithStem.get(stem)?.['doc'] ?? 0);
    const value = Math.log(1 + (total - found + 0.5) / (Math.max(found, 0.5) + 0.5));
    inverseFrequencies.set(stem, value);
    return value;
  }

  function weigh(term: QueryTerm): WeighedTerm {
    const alternatives = term.alternatives.map(({ text, weight }) => ({
      stems: wordsOf(text).map(stemOf),
      weight,
    }));
    const own = inverseFrequencyOf(term.stem);
    const isKnown = passagesWithStem.get(term.stem) !== undefined;
    const best = alternatives.map(({ stems }) => Math.max(0, ...stems.map(inverseFrequencyOf)));
    return {
      ways: [{ stems: [term.stem], weight: 1 }, ...alternatives],
      inverseFrequency: isKnown || best.length === 0 ? own : Math.min(own, Math.max(...best)),
    };
  }
}

interface WeighedTerm {
  /** The word itself and its alternatives; the best match counts. */
  readonly ways: readonly { readonly stems: readonly string[]; readonly weight: number }[];
  readonly inverseFrequency: number;
}

function scorePassage(
  passage: PreparedPassage,
  terms: readonly WeighedTerm[],
  averages: Readonly<Record<FieldName, number>>,
): { score: number; covered: number } {
  let score = 0;
  let covered = 0;
  for (const term of terms) {
    const best = Math.max(
      ...term.ways.map(
        (way) => way.weight * saturated(weightedFrequency(passage, way.stems, averages)),
      ),
    );
    score += best * term.inverseFrequency;
    if (best > 0) covered += term.inverseFrequency;
  }
  return { score, covered };
}

/** How often the words stand in the fields, each field by its weight and length; a phrase counts by its rarest word. */
function weightedFrequency(
  passage: PreparedPassage,
  stems: readonly string[],
  averages: Readonly<Record<FieldName, number>>,
): number {
  let sum = 0;
  for (const field of fieldNames) {
    const { weight, lengthNormalisation } = rankingWeights.fields[field];
    const frequency = Math.min(...stems.map((stem) => passage.counts[field].get(stem) ?? 0));
    if (frequency === 0 || !Number.isFinite(frequency)) continue;
    const relativeLength = passage.stems[field].length / Math.max(1, averages[field]);
    sum += (weight * frequency) / (1 - lengthNormalisation + lengthNormalisation * relativeLength);
  }
  return sum;
}

function saturated(frequency: number): number {
  return (frequency * (rankingWeights.saturation + 1)) / (frequency + rankingWeights.saturation);
}

/** Two neighbouring words of the question that stand side by side in a field say more than both apart. */
function neighbourBonus(passage: PreparedPassage, terms: readonly WeighedTerm[]): number {
  let bonus = 0;
  for (const [position, term] of terms.entries()) {
    const next = terms[position + 1];
    if (next === undefined) break;
    const rarity = Math.min(term.inverseFrequency, next.inverseFrequency);
    for (const field of fieldNames)
      if (standTogether(passage.stems[field], term, next))
        bonus += rarity * rankingWeights.fields[field].neighbours;
  }
  return bonus;
}

function standTogether(stems: readonly string[], first: WeighedTerm, second: WeighedTerm): boolean {
  return first.ways.some((way) => {
    const last = way.stems.at(-1);
    return stems.some(
      (stem, position) =>
        stem === last && second.ways.some((other) => other.stems[0] === stems[position + 1]),
    );
  });
}

function averageLengths(passages: readonly PreparedPassage[]): Record<FieldName, number> {
  const average = (field: FieldName) =>
    passages.reduce((sum, passage) => sum + passage.stems[field].length, 0) /
    Math.max(1, passages.length);
  return {
    title: average('title'),
    section: average('section'),
    tags: average('tags'),
    content: average('content'),
  };
}

function stemsOf(text: string): string[] {
  return wordsOf(text)
    .filter((word) => !isStopWord(word))
    .map(stemOf);
}

function countOf(stems: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
}
