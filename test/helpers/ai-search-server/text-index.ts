import { distance } from 'fastest-levenshtein';
import { analyzeEnglish, type Token } from './english-analyzer.ts';
import type { QueryNode } from './lucene-query.ts';
import type { StoredDocument } from './odata-filter.ts';

/** BM25 as Lucene computes it with the service's defaults. */
const k1 = 1.2;
const b = 0.75;

export type FieldWeights = ReadonlyMap<string, number>;
export type TextScores = Map<string, number>;

interface FieldIndex {
  /** term → key of the document → positions */
  readonly postings: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  readonly lengths: ReadonlyMap<string, number>;
  readonly averageLength: number;
}

export interface TextIndex {
  /** The score of each document that matches, by its key. */
  score(query: QueryNode, weights: FieldWeights): TextScores;
}

/** An inverted index over the documents as they are now: the scores of several fields, and of several clauses, add up. */
export function createTextIndex(
  documents: ReadonlyMap<string, StoredDocument>,
  fieldNames: readonly string[],
): TextIndex {
  const fields = new Map<string, FieldIndex>();
  /** Made when it is first searched in: while articles are published, documents are listed again and again. */
  const fieldOf = (name: string): FieldIndex | undefined => {
    if (!fieldNames.includes(name)) return undefined;
    const field = fields.get(name) ?? indexField(documents, name);
    fields.set(name, field);
    return field;
  };

  function score(query: QueryNode, weights: FieldWeights): TextScores {
    if (query.type === 'everything') return new Map([...documents.keys()].map((key) => [key, 1]));
    if (query.type === 'any')
      return addUp(
        query.nodes.map((node) => ({ scores: score(node, weights), factor: query.boost })),
      );
    return addUp(
      [...weights].flatMap(([name, weight]) => {
        const field = fieldOf(name);
        const factor = weight * query.boost;
        return field === undefined ? [] : [{ scores: scoreClause(field, query), factor }];
      }),
    );
  }

  return { score };
}

function addUp(
  parts: readonly { readonly scores: ReadonlyMap<string, number>; readonly factor: number }[],
): TextScores {
  const sums: TextScores = new Map();
  for (const { scores, factor } of parts)
    for (const [key, value] of scores) sums.set(key, (sums.get(key) ?? 0) + value * factor);
  return sums;
}

/** A word that the analyser cuts into several is looked for in each part; a fuzzy one is not analysed at all. */
function scoreClause(
  field: FieldIndex,
  clause: Extract<QueryNode, { readonly text: string }>,
): TextScores {
  if (clause.type === 'fuzzy') return scoreFuzzy(field, clause);
  const tokens = analyzeEnglish(clause.text);
  if (clause.type === 'phrase' && tokens.length > 1) return scorePhrase(field, tokens);
  return addUp(tokens.map(({ term }) => ({ scores: scoreTerm(field, term), factor: 1 })));
}

function indexField(documents: ReadonlyMap<string, StoredDocument>, name: string): FieldIndex {
  const postings = new Map<string, Map<string, number[]>>();
  const lengths = new Map<string, number>();
  for (const [key, document] of documents) {
    const value = document[name];
    const text = Array.isArray(value) ? value.join(' , ') : String(value ?? '');
    const tokens = analyzeEnglish(text);
    lengths.set(key, tokens.length);
    for (const { term, position } of tokens) {
      const ofTerm = postings.get(term) ?? new Map<string, number[]>();
      const positions = ofTerm.get(key) ?? [];
      positions.push(position);
      ofTerm.set(key, positions);
      postings.set(term, ofTerm);
    }
  }
  const total = [...lengths.values()].reduce((sum, length) => sum + length, 0);
  return { postings, lengths, averageLength: total / Math.max(1, lengths.size) };
}

function inverseFrequency(field: FieldIndex, found: number): number {
  return Math.log(1 + (field.lengths.size - found + 0.5) / (found + 0.5));
}

function saturate(field: FieldIndex, key: string, frequency: number): number {
  const length = (field.lengths.get(key) ?? 0) / Math.max(1, field.averageLength);
  return frequency / (frequency + k1 * (1 - b + b * length));
}

function scoreTerm(field: FieldIndex, term: string, found?: number): Map<string, number> {
  const ofTerm = field.postings.get(term) ?? new Map<string, readonly number[]>();
  const rarity = inverseFrequency(field, found ?? ofTerm.size);
  return new Map(
    [...ofTerm].map(([key, positions]) => [key, rarity * saturate(field, key, positions.length)]),
  );
}

function scorePhrase(field: FieldIndex, tokens: readonly Token[]): Map<string, number> {
  const [first, ...rest] = tokens;
  const scores = new Map<string, number>();
  if (first === undefined) return scores;
  const postings = tokens.map(({ term }) => field.postings.get(term));
  const rarity = postings.reduce(
    (sum, ofTerm) => sum + inverseFrequency(field, ofTerm?.size ?? 0),
    0,
  );
  for (const [key, starts] of postings[0] ?? []) {
    const frequency = starts.filter((start) =>
      rest.every(({ position }, index) =>
        postings[index + 1]?.get(key)?.includes(start + position - first.position),
      ),
    ).length;
    if (frequency > 0) scores.set(key, rarity * saturate(field, key, frequency));
  }
  return scores;
}

/** Terms within so many edits, the nearer ones for more; all are taken for as frequent as the most frequent of them. */
function scoreFuzzy(
  field: FieldIndex,
  { text, edits }: { readonly text: string; readonly edits: number },
): Map<string, number> {
  const wanted = text.toLowerCase();
  const near = [...field.postings.keys()]
    .filter((term) => Math.abs(term.length - wanted.length) <= edits)
    .map((term) => ({ term, apart: distance(wanted, term) }))
    .filter(({ apart }) => apart <= edits)
    .toSorted((left, right) => left.apart - right.apart)
    .slice(0, 50);
  const found = Math.max(0, ...near.map(({ term }) => field.postings.get(term)?.size ?? 0));
  const scores = new Map<string, number>();
  for (const { term, apart } of near) {
    const likeness = 1 - apart / Math.min(term.length, wanted.length);
    for (const [key, value] of scoreTerm(field, term, found))
      scores.set(key, (scores.get(key) ?? 0) + value * likeness);
  }
  return scores;
}
