import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { AzureAiSearchOptions } from '#services/knowledge-index/azure-ai-search.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import type { AiSearchServerOptions } from '#test/helpers/ai-search-server.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';
import { openAzureIndex } from './open-azure-index.ts';

const salary = makePassage({
  documentId: 'salary',
  title: 'Negotiating a salary',
  section: 'How do I ask for more?',
  content: 'Ask for a specific amount and give a reason. Salary ranges differ by country.',
});
const kubernetes = makePassage({
  documentId: 'kubernetes',
  title: 'Kubernetes for beginners',
  section: 'When should I learn Kubernetes?',
  content: 'Learn it after you have deployed one container by hand. It restarts what fails.',
});
const recruiter = makePassage({
  documentId: 'recruiter',
  title: 'The recruiter call',
  section: 'What does a recruiter ask?',
  content: 'A recruiter asks about motivation, the salary range and the start date.',
});
const vectors = {
  salary: Float32Array.of(1, 0, 0),
  kubernetes: Float32Array.of(0, 1, 0),
  recruiter: Float32Array.of(0.8, 0.6, 0),
};

async function openFilled(
  t: TestContext,
  options: Partial<AzureAiSearchOptions> = {},
  serverOptions: AiSearchServerOptions = {},
) {
  const opened = await openAzureIndex(t, options, serverOptions);
  await opened.index.ensureIndex();
  for (const passage of [salary, kubernetes, recruiter]) {
    const contentVector = vectors[passage.documentId as keyof typeof vectors];
    await opened.index.putDocument([{ ...passage, contentVector }]);
  }
  const lastSearch = () => opened.server.requestsOf('search').at(-1)?.body ?? {};
  return { ...opened, lastSearch };
}

