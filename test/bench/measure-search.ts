import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import MiniSearch from 'minisearch';
import { builtInArticles } from '#composition/knowledge-sources.ts';
import { readMeaning } from '#composition/meaning.ts';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { splitSentences } from '#language/sentences.ts';
import {
  createWordVectors,
  readStoredWordVectors,
  wordVectorsFile,
} from '#language/word-vectors.ts';
import { isStopWord, wordsOf } from '#language/words.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { inTransaction, openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { benchQuestions } from './questions.ts';

/** One size of the index, beside other ways to search the same passages. */
export interface SearchPoint extends SearchTimes {
  readonly passages: number;
  readonly buildSeconds: number;
  readonly megabytes: number;
}

export interface SearchTimes {
  readonly oursMs: readonly number[];
  /** SQLite's full text alone. */
  readonly bareMs: readonly number[];
  /** None above 100,000 passages, where it takes seconds a question, and more memory than there is. */
  readonly miniSearchMs: readonly number[];
  /** The cosine of the question with every passage. */
  readonly vectorsMs: readonly number[];
}

const passagesOfDocument = 20;
const sentencesOfPassage = 5;
const documentsAtOnce = 4;
/** Above, each question is asked once, and MiniSearch is left out. */
const largeSize = 100_000;
const warmUpRounds = 3;
/** So long each of the other ways is asked in one size: what takes seconds a question is known after a few. */
const mostMsOfOthers = 20_000;
/** What takes so long is slow for other reasons than that it has just begun. */
const slowMs = 500;
const knowledgeDirectory = join(import.meta.dirname, '../../knowledge');

