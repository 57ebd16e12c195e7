import type { DatabaseSync } from 'node:sqlite';
import { MentorError } from '#errors.ts';
import { wordsOf } from '#language/words.ts';
import { sharedGroupCommit } from '#services/database/group-commit.ts';
import { type Migrations, migrate } from '#services/database/open-database.ts';
import type {
  IndexedDocument,
  KnowledgeDocument,
  KnowledgeIndex,
  SearchHit,
  SearchQuery,
} from './port.ts';
import type { MeaningOptions } from './ranking/meaning.ts';
import { fuseByReciprocalRank } from './ranking/reciprocal-rank-fusion.ts';
import { createPassageScorer } from './ranking/score-passages.ts';
import { createVectorScan } from './ranking/vector-scan.ts';
import { createVocabulary, type QueryTerm } from './ranking/vocabulary.ts';

/**
 * `passages_text` finds candidates (stemmed); `passages_words` holds the words as they are written, whose list serves
 * to recognise typing errors. Both are kept by the same transaction that writes `passages`.
 */
const migrations: Migrations = {
  store: 'knowledge-index',
  steps: [
    `CREATE TABLE passages (
       number INTEGER PRIMARY KEY,
       id TEXT NOT NULL UNIQUE,
       document_id TEXT NOT NULL,
       chunk_index INTEGER NOT NULL,
       part TEXT NOT NULL,
       category TEXT NOT NULL,
       document_type TEXT NOT NULL,
       collection TEXT NOT NULL,
       content_hash TEXT NOT NULL,
       document TEXT NOT NULL,
       vector BLOB
     );
     CREATE INDEX passages_by_document ON passages (document_id, chunk_index);
     CREATE VIRTUAL TABLE passages_text USING fts5(
       title, section, tags, content, content='', contentless_delete=1,
       tokenize = 'porter unicode61 remove_diacritics 2');
     CREATE VIRTUAL TABLE passages_words USING fts5(
       words, content='', contentless_delete=1, tokenize = 'unicode61 remove_diacritics 2', detail=none);
     CREATE VIRTUAL TABLE passages_vocabulary USING fts5vocab(passages_words, row);
     CREATE VIRTUAL TABLE passages_stems USING fts5vocab(passages_text, row);`,
    /** Passages got questions. The text index is made again from what is kept. */
    `UPDATE passages SET document = json_set(document, '$.questions', json('[]'));
     DROP TABLE passages_stems;
     DROP TABLE passages_text;
     CREATE VIRTUAL TABLE passages_text USING fts5(
       title, section, questions, tags, content, content='', contentless_delete=1,
       tokenize = 'porter unicode61 remove_diacritics 2');
     CREATE VIRTUAL TABLE passages_stems USING fts5vocab(passages_text, row);
     INSERT INTO passages_text (rowid, title, section, questions, tags, content)
       SELECT number, document ->> '$.title', document ->> '$.section', '',
         (SELECT group_concat(value, ', ') FROM json_each(document, '$.tags')), document ->> '$.content'
       FROM passages WHERE part = 'body';`,
    /** Fifteen pieces of the text index, and not four, are merged at a time: what is written is written over half as often. */
    `INSERT INTO passages_text (passages_text, rank) VALUES ('automerge', 15);
     INSERT INTO passages_words (passages_words, rank) VALUES ('automerge', 15);`,
    /** Counts what was put and removed, so that each process notices what another one did. */
    `CREATE TABLE passage_changes (number INTEGER NOT NULL) STRICT;
     INSERT INTO passage_changes VALUES (0);`,
  ],
};

/** Whole articles kept in memory; about 10 KB each. */
const mostDocumentsKept = 500;

/** How many candidates the full-text stage hands to the scorer. */
const candidateCount = 120;

export interface SqliteKnowledgeIndexOptions {
  /** Where questions without a vector are to find what says the same in other words. */
  readonly meaning?: MeaningOptions | undefined;
}

