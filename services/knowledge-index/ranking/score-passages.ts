import type { DatabaseSync } from 'node:sqlite';
import type { KnowledgeDocument, SearchHit } from '../port.ts';
import { type CompiledQuery, type CompiledTerm, compileQuery } from './compile-query.ts';
import { type FieldMatch, matchField, occurrences } from './match-field.ts';
import { createMeaning, type Meaning, type MeaningOptions } from './meaning.ts';
import { createPostings, type Postings } from './postings.ts';
import {
  createStemNumbers,
  type FieldName,
  fieldNames,
  type PreparedPassage,
  preparePassage,
  type StemNumbers,
} from './prepare-passage.ts';
import { rankingWeights } from './ranking-weights.ts';
import { createTermStatistics, type RarityOfStems } from './term-statistics.ts';
import type { QueryTerm } from './vocabulary.ts';

/** Prepared passages kept in memory; about 4 KB each, most of it the document itself. */
const mostPrepared = 5_000;

/**
 * Orders candidates by BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009)
 * over title, heading, questions, tags and text, plus what stands side by side in the question and in the passage, plus headings
 * that say the same as the question.
 */
export function createPassageScorer(database: DatabaseSync, means?: MeaningOptions) {
  const documentOf = database.prepare('SELECT document FROM passages WHERE number = ?');
  const statistics = createTermStatistics(database);
  const bodyNumbers = database.prepare(`SELECT number FROM passages WHERE part = 'body' LIMIT ?`);
  const prepared = new Map<number, PreparedPassage>();
  let stemNumbers = createStemNumbers();
  /** Absent until the first search; `undefined` inside where there are too many passages to keep. */
  let inMemory: InMemory | undefined;

  return {
    /** The candidates, given by their numbers, best first. */
    score(terms: readonly QueryTerm[], candidates: readonly number[]): SearchHit[] {
      return scorePassages(terms, candidates.map(prepare), stemNumbers, statistics);
    },

    /**
     * Finds and scores candidates in memory, by their words and by the words that tell what is meant; `undefined` where
     * there are more passages than are kept there.
     */
    search(
      terms: readonly QueryTerm[],
      limit: number,
      meant: readonly QueryTerm[],
    ): SearchHit[] | undefined {
      inMemory ??= loadAll();
      const { postings, meaning } = inMemory;
      if (postings === undefined) return undefined;
      const query = compileQuery(terms, stemNumbers, statistics);
      const candidates = postings.candidates(query, limit);
      const hits = scoreCompiled(query, candidates, stemNumbers, statistics);
      return meaning === undefined ? hits : meaning.fuse(meant, hits);
    },

    forget() {
      inMemory = undefined;
      prepared.clear();
      stemNumbers = createStemNumbers();
      statistics.forget();
    },
  };

  function loadAll(): InMemory {
    const numbers = bodyNumbers.all(mostPrepared + 1).map((row) => Number(row['number']));
    if (numbers.length > mostPrepared) return {};
    const passages = numbers.map(prepare);
    return {
      postings: createPostings(passages),
      ...(means === undefined ? {} : { meaning: createMeaning(means, passages) }),
    };
  }

  function prepare(number: number): PreparedPassage {
    const known = prepared.get(number);
    if (known !== undefined) return known;
    const json = String(documentOf.get(number)?.['document']);
    const passage = preparePassage(JSON.parse(json) as KnowledgeDocument, stemNumbers);
    if (prepared.size >= mostPrepared) prepared.clear();
    prepared.set(number, passage);
    return passage;
  }
}

/** All passages, where they are few enough to keep. */
interface InMemory {
  readonly postings?: Postings;
  readonly meaning?: Meaning;
}

/**
 * Scores passages that were prepared with the same numbers, best first. The lengths of fields are held against the
 * average of the passages given.
 */
export function scorePassages(
  terms: readonly QueryTerm[],
  passages: readonly PreparedPassage[],
  stemNumbers: StemNumbers,
  statistics: RarityOfStems,
): SearchHit[] {
  const query = compileQuery(terms, stemNumbers, statistics);
  return scoreCompiled(query, passages, stemNumbers, statistics);
}

function scoreCompiled(
  query: CompiledQuery,
  passages: readonly PreparedPassage[],
  stemNumbers: StemNumbers,
  statistics: RarityOfStems,
): SearchHit[] {
  const averages = averageLengths(passages);
  const rarityOf = (stem: number) => statistics.inverseFrequencyOf(stemNumbers.stemAt(stem));
  return passages
    .map((passage) => scorePassage(passage, query, averages, rarityOf))
    .toSorted((left, right) => right.score - left.score);
}

type ByField<Value> = Record<FieldName, Value>;

function byField<Value>(make: (field: FieldName) => Value): ByField<Value> {
  /** Written out: this runs for every passage and word of every search. */
  return {
    title: make('title'),
    section: make('section'),
    questions: make('questions'),
    tags: make('tags'),
    content: make('content'),
  };
}

function averageLengths(passages: readonly PreparedPassage[]): ByField<number> {
  const sums = byField(() => 0);
  for (const { stems } of passages)
    for (const field of fieldNames) sums[field] += stems[field].length;
  return byField((field) => sums[field] / Math.max(1, passages.length));
}

