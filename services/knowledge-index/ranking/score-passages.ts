import type { DatabaseSync } from 'node:sqlite';
import type { KnowledgeDocument, SearchHit } from '../port.ts';
import { type CompiledQuery, compileQuery } from './compile-query.ts';
import { createMeaning, type Meaning, type MeaningOptions } from './meaning.ts';
import { createPostings, type Postings } from './postings.ts';
import {
  createStemNumbers,
  type FieldName,
  fieldNames,
  lengthOf,
  type PreparedPassage,
  preparePassage,
  type StemNumbers,
} from './prepare-passage.ts';
import { createPassageScoring } from './score-passage.ts';
import { createStoredPostings, type StoredPostings } from './stored-postings.ts';
import { createTermStatistics, type RarityOfStems, rarityByNumber } from './term-statistics.ts';
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
  let rarityOf = rarityByNumber(statistics, stemNumbers.stemAt);
  /** Absent until the first search. */
  let candidates: InMemory | InDatabase | undefined;

  return {
    /** Finds and scores candidates, by their words and, where all passages are kept in memory, by those that tell what is meant. */
    search(terms: readonly QueryTerm[], limit: number, meant: readonly QueryTerm[]): SearchHit[] {
      candidates ??= findAll();
      if ('stored' in candidates) {
        const query = compileQuery(terms, candidates.stems, statistics);
        const numbers = candidates.stored.candidates(query, limit);
        return scoreCompiled(query, numbers.flatMap(prepare), rarityOf);
      }
      const { postings, meaning } = candidates;
      const query = compileQuery(terms, stemNumbers, statistics);
      const hits = scoreCompiled(query, postings.candidates(query, limit), rarityOf);
      return meaning === undefined ? hits : meaning.fuse(meant, hits);
    },

    /** Scores candidates that were found elsewhere, given by their numbers. */
    score(terms: readonly QueryTerm[], numbers: readonly number[]): SearchHit[] {
      candidates ??= findAll();
      const passages = numbers.flatMap(prepare);
      const stems = 'stored' in candidates ? candidates.stems : stemNumbers;
      return scoreCompiled(compileQuery(terms, stems, statistics), passages, rarityOf);
    },

    forget() {
      candidates = undefined;
      prepared.clear();
      stemNumbers = createStemNumbers();
      rarityOf = rarityByNumber(statistics, stemNumbers.stemAt);
      statistics.forget();
    },
  };

  function findAll(): InMemory | InDatabase {
    const numbers = bodyNumbers.all(mostPrepared + 1).map((row) => Number(row['number']));
    if (numbers.length > mostPrepared) return openStored();
    const passages = numbers.flatMap(prepare);
    return {
      postings: createPostings(passages),
      ...(means === undefined ? {} : { meaning: createMeaning(means, passages) }),
    };
  }

  /** Here a stem is known where the database lists it, and not only where a passage that was prepared has it. */
  function openStored(): InDatabase {
    const { numberOf, stemAt } = stemNumbers;
    const frequencyOf = (stem: string) => statistics.frequencyOf(asListed(stem));
    return {
      stems: {
        find: (stem) => (frequencyOf(stem) > 0 ? numberOf(stem) : undefined),
        get count() {
          return stemNumbers.count;
        },
      },
      stored: createStoredPostings(database, {
        stemAt: (stem) => asListed(stemAt(stem)),
        frequencyOf: (stem) => frequencyOf(stemAt(stem)),
      }),
    };
  }

  /** None where the passage was removed by another process meanwhile. */
  function prepare(number: number): PreparedPassage | [] {
    const known = prepared.get(number);
    if (known !== undefined) {
      /** Set again, so that what was used longest ago comes first. */
      prepared.delete(number);
      prepared.set(number, known);
      return known;
    }
    const json = documentOf.get(number)?.['document'];
    if (json === undefined) return [];
    const passage = preparePassage(JSON.parse(String(json)) as KnowledgeDocument, stemNumbers);
    for (const oldest of prepared.keys()) {
      if (prepared.size < mostPrepared) break;
      prepared.delete(oldest);
    }
    prepared.set(number, passage);
    return passage;
  }
}

/** All passages, where they are few enough to keep. */
interface InMemory {
  readonly postings: Postings;
  readonly meaning?: Meaning;
}

/** Where they are too many. */
interface InDatabase {
  readonly stored: StoredPostings;
  readonly stems: Pick<StemNumbers, 'find' | 'count'>;
}

/** FTS5 cuts "c++" and "c#" down to their letter. */
function asListed(stem: string): string {
  return stem.replace(/[+#]+$/, '');
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
  return scoreCompiled(query, passages, rarityByNumber(statistics, stemNumbers.stemAt));
}

function scoreCompiled(
  query: CompiledQuery,
  passages: readonly PreparedPassage[],
  rarityOf: (stem: number) => number,
): SearchHit[] {
  const scoring = createPassageScoring({ query, averages: averageLengths(passages), rarityOf });
  return passages
    .map((passage) => scoring(passage))
    .sort((left, right) => right.score - left.score);
}

function averageLengths(passages: readonly PreparedPassage[]): Record<FieldName, number> {
  const averages = { title: 0, section: 0, questions: 0, tags: 0, content: 0 };
  for (let number = 0; number < fieldNames.length; number += 1) {
    let sum = 0;
    for (const passage of passages) sum += lengthOf(passage, number);
    averages[fieldNames[number] as FieldName] = sum / Math.max(1, passages.length);
  }
  return averages;
}