/** Full text and vectors in one SQLite file; see ranking/ for how passages are ordered. */
export function createSqliteKnowledgeIndex(
  database: DatabaseSync,
  { meaning }: SqliteKnowledgeIndexOptions = {},
): KnowledgeIndex {
  migrate(database, migrations);
  const statements = prepareStatements(database);
  const vocabulary = createVocabulary(database);
  const scorer = createPassageScorer(database, meaning);
  const vectors = createVectorScan(database);
  /** A whole source is published several documents at once: ending a transaction costs more than what is written in it. */
  const commits = sharedGroupCommit(database);
  const documents = createDocumentReader(statements.byDocument);
  const forgetIfChanged = createChangeWatch(statements.countChanges, () => {
    for (const { forget } of [documents, vocabulary, scorer, vectors]) forget();
  });

  function searchText(query: SearchQuery): SearchHit[] {
    const terms = vocabulary.understand(query);
    if (terms.length === 0) return [];
    const limit = Math.max(candidateCount, query.limit);
    const filter = filterOf(query);
    if (filter.sql === '') return scorer.search(terms, limit, meantBy(query, terms, vocabulary));
    const match = terms
      .flatMap((term) => [term.word, ...term.alternatives.map((alternative) => alternative.text)])
      .map((text) => `"${text.replaceAll('"', '""')}"`)
      .join(' OR ');
    const rows = statements.candidates(filter.sql).all(match, ...filter.values, limit);
    const numbers = rows.map((row) => Number(row['number']));
    return scorer.score(terms, numbers);
  }

  return {
    async search(query, options = {}) {
      options.signal?.throwIfAborted();
      try {
        forgetIfChanged();
        const textHits = searchText(query);
        if (query.vector === undefined) return textHits.slice(0, query.limit);
        const vectorHits = vectors.nearest(
          query.vector,
          Math.max(50, query.limit),
          filterOf(query),
        );
        return fuseByReciprocalRank([
          { hits: textHits, weight: 1 },
          { hits: vectorHits, weight: 1 },
        ]).slice(0, query.limit);
      } catch (error) {
        throw new MentorError('search-unavailable', 'The knowledge index failed', { cause: error });
      }
    },

    async getDocument(documentId) {
      forgetIfChanged();
      return documents.read(documentId);
    },

    listDocuments: async () => statements.list.all().map(toIndexedDocument),

    countChanges: statements.countChanges,

    async putDocument(passages) {
      const documentId = passages[0]?.documentId;
      if (documentId === undefined) return;
      await commits.write(() => {
        removePassages(documentId);
        for (const passage of passages) insertPassage(passage);
        statements.noteChange.run();
      });
    },

    async removeDocument(documentId) {
      const removed = await commits.write(() => {
        statements.noteChange.run();
        return removePassages(documentId);
      });
      return removed > 0;
    },
  };

  function removePassages(documentId: string): number {
    const rows = statements.numbers.all(documentId);
    for (const row of rows) {
      const number = Number(row['number']);
      statements.deleteText.run(number);
      statements.deleteWords.run(number);
      statements.deletePassage.run(number);
    }
    return rows.length;
  }

  function insertPassage(passage: KnowledgeDocument): void {
    const { contentVector, ...document } = passage;
    const { lastInsertRowid: number } = statements.insertPassage.run(
      passage.id,
      passage.documentId,
      passage.chunkIndex,
      passage.part,
      passage.category,
      passage.documentType,
      passage.collection,
      passage.contentHash,
      JSON.stringify(document),
      contentVector === undefined ? null : bytesOf(contentVector),
    );
    if (passage.part !== 'body') return;
    const fields = textFieldsOf(passage);
    statements.insertText.run(number, ...fields);
    statements.insertWords.run(number, wordsOf(fields.join('\n')).join(' '));
  }
}

/** What is kept in memory is made anew after a change, whichever process made it. */
function createChangeWatch(countChanges: () => number, forget: () => void): () => void {
  let known = countChanges();
  return () => {
    const changes = countChanges();
    if (changes === known) return;
    known = changes;
    forget();
  };
}

/** The words that tell what is meant; a question's own vector says it better. */
function meantBy(
  { asked, vector, limit }: SearchQuery,
  terms: readonly QueryTerm[],
  vocabulary: Pick<ReturnType<typeof createVocabulary>, 'understand'>,
): readonly QueryTerm[] {
  if (vector !== undefined) return [];
  return asked === undefined ? terms : vocabulary.understand({ text: asked, limit });
}