function scorePassage(
  passage: PreparedPassage,
  query: CompiledQuery,
  averages: ByField<number>,
  rarityOf: (stem: number) => number,
): SearchHit {
  const inAnyQuestion = matchField(passage.stems.questions, query);
  const matches = byField((field) =>
    field === 'questions'
      ? likeliestQuestion(passage, query, inAnyQuestion)
      : matchField(passage.stems[field], query),
  );
  const fieldWeights = byField((field) => {
    const { weight, lengthNormalisation } = rankingWeights.fields[field];
    const relativeLength = passage.stems[field].length / Math.max(1, averages[field]);
    return weight / (1 - lengthNormalisation + lengthNormalisation * relativeLength);
  });
  let score = neighbourBonus(matches, query);
  const likenesses = rankingWeights.likeness;
  const likeQuestion = likeness(matches.questions, query, rarityOf);
  const alike = Math.max(
    likenesses.section * likeness(matches.section, query, rarityOf),
    likenesses.questions * likeQuestion,
  );
  score += (alike + likenesses.title * likeness(matches.title, query, rarityOf)) * query.whole;
  let covered = 0;
  const place: TermPlace = {
    matches,
    inAnyQuestion,
    fieldWeights,
    likeQuestion,
    textStress: isCatalogued(passage) ? rankingWeights.stress : rankingWeights.stressUncatalogued,
  };
  for (const term of query.terms) {
    const found = scoreTerm(term, place);
    score += found.score;
    covered += found.stress * term.rarity;
  }
  return {
    document: passage.document,
    score,
    coverage: query.whole === 0 ? 0 : covered / query.whole,
  };
}

interface TextStress {
  readonly mentioned: number;
  readonly repeated: number;
}

/** Where a passage is looked through for a term. */
interface TermPlace {
  readonly matches: ByField<FieldMatch>;
  readonly inAnyQuestion: FieldMatch;
  readonly fieldWeights: ByField<number>;
  readonly likeQuestion: number;
  readonly textStress: TextStress;
}

/** What a term adds to the score, and how much the passage is about it; its best way to be said counts. */
function scoreTerm(
  { ways }: CompiledTerm,
  { matches, inAnyQuestion, fieldWeights, likeQuestion, textStress }: TermPlace,
): { readonly score: number; readonly stress: number } {
  const { askedElsewhere } = rankingWeights;
  let score = 0;
  let stress = 0;
  for (const way of ways) {
    const found = byField((field) => occurrences(matches[field], way));
    const asked = occurrences(inAnyQuestion, way);
    let frequency = 0;
    for (const field of fieldNames) frequency += found[field] * fieldWeights[field];
    if (found.questions === 0)
      frequency += asked * askedElsewhere.frequency * fieldWeights.questions;
    if (frequency === 0) continue;
    score = Math.max(score, way.weight * saturated(frequency) * way.rarity);
    const leastStress = asked > 0 ? askedElsewhere.stress : 0;
    const ofWay = Math.max(leastStress, stressOf(found, likeQuestion, textStress));
    stress = Math.max(stress, way.weight * ofWay);
  }
  return { score, stress };
}

/** Of a passage's questions the one that holds most of what is asked: each is a heading of its own. */
function likeliestQuestion(
  passage: PreparedPassage,
  query: CompiledQuery,
  all: FieldMatch,
): FieldMatch {
  if (all.counts === undefined) return all;
  let best = all;
  let most = 0;
  for (const question of passage.questions) {
    const match = matchField(question, query);
    const held = weightHeld(match, query);
    if (held > most) [best, most] = [match, held];
  }
  return best;
}

/** The rarities of the terms that stand in a field, summed. */
function weightHeld(field: FieldMatch, { terms }: CompiledQuery): number {
  if (field.counts === undefined) return 0;
  let held = 0;
  for (const { ways, rarity } of terms) {
    let most = 0;
    for (const way of ways) if (way.weight > most && occurrences(field, way) > 0) most = way.weight;
    held += most * rarity;
  }
  return held;
}

function saturated(frequency: number): number {
  return (frequency * (rankingWeights.saturation + 1)) / (frequency + rankingWeights.saturation);
}

/**
 * How much a passage is about a word: wholly where a heading or a tag has it, less where the text only mentions it. A word of
 * one of its questions counts as far as the whole question is like the one asked: "am I too old with kids and a mortgage"
 * is not about mortgages.
 */
function stressOf(
  { title, section, questions, tags, content }: ByField<number>,
  likeQuestion: number,
  { mentioned, repeated }: TextStress,
): number {
  if (title + section + tags > 0) return 1;
  const inText = content > 1 ? repeated : content * mentioned;
  return questions > 0 ? Math.max(inText, likeQuestion) : inText;
}

/** Whether somebody said what the article is about, beyond its headings: ours have tags, what an organisation ingests seldom. */
function isCatalogued({ stems }: PreparedPassage): boolean {
  return stems.tags.length + stems.questions.length > 0;
}

/** Two neighbouring words of the question that stand side by side in a field say more than both apart. */
function neighbourBonus(matches: ByField<FieldMatch>, query: CompiledQuery): number {
  let bonus = 0;
  for (const field of fieldNames)
    for (const position of matches[field].paired) {
      const [term, next] = [query.terms[position], query.terms[position + 1]];
      if (term === undefined || next === undefined) continue;
      const rarity = Math.min(term.rarity, next.rarity);
      bonus += rarity * rankingWeights.fields[field].neighbours;
    }
  return bonus;
}

/**
 * How near a heading comes to saying the same as the question, 0 to 1: the harmonic mean of how much of the question it
 * holds and how much of it the question holds, both by rarity.
 */
function likeness(
  heading: FieldMatch,
  query: CompiledQuery,
  rarityOf: (stem: number) => number,
): number {
  const asked = weightHeld(heading, query);
  if (asked === 0) return 0;
  let said = 0;
  let all = 0;
  for (const stem of heading.stems) {
    const rarity = rarityOf(stem);
    all += rarity;
    if ((query.slotOf[stem] ?? -1) >= 0) said += rarity;
  }
  const [share, part] = [asked / query.whole, said / all];
  return share + part === 0 ? 0 : (2 * share * part) / (share + part);
}