describe('searching in Azure AI Search', () => {
  it('asks once for words, synonyms, vectors and the filter together', async (t) => {
    const { index, lastSearch, server } = await openFilled(t);
    const before = server.requestsOf('search').length;
    await index.search({
      text: "What about k8s, isn't it?",
      synonyms: [{ term: 'k8s', alternatives: ['Kubernetes', 'container orchestration'] }],
      vector: Float32Array.of(0.125, 0.25, 0.5),
      limit: 40,
      filter: { categories: ["Careers' Guides", 'Other'], documentTypes: ['guide'] },
    });
    assert.equal(server.requestsOf('search').length, before + 1);
    const { select, ...body } = lastSearch();
    assert.ok(!String(select).includes('contentVector'), 'the vector never comes back');
    assert.deepEqual(body, {
      count: true,
      filter:
        "part eq 'body' and (documentType eq 'guide') and (category eq 'Careers'' Guides' or category eq 'Other')",
      queryType: 'full',
      scoringProfile: 'headings-first',
      debug: 'vector',
      search: '(k8s OR "kubernetes"^0.95 OR "container orchestration"^0.95)',
      searchFields: 'title,section,questions,tags,content',
      searchMode: 'any',
      top: 100,
      vectorQueries: [
        { kind: 'vector', vector: [0.125, 0.25, 0.5], k: 50, fields: 'contentVector' },
      ],
      vectorFilterMode: 'preFilter',
    });
  });

  it('escapes what is syntax, and looks for stems where it allows for typing errors', async (t) => {
    const { index, lastSearch } = await openFilled(t);
    await index.search({ text: 'c++ (title:negotiation) AND "x" -ops*', limit: 5 });
    assert.equal(
      lastSearch()['search'],
      String.raw`(c\+\+) OR (title OR titl~1^0.3) OR (negotiation OR negoti~2^0.3) OR (x) OR (ops)`,
    );
  });

  it('looks for the first words of an overlong question, and for nothing that is no word', async (t) => {
    const { index, lastSearch } = await openFilled(t);
    const words = Array.from({ length: 500 }, (_, number) => `topic${number}`);
    await index.search({ text: [...words, 'a'.repeat(50_000)].join(' '), limit: 5 });
    assert.equal(String(lastSearch()['search']).split(' OR ').length, 32);
  });

  it('finds what a mistyped word was meant to be, and counts it as covered', async (t) => {
    const { index } = await openFilled(t);
    for (const text of ['negotating', 'kuberntes', 'recriuter']) {
      const [hit] = await index.search({ text, limit: 1 });
      assert.ok((hit?.coverage ?? 0) > 0.8, text);
    }
  });

  it('covers a question exactly as the embedded index does, where all that matches is found', async (t) => {
    const { index } = await openFilled(t);
    const embedded = await openTemporaryStore(createSqliteKnowledgeIndex);
    t.after(() => embedded.close());
    for (const passage of [salary, kubernetes, recruiter])
      await embedded.store.putDocument([passage]);
    for (const text of ['salary range of a recruiter', 'learn kubernetes', 'recruiter zebra']) {
      const query = { text, limit: 10 };
      const [here, there] = [await index.search(query), await embedded.store.search(query)];
      assert.deepEqual(
        here.map((hit) => hit.document),
        there.map((hit) => hit.document),
      );
      for (const [position, hit] of here.entries())
        assert.ok(Math.abs(hit.coverage - (there[position]?.coverage ?? -1)) < 0.1, text);
    }
  });

  it('counts a hit by vector as covering what it resembles', async (t) => {
    const { index } = await openFilled(t);
    const hits = await index.search({ text: 'zebra', vector: vectors.recruiter, limit: 5 });
    assert.deepEqual(
      hits.map((hit) => [hit.document.documentId, Math.round(hit.coverage * 100)]),
      [
        ['recruiter', 100],
        ['salary', 80],
        ['kubernetes', 60],
      ],
    );
  });

  it('passes over a vector of another length than the index has', async (t) => {
    const { index, lastSearch } = await openFilled(t);
    const vector = Float32Array.of(1, 0);
    assert.equal((await index.search({ text: 'kubernetes', vector, limit: 5 })).length, 1);
    assert.equal(lastSearch()['vectorQueries'], undefined);
    const before = lastSearch();
    assert.deepEqual(await index.search({ text: '?', vector, limit: 5 }), []);
    assert.equal(lastSearch(), before);
  });

  it('asks nothing where the filter leaves nothing', async (t) => {
    const { index, lastSearch } = await openFilled(t);
    const before = lastSearch();
    const filter = { documentIds: [] };
    assert.deepEqual(await index.search({ text: 'salary', limit: 5, filter }), []);
    assert.equal(lastSearch(), before);
  });

  it('asks for the number of passages seldom, and does without it', async (t) => {
    let now = 0;
    const { index, server } = await openFilled(t, { now: () => now });
    await index.search({ text: 'salary', limit: 5 });
    await index.search({ text: 'recruiter', limit: 5 });
    assert.equal(server.requestsOf('count').length, 1);
    now += 3_600_000;
    server.faults.fail({ type: 'status', status: 400 }, { on: ['count'] });
    assert.equal((await index.search({ text: 'kubernetes', limit: 5 })).length, 1);
    assert.equal(server.requestsOf('count').length, 2);
  });

  it('keeps the order of the semantic ranker, which reads the question as it was asked', async (t) => {
    const { index, lastSearch } = await openFilled(
      t,
      { semanticConfiguration: 'passages' },
      { semanticRanker: true },
    );
    const text = 'does the recruiter call ask about salary?';
    const hits = await index.search({ text, limit: 5 });
    assert.equal(lastSearch()['semanticConfiguration'], 'passages');
    assert.equal(lastSearch()['semanticQuery'], text);
    assert.equal(hits[0]?.document.documentId, 'recruiter');
    assert.ok((hits[0]?.score ?? 0) > 2, 'the score is the ranker’s');
    assert.ok((hits[0]?.coverage ?? 0) > 0.5);
    assert.equal((await index.check()).semanticRanker, 'on');
  });

  it('does without a semantic ranker that the service does not have, and asks for it once', async (t) => {
    const { index, server } = await openFilled(t, { semanticConfiguration: 'passages' });
    const before = server.requestsOf('search').length;
    assert.equal((await index.search({ text: 'kubernetes', limit: 5 })).length, 1);
    assert.equal((await index.search({ text: 'kubernetes', limit: 5 })).length, 1);
    const searches = server.requestsOf('search').slice(before);
    assert.deepEqual(
      searches.map(({ body }) => body?.['semanticQuery'] !== undefined),
      [true, false, false],
    );
    assert.deepEqual(await index.check(), { passages: 3, semanticRanker: 'missing' });
  });

  it('says so where the semantic configuration is wrong, instead of doing without', async (t) => {
    const { connect } = await openFilled(t, {}, { semanticRanker: true });
    const index = connect({ semanticConfiguration: 'no-such' });
    await assert.rejects(index.search({ text: 'salary', limit: 5 }), {
      code: 'search-unavailable',
      message: /AZURE_SEARCH_INDEX|npm run ingest/,
    });
  });

  it('ends with the caller’s own reason when the caller gives up in the middle', async (t) => {
    const { index, server } = await openFilled(t);
    server.faults.fail({ type: 'hang' }, { on: ['search'] });
    const controller = new AbortController();
    const search = index.search({ text: 'salary', limit: 5 }, { signal: controller.signal });
    const reason = new Error('the person left');
    controller.abort(reason);
    await assert.rejects(search, reason);
  });
});
