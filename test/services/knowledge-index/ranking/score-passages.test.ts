import assert from 'node:assert/strict';
import { it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import type { KnowledgeDocument, SearchQuery } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

/** Passages about other things, so that words have a rarity. */
const others = Array.from({ length: 20 }, (_, number) =>
  makePassage({
    documentId: `other-${number}`,
    title: `Gardening ${number}`,
    content: 'Water the plants every day.',
  }),
);

async function search(
  query: Omit<SearchQuery, 'limit'>,
  ...passages: Partial<KnowledgeDocument>[]
) {
  const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
  const made = passages.map((changes, number) =>
    makePassage({ documentId: `p${number}`, ...changes }),
  );
  for (const passage of [...others, ...made]) await index.putDocument([passage]);
  return index.search({ limit: 10, ...query });
}

const first = (hits: Awaited<ReturnType<typeof search>>) => hits[0]?.document.documentId;

it('prefers a word in a heading to the same word in the text', async () => {
  const hits = await search(
    { text: 'severance' },
    { content: 'Severance is explained here in a few words.' },
    { section: 'Should I sign severance papers?', content: 'Not under pressure, in a few words.' },
  );
  assert.equal(first(hits), 'p1');
});

it('prefers the heading that says what was asked to one that says more besides', async () => {
  const content = 'The answer follows.';
  const hits = await search(
    { text: 'what is drift' },
    { section: 'How do drift, latency, cost and tracing differ?', content },
    { section: 'What is drift?', content },
  );
  assert.equal(first(hits), 'p1');
});

it('prefers words side by side to the same words apart', async () => {
  const hits = await search(
    { text: 'vector database' },
    { content: 'A vector is a list of numbers. Some keep it in a file and others in a database.' },
    {
      content: 'A list of numbers is kept in a file. Some keep it in a vector database and others.',
    },
  );
  assert.equal(first(hits), 'p1');
});

it('holds the absence of a number less against a passage than that of a word', async () => {
  const passage = { section: 'Am I too old?', content: 'Nobody is.' };
  const [number] = await search({ text: 'too old 47' }, passage);
  const [word] = await search({ text: 'too old tango' }, passage);
  assert.ok((number?.coverage ?? 0) > (word?.coverage ?? 0));
});

it('prefers a rare word to a common one', async () => {
  const hits = await search(
    { text: 'plants kubernetes' },
    { content: 'Kubernetes is explained.' },
    { content: 'Plants are explained.' },
  );
  assert.equal(first(hits), 'p0');
});

it('finds a synonym that is a phrase only where its words stand together', async () => {
  const synonyms = [{ term: 'fde', alternatives: ['forward deployed engineer'] }];
  const hits = await search(
    { text: 'fde', synonyms },
    { content: 'An engineer looks forward to what is deployed.' },
    { content: 'A forward deployed engineer travels.' },
  );
  assert.equal(first(hits), 'p1');
  assert.equal(hits.find((hit) => hit.document.documentId === 'p0')?.coverage ?? 0, 0);
});

it('counts a common word that stands for a rare one as a common word', async () => {
  const synonyms = [{ term: 'horticulturist', alternatives: ['gardening'] }];
  const hits = await search(
    { text: 'horticulturist severance', synonyms },
    { section: 'Severance' },
  );
  assert.equal(first(hits), 'p0');
  const gardening = hits.find((hit) => hit.document.title.startsWith('Gardening'));
  assert.ok((gardening?.coverage ?? 1) < 0.4);
});

it('covers a question wholly by a heading, less by repetition and least by a mention', async () => {
  const hits = await search(
    { text: 'severance' },
    { section: 'Severance' },
    { content: 'Severance here, severance there.' },
    { content: 'Severance is mentioned.' },
  );
  const [heading = 0, repeated = 0, mentioned = 0] = ['p0', 'p1', 'p2'].map(
    (id) => hits.find((hit) => hit.document.documentId === id)?.coverage,
  );
  assert.equal(heading, 1);
  assert.ok(heading > repeated && repeated > mentioned && mentioned > 0);
});

it('covers less where the question asks for something that no passage has', async () => {
  const known = await search({ text: 'severance' }, { section: 'Severance' });
  const unknown = await search({ text: 'severance zorvax' }, { section: 'Severance' });
  assert.ok((unknown[0]?.coverage ?? 1) < (known[0]?.coverage ?? 0));
});

it('forgets what it knew of a document that was replaced', async () => {
  const index = createSqliteKnowledgeIndex(openDatabase(':memory:').database);
  await index.putDocument([makePassage({ content: 'Astronomy.' })]);
  assert.equal((await index.search({ text: 'astronomy', limit: 1 })).length, 1);
  await index.putDocument([makePassage({ content: 'Botany.' })]);
  const [hit] = await index.search({ text: 'botany', limit: 1 });
  assert.equal(hit?.document.content, 'Botany.');
});