/** In the order of the columns of `passages_text`. */
function textFieldsOf({ title, section, questions, tags, content }: KnowledgeDocument) {
  return [title, section, questions.join(', '), tags.join(', '), content] as const;
}

/** Keeps articles as they were last read: every answer looks at the whole of what it rests on. */
function createDocumentReader(statement: ReturnType<DatabaseSync['prepare']>) {
  const documents = new Map<string, KnowledgeDocument[]>();
  return {
    read(documentId: string): KnowledgeDocument[] {
      const known = documents.get(documentId);
      if (known !== undefined) return known;
      const read = statement.all(documentId).map(toDocument);
      if (documents.size >= mostDocumentsKept) documents.clear();
      documents.set(documentId, read);
      return read;
    },
    forget: () => documents.clear(),
  };
}

function prepareStatements(database: DatabaseSync) {
  const changes = database.prepare('SELECT number FROM passage_changes');
  const candidatesByFilter = new Map<string, ReturnType<DatabaseSync['prepare']>>();
  return {
    /** One prepared statement for each shape of filter. */
    candidates(filterSql: string) {
      const known = candidatesByFilter.get(filterSql);
      if (known !== undefined) return known;
      /** The join costs as much as the search: it is made only for what it filters by. */
      const joined = filterSql === '' ? '' : 'JOIN passages p ON p.number = passages_text.rowid';
      const statement = database.prepare(
        `SELECT passages_text.rowid AS number FROM passages_text ${joined}
         WHERE passages_text MATCH ? ${filterSql} ORDER BY bm25(passages_text, 4, 3, 3, 2, 1) LIMIT ?`,
      );
      candidatesByFilter.set(filterSql, statement);
      return statement;
    },
    byDocument: database.prepare(
      'SELECT document FROM passages WHERE document_id = ? ORDER BY chunk_index',
    ),
    list: database.prepare(
      `SELECT document_id, min(json_extract(document, '$.title')) AS title, min(category) AS category,
         min(collection) AS collection, min(content_hash) AS content_hash, count(*) AS chunk_count
       FROM passages GROUP BY document_id ORDER BY document_id`,
    ),
    numbers: database.prepare('SELECT number FROM passages WHERE document_id = ?'),
    insertPassage: database.prepare(
      `INSERT INTO passages (id, document_id, chunk_index, part, category, document_type, collection, content_hash,
         document, vector) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertText: database.prepare(
      'INSERT INTO passages_text (rowid, title, section, questions, tags, content) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    insertWords: database.prepare('INSERT INTO passages_words (rowid, words) VALUES (?, ?)'),
    countChanges: () => Number(changes.get()?.['number']),
    noteChange: database.prepare('UPDATE passage_changes SET number = number + 1'),
    deletePassage: database.prepare('DELETE FROM passages WHERE number = ?'),
    deleteText: database.prepare('DELETE FROM passages_text WHERE rowid = ?'),
    deleteWords: database.prepare('DELETE FROM passages_words WHERE rowid = ?'),
  };
}

/** A condition on the table `passages p` and the values of its placeholders. */
export interface PassageFilter {
  readonly sql: string;
  readonly values: readonly string[];
}

function filterOf(query: SearchQuery): PassageFilter {
  const conditions: [string, readonly string[] | undefined][] = [
    ['p.document_type', query.filter?.documentTypes],
    ['p.category', query.filter?.categories],
    ['p.document_id', query.filter?.documentIds],
  ];
  const given = conditions.flatMap(([column, values]) =>
    values === undefined ? [] : [{ column, values }],
  );
  return {
    sql: given
      .map(({ column, values }) => `AND ${column} IN (${values.map(() => '?').join(', ')})`)
      .join(' '),
    values: given.flatMap(({ values }) => values),
  };
}

function toDocument(row: Record<string, unknown>): KnowledgeDocument {
  return JSON.parse(String(row['document'])) as KnowledgeDocument;
}

function toIndexedDocument(row: Record<string, unknown>): IndexedDocument {
  return {
    documentId: String(row['document_id']),
    title: String(row['title']),
    category: String(row['category']),
    collection: String(row['collection']),
    contentHash: String(row['content_hash']),
    chunkCount: Number(row['chunk_count']),
  };
}

function bytesOf(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}