/** Passages are put together from sentences of the built-in articles, so that words are as frequent as they are in life. */
export async function measureSearch(
  sizes: readonly number[],
  rounds: number,
): Promise<SearchPoint[]> {
  const folder = mkdtempSync(join(tmpdir(), 'career-mentor-search-'));
  try {
    const originals = await readOriginals(join(folder, 'originals.sqlite'));
    const points: SearchPoint[] = [];
    for (const size of sizes)
      points.push(await measureSize(join(folder, `${size}.sqlite`), size, originals, rounds));
    return points;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readOriginals(path: string): Promise<KnowledgeDocument[]> {
  const { database } = openDatabase(path);
  const index = createSqliteKnowledgeIndex(database);
  await publishArticles(builtInArticles({ knowledgeDirectory }).source, {
    index,
    collection: 'articles',
    isCurated: true,
  });
  const documents = await index.listDocuments();
  const passages = await Promise.all(
    documents.map(({ documentId }) => index.getDocument(documentId)),
  );
  database.close();
  return passages.flat().filter(({ part }) => part === 'body');
}

async function measureSize(
  path: string,
  size: number,
  originals: readonly KnowledgeDocument[],
  rounds: number,
): Promise<SearchPoint> {
  const { database } = openDatabase(path);
  const index = createSqliteKnowledgeIndex(database, {
    meaning: readMeaning({ knowledgeDirectory }),
  });
  const bare = openBareSearch(openDatabase(`${path}.bare`).database);
  const miniSearch = openMiniSearch(size);
  const vectors = openVectors(size);
  let buildMs = 0;
  for (const documents of makeDocuments(size, originals)) {
    const startedMs = performance.now();
    await Promise.all(documents.map((passages) => index.putDocument(passages)));
    buildMs += performance.now() - startedMs;
    for (const other of [bare, miniSearch, vectors]) other?.add(documents.flat());
  }
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const megabytes = statSync(path).size / 1_000_000;
  const times = await timeSearches(
    index,
    {
      bareMs: bare.search,
      miniSearchMs: miniSearch?.search,
      vectorsMs: vectors.search,
    },
    size > largeSize ? 1 : rounds,
  );
  bare.close();
  database.close();
  return { passages: size, buildSeconds: buildMs / 1_000, megabytes, ...times };
}

type Search = (question: string) => void;
type Others = Omit<SearchTimes, 'oursMs'>;

/** Another way to search the same passages, which get them as they are made. */
interface OtherSearch {
  add(passages: readonly KnowledgeDocument[]): void;
  readonly search: Search;
}

/** Question by question all take turns. */
async function timeSearches(
  index: KnowledgeIndex,
  others: Readonly<Record<keyof Others, Search | undefined>>,
  rounds: number,
): Promise<SearchTimes> {
  const expander = createQueryExpander(readTaxonomy(knowledgeDirectory));
  const oursMs: number[] = [];
  const timed = {
    bareMs: timeSearch(others.bareMs),
    miniSearchMs: timeSearch(others.miniSearchMs),
    vectorsMs: timeSearch(others.vectorsMs),
  };
  for (let round = 0; round < rounds + warmUpRounds; round += 1)
    for (const text of benchQuestions) {
      const isCounted = round >= warmUpRounds;
      const startedMs = performance.now();
      await index.search({ text, synonyms: expander.expand(text), limit: 10 });
      if (isCounted) oursMs.push(performance.now() - startedMs);
      for (const { ask } of Object.values(timed)) ask(text, isCounted);
    }
  return {
    oursMs,
    bareMs: timed.bareMs.times,
    miniSearchMs: timed.miniSearchMs.times,
    vectorsMs: timed.vectorsMs.times,
  };
}

/** Another way to search, with how long each of its searches took that counts. */
function timeSearch(search: Search | undefined) {
  const times: number[] = [];
  let spentMs = 0;
  return {
    times,
    ask(question: string, isCounted: boolean): void {
      if (search === undefined || spentMs > mostMsOfOthers) return;
      const startedMs = performance.now();
      search(question);
      const tookMs = performance.now() - startedMs;
      spentMs += tookMs;
      if (isCounted || tookMs > slowMs) times.push(tookMs);
    },
  };
}

/** MiniSearch as its documentation shows it for questions: any of the words, prefixes and typing errors too. */
function openMiniSearch(size: number): OtherSearch | undefined {
  if (size > largeSize) return undefined;
  const index = new MiniSearch<KnowledgeDocument>({
    fields: ['title', 'section', 'content'],
    searchOptions: { boost: { title: 2, section: 2 }, prefix: true, fuzzy: 0.2 },
  });
  return {
    add: (passages) => index.addAll(passages),
    search: (question) => void index.search(question).slice(0, 10),
  };
}

/** The vectors that come with the program, each passage's held against the question's. */
function openVectors(size: number): OtherSearch {
  const vectors = createWordVectors(readStoredWordVectors(wordVectorsFile));
  const { dimensions } = vectors;
  const values = new Float32Array(size * dimensions);
  let rows = 0;
  return {
    add(passages) {
      for (const { section, content } of passages) {
        values.set(vectors.vectorOf(section, content) ?? [], rows * dimensions);
        rows += 1;
      }
    },
    search(question) {
      const asked = vectors.vectorOf(question) ?? new Float32Array(dimensions);
      const likenesses = new Float32Array(rows);
      for (let row = 0, at = 0; row < rows; row += 1) {
        let sum = 0;
        for (let column = 0; column < dimensions; column += 1, at += 1)
          sum += (values[at] ?? 0) * (asked[column] ?? 0);
        likenesses[row] = sum;
      }
      return void likenesses.toSorted().slice(-10);
    },
  };
}

/** SQLite's FTS5 as its documentation shows it: the question's words, joined by OR, ordered by rank. */
function openBareSearch(database: DatabaseSync) {
  database.exec(
    `CREATE VIRTUAL TABLE bare USING fts5(title, section, content, tokenize = 'porter unicode61')`,
  );
  const insert = database.prepare('INSERT INTO bare (title, section, content) VALUES (?, ?, ?)');
  const select = database.prepare(
    'SELECT rowid, title, section, content FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT 10',
  );
  return {
    add(passages: readonly KnowledgeDocument[]): void {
      inTransaction(database, () => {
        for (const { title, section, content } of passages) insert.run(title, section, content);
      });
    },
    search(question: string): void {
      const words = wordsOf(question).filter((word) => !isStopWord(word));
      select.all(words.map((word) => `"${word}"`).join(' OR '));
    },
    close: () => database.close(),
  };
}

/** Documents by as many as publishing writes at once, made when they are asked for: a million would not fit into memory. */
function* makeDocuments(
  size: number,
  originals: readonly KnowledgeDocument[],
): Generator<KnowledgeDocument[][]> {
  const makePassage = createPassageMaker(originals);
  for (let start = 0; start < size; start += documentsAtOnce * passagesOfDocument) {
    const numbers = Array.from(
      { length: Math.min(documentsAtOnce * passagesOfDocument, size - start) },
      (_, offset) => start + offset,
    );
    const byDocument = Map.groupBy(numbers.map(makePassage), ({ documentId }) => documentId);
    yield [...byDocument.values()];
  }
}

function createPassageMaker(originals: readonly KnowledgeDocument[]) {
  const sentences = originals.flatMap(({ content }) => splitSentences(content));
  const next = createSequence();
  const pick = <Item>(items: readonly Item[]): Item => items[next() % items.length] as Item;
  return (number: number): KnowledgeDocument => {
    const documentId = `document-${Math.floor(number / passagesOfDocument)}`;
    const chunkIndex = number % passagesOfDocument;
    const content = Array.from({ length: sentencesOfPassage }, () => pick(sentences)).join(' ');
    const { questions, ...original } = pick(originals);
    return {
      ...original,
      id: `${documentId}#${chunkIndex}`,
      documentId,
      chunkIndex,
      content,
      questions: questions.slice(0, 2),
    };
  };
}

/** The same numbers in every run (Park and Miller's generator). */
function createSequence(): () => number {
  let state = 20_250_101;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}
