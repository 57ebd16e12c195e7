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
  readonly miniSearchMs: readonly number[];
  /** The cosine of the question with every passage. */
  readonly vectorsMs: readonly number[];
}

const passagesOfDocument = 20;
const sentencesOfPassage = 5;
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
  const passages = makePassages(size, originals);
  const startedMs = performance.now();
  for (let start = 0; start < size; start += passagesOfDocument)
    await index.putDocument(passages.slice(start, start + passagesOfDocument));
  const buildSeconds = (performance.now() - startedMs) / 1_000;
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const megabytes = statSync(path).size / 1_000_000;
  const bare = openBareSearch(openDatabase(`${path}.bare`).database, passages);
  const times = await timeSearches(
    index,
    {
      bareMs: bare.search,
      miniSearchMs: openMiniSearch(passages),
      vectorsMs: openVectors(passages),
    },
    rounds,
  );
  bare.close();
  database.close();
  return { passages: size, buildSeconds, megabytes, ...times };
}

type Search = (question: string) => void;
type Others = Omit<SearchTimes, 'oursMs'>;

/** Question by question all take turns. */
async function timeSearches(
  index: KnowledgeIndex,
  others: Readonly<Record<keyof Others, Search>>,
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
function timeSearch(search: Search) {
  const times: number[] = [];
  let spentMs = 0;
  return {
    times,
    ask(question: string, isCounted: boolean): void {
      if (spentMs > mostMsOfOthers) return;
      const startedMs = performance.now();
      search(question);
      const tookMs = performance.now() - startedMs;
      spentMs += tookMs;
      if (isCounted || tookMs > slowMs) times.push(tookMs);
    },
  };
}

/** MiniSearch as its documentation shows it for questions: any of the words, prefixes and typing errors too. */
function openMiniSearch(passages: readonly KnowledgeDocument[]): Search {
  const index = new MiniSearch<KnowledgeDocument>({
    fields: ['title', 'section', 'content'],
    searchOptions: { boost: { title: 2, section: 2 }, prefix: true, fuzzy: 0.2 },
  });
  index.addAll(passages);
  return (question) => void index.search(question).slice(0, 10);
}

/** The vectors that come with the program, each passage's held against the question's. */
function openVectors(passages: readonly KnowledgeDocument[]): Search {
  const vectors = createWordVectors(readStoredWordVectors(wordVectorsFile));
  const { dimensions } = vectors;
  const values = new Float32Array(passages.length * dimensions);
  for (const [row, { section, content }] of passages.entries())
    values.set(vectors.vectorOf(section, content) ?? [], row * dimensions);
  return (question) => {
    const asked = vectors.vectorOf(question) ?? new Float32Array(dimensions);
    const likenesses = new Float32Array(passages.length);
    for (let row = 0, at = 0; row < likenesses.length; row += 1) {
      let sum = 0;
      for (let column = 0; column < dimensions; column += 1, at += 1)
        sum += (values[at] ?? 0) * (asked[column] ?? 0);
      likenesses[row] = sum;
    }
    return void likenesses.toSorted().slice(-10);
  };
}

/** SQLite's FTS5 as its documentation shows it: the question's words, joined by OR, ordered by rank. */
function openBareSearch(database: DatabaseSync, passages: readonly KnowledgeDocument[]) {
  database.exec(
    `CREATE VIRTUAL TABLE bare USING fts5(title, section, content, tokenize = 'porter unicode61')`,
  );
  const insert = database.prepare('INSERT INTO bare (title, section, content) VALUES (?, ?, ?)');
  inTransaction(database, () => {
    for (const { title, section, content } of passages) insert.run(title, section, content);
  });
  const select = database.prepare(
    'SELECT rowid, title, section, content FROM bare WHERE bare MATCH ? ORDER BY rank LIMIT 10',
  );
  return {
    search(question: string): void {
      const words = wordsOf(question).filter((word) => !isStopWord(word));
      select.all(words.map((word) => `"${word}"`).join(' OR '));
    },
    close: () => database.close(),
  };
}

function makePassages(size: number, originals: readonly KnowledgeDocument[]): KnowledgeDocument[] {
  const sentences = originals.flatMap(({ content }) => splitSentences(content));
  const next = createSequence();
  const pick = <Item>(items: readonly Item[]): Item => items[next() % items.length] as Item;
  return Array.from({ length: size }, (_, number) => {
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
  });
}

/** The same numbers in every run (Park and Miller's generator). */
function createSequence(): () => number {
  let state = 20_250_101;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state;
  };
}
