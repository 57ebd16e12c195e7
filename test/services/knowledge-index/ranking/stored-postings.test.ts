import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import { compileQuery } from '#services/knowledge-index/ranking/compile-query.ts';
import { createStemNumbers } from '#services/knowledge-index/ranking/prepare-passage.ts';
import {
  createStoredPostings,
  type StoredPostingsOptions,
} from '#services/knowledge-index/ranking/stored-postings.ts';
import { createTermStatistics } from '#services/knowledge-index/ranking/term-statistics.ts';
import type { Alternative } from '#services/knowledge-index/ranking/vocabulary.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

type Word = readonly [stem: string, ...alternatives: Alternative[]];

async function open(
  passages: readonly Partial<KnowledgeDocument>[],
  limits: Partial<StoredPostingsOptions> = {},
) {
  const { database } = openDatabase(':memory:');
  const index = createSqliteKnowledgeIndex(database);
  const put = (changes: Partial<KnowledgeDocument>, number: number) =>
    index.putDocument([makePassage({ documentId: `p${number}`, ...changes })]);
  for (const [number, changes] of passages.entries()) await put(changes, number);
  const stems = createStemNumbers();
  const statistics = createTermStatistics(database);
  const postings = createStoredPostings(database, {
    stemAt: stems.stemAt,
    frequencyOf: (stem) => statistics.frequencyOf(stems.stemAt(stem)),
    ...limits,
  });
  const idOf = database.prepare('SELECT document_id AS id FROM passages WHERE number = ?');
  return {
    put,
    index,
    forget() {
      postings.forget();
      statistics.forget();
    },
    find(words: readonly Word[], limit = 10): string[] {
      for (const [stem, ...alternatives] of words)
        for (const text of [stem, ...alternatives.flatMap((each) => each.text.split(' '))])
          stems.numberOf(text);
      const terms = words.map(([stem, ...alternatives]) => ({ word: stem, stem, alternatives }));
      const query = compileQuery(terms, stems, statistics);
      return postings.candidates(query, limit).map((number) => String(idOf.get(number)?.['id']));
    },
  };
}

describe('candidates out of the lists in the database', () => {
  it('come by the field that the word stands in, and by how often', async () => {
    const { find } = await open([
      { content: 'Docker once.' },
      { content: 'Nothing of that.' },
      { content: 'Docker, docker and docker.' },
      { section: 'Docker', content: 'In a heading.' },
    ]);
    assert.deepEqual(find([['docker']]), ['p3', 'p2', 'p0']);
    assert.deepEqual(find([['docker']], 2), ['p3', 'p2']);
    assert.deepEqual(find([['kubernet']]), []);
    assert.deepEqual(find([]), []);
  });

  it('hold a phrase only where all its words stand, and of several ways to say a word the best', async () => {
    const { find } = await open([
      { content: 'A vector.' },
      { content: 'A vector and an index.' },
      { content: 'Pgvector here.' },
      { content: 'Nothing of that.' },
    ]);
    const phrase = { text: 'vector index', weight: 0.9 };
    const found = find([['pgvector', { text: 'vector', weight: 0.1 }, phrase]]);
    assert.deepEqual(found, ['p2', 'p1', 'p0']);
  });

  it('are the same where numbers have gaps, and where the lists do not stay in memory', async () => {
    const passages = ['docker', 'tango', 'docker tango', 'salsa'].map((content) => ({ content }));
    const kept = await open(passages);
    const dropped = await open(passages, { mostEntriesKept: 1 });
    for (const opened of [kept, dropped]) {
      await opened.index.removeDocument('p0');
      await opened.put({ content: 'docker docker' }, 7);
      opened.forget();
      for (const round of [1, 2]) {
        assert.deepEqual(opened.find([['docker']]), ['p7', 'p2'], String(round));
        assert.deepEqual(opened.find([['tango'], ['docker']])[0], 'p2');
        assert.deepEqual(opened.find([['salsa']]), ['p3']);
      }
    }
  });

  it('are looked for by the rarest words, and by as many as may be gone through', async () => {
    const { find } = await open(
      ['common', 'common', 'common', 'common rare', 'rare'].map((content) => ({ content })),
      { mostEntriesRead: 3 },
    );
    assert.deepEqual(find([['common'], ['rare']]).toSorted(), ['p3', 'p4']);
    assert.equal(find([['common']]).length, 4, 'a word alone is looked for however common it is');
  });
});
