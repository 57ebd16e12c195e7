import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { retrievalWeights } from '#mentor/retrieval-weights.ts';
import { type RetrievalRequest, retrievePassages } from '#mentor/retrieve-passages.ts';
import type { Taxonomy } from '#mentor/taxonomy.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type {
  KnowledgeDocument,
  KnowledgeIndex,
  SearchQuery,
} from '#services/knowledge-index/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

const taxonomy: Taxonomy = {
  roles: [
    { id: 'ai_engineer', name: 'AI Engineer', aliases: [] },
    { id: 'data_engineer', name: 'Data Engineer', aliases: ['de'] },
    { id: 'data_scientist', name: 'Data Scientist', aliases: [] },
  ],
  skills: [],
  ambiguousTerms: [],
  commonTerms: {},
};
const expander = createQueryExpander(taxonomy);

interface Found {
  readonly document: Partial<KnowledgeDocument>;
  readonly score?: number;
  readonly coverage?: number;
}

/** An index that finds the given passages, whatever is asked, and remembers the queries. */
function scriptedIndex(found: readonly Found[]) {
  const queries: SearchQuery[] = [];
  const index: KnowledgeIndex = {
    async search(query) {
      queries.push(query);
      return found.map(({ document, score = 10, coverage = 1 }, number) => ({
        document: makePassage({
          documentId: `p${number}`,
          content: `Text ${number}.`,
          ...document,
        }),
        score,
        coverage,
      }));
    },
    getDocument: async () => [],
    listDocuments: async () => [],
    putDocument: async () => {},
    removeDocument: async () => false,
  };
  return { index, queries };
}

const now = () => new Date('2026-06-01T00:00:00Z');

async function retrieve(
  found: readonly Found[],
  request: Partial<RetrievalRequest> = {},
  embeddings?: EmbeddingModel,
) {
  const { index, queries } = scriptedIndex(found);
  const failedParts: string[] = [];
  const onFailure = (part: string) => void failedParts.push(part);
  const retrieval = await retrievePassages(
    { question: 'what should i learn', ...request },
    { index, expander, now, onFailure, ...(embeddings === undefined ? {} : { embeddings }) },
  );
  return {
    ...retrieval,
    queries,
    failedParts,
    ids: retrieval.passages.map((passage) => passage.document.documentId),
  };
}

function makeProfile(changes: Partial<Profile>): Profile {
  return {
    userId: 'ada',
    careerGoals: [],
    specificInterests: [],
    updatedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

it('has no evidence where nothing was found', async () => {
  const { passages, nearest, shapedBy } = await retrieve([]);
  assert.deepEqual({ passages, nearest, shapedBy }, { passages: [], nearest: [], shapedBy: [] });
});

it('takes nothing for evidence that covers too little of the question, and still names it', async () => {
  const below = retrievalWeights.coverageFloor - 0.01;
  const { passages, nearest } = await retrieve([{ document: {}, coverage: below }]);
  assert.deepEqual(passages, []);
  assert.equal(nearest.length, 1);
});

it('leaves out what is far behind the best passage', async () => {
  const far = 10 * retrievalWeights.relativeFloor - 1;
  assert.deepEqual((await retrieve([{ document: {} }, { document: {}, score: far }])).ids, ['p0']);
});

it('numbers the evidence from the best, whose relevance is 1', async () => {
  const { passages } = await retrieve([
    { document: {}, score: 8 },
    { document: {}, score: 10 },
  ]);
  assert.deepEqual(
    passages.map(({ number, document }) => [number, document.documentId]),
    [
      [1, 'p1'],
      [2, 'p0'],
    ],
  );
  assert.equal(passages[0]?.relevance, 1);
  assert.ok(Math.abs((passages[1]?.relevance ?? 0) - 0.8) < 1e-9);
});

it('gives other articles room beside the best one', async () => {
  const same = Array.from({ length: 6 }, (_, chunkIndex) => ({
    document: {
      documentId: 'same',
      id: `same#${chunkIndex}`,
      chunkIndex,
      content: `Part ${chunkIndex}.`,
    },
    score: 10,
  }));
  const others = [
    { document: { documentId: 'b' }, score: 8 },
    { document: { documentId: 'c' }, score: 7 },
  ];
  const { ids } = await retrieve([...same, ...others]);
  assert.deepEqual(ids, ['same', 'same', 'same', 'b', 'c']);
  assert.deepEqual(
    (await retrieve(same)).ids.length,
    retrievalWeights.passages,
    'alone it may fill them',
  );
});

it('never takes the same text twice', async () => {
  const document = { content: 'Word for word.' };
  assert.deepEqual((await retrieve([{ document }, { document }])).ids, ['p0']);
});

it('prefers what is written for the level of the person, and says so', async () => {
  const found = [
    { document: { targetAudience: ['senior'] } },
    { document: { targetAudience: ['student'] } },
  ];
  const student = await retrieve(found, { profile: makeProfile({ experienceLevel: 'student' }) });
  assert.deepEqual(student.ids, ['p1', 'p0']);
  assert.deepEqual(student.shapedBy, ['level']);
  assert.deepEqual((await retrieve(found)).shapedBy, []);
});

it('lets the level that the question names go before that of the profile', async () => {
  const found = [
    { document: { targetAudience: ['student'] } },
    { document: { targetAudience: ['senior'] } },
  ];
  const profile = makeProfile({ experienceLevel: 'student' });
  const { ids, shapedBy } = await retrieve(found, { profile, level: 'senior' });
  assert.deepEqual(ids, ['p1', 'p0']);
  assert.deepEqual(shapedBy, []);
});

it('prefers the section that names the level to those that name others', async () => {
  const { ids } = await retrieve(
    [
      { document: { section: 'What changes for juniors?', targetAudience: ['senior'] } },
      { document: { section: 'What changes?', targetAudience: ['senior'] } },
      { document: { section: 'What changes for senior engineers?', targetAudience: ['senior'] } },
    ],
    { profile: makeProfile({ experienceLevel: 'senior' }) },
  );
  assert.deepEqual(ids, ['p2', 'p1', 'p0']);
});

it('prefers the role of the profile only where the question names none', async () => {
  const found = [
    { document: { careerPaths: ['data_scientist'] } },
    { document: { careerPaths: ['data_engineer'] } },
  ];
  const profile = makeProfile({ targetRole: 'data_engineer' });
  const open = await retrieve(found, { profile });
  assert.deepEqual(open.ids, ['p1', 'p0']);
  assert.deepEqual(open.shapedBy, ['role']);
  const named = await retrieve(found, { profile, question: 'what does a data scientist do' });
  assert.deepEqual(named.ids, ['p0', 'p1']);
  assert.deepEqual(named.shapedBy, []);
});

it('prefers the way from where the person comes from', async () => {
  const found = [
    { document: { title: 'From data scientist to AI engineer' } },
    { document: { title: 'From frontend engineer to AI engineer' } },
    { document: { title: 'From data engineer to AI engineer' } },
  ];
  const ask = (background: string) =>
    retrieve(found, { question: 'how do i get into ai', profile: makeProfile({ background }) });
  assert.equal((await ask('frontend and react')).ids[0], 'p1');
  assert.equal((await ask('data engineer at a bank')).ids[0], 'p2');
  assert.deepEqual((await ask('data engineer at a bank')).shapedBy, ['background']);
});

it('lets what was just typed decide between sections of the same subject', async () => {
  const { ids } = await retrieve(
    [
      { document: { section: 'When is fine-tuning the right choice?' } },
      { document: { section: 'How much data do I need?' } },
    ],
    { question: 'when is fine tuning good how much data for it', latest: 'how much data for it' },
  );
  assert.deepEqual(ids, ['p1', 'p0']);
});

it('puts an article behind that is past its review, and says that it is', async () => {
  const { passages } = await retrieve([
    { document: { reviewBy: '2026-05-31' } },
    { document: { reviewBy: '2026-06-01' } },
  ]);
  assert.deepEqual(
    passages.map(({ document, pastReview }) => [document.documentId, pastReview]),
    [
      ['p1', false],
      ['p0', true],
    ],
  );
});

it('searches with synonyms, and with a vector where there are embeddings', async () => {
  const embeddings: EmbeddingModel = {
    name: 'scripted',
    dimensions: 2,
    maxBatchSize: 1,
    embed: async () => [Float32Array.of(1, 0)],
  };
  const { queries } = await retrieve([], { question: 'de interview' }, embeddings);
  assert.deepEqual(queries[0]?.vector, Float32Array.of(1, 0));
  assert.ok(queries[0]?.synonyms?.some((group) => group.alternatives.includes('data engineer')));
});

it('searches the full text alone when the embeddings fail, and says so to the log', async () => {
  const embeddings: EmbeddingModel = {
    name: 'broken',
    dimensions: 2,
    maxBatchSize: 1,
    embed: async () => Promise.reject(new Error('no answer')),
  };
  const { ids, queries, failedParts } = await retrieve([{ document: {} }], {}, embeddings);
  assert.deepEqual(ids, ['p0']);
  assert.deepEqual(failedParts, ['embed']);
  assert.equal(queries[0]?.vector, undefined);
});

it('passes on that the search is unavailable', async () => {
  const { index } = scriptedIndex([]);
  const broken = { ...index, search: async () => Promise.reject(new Error('search-unavailable')) };
  await assert.rejects(
    retrievePassages({ question: 'x' }, { index: broken, expander, now }),
    /search-unavailable/,
  );
});

it('of two passages on the topic the one whose heading asks the same comes first', async () => {
  const duties = { document: { section: 'What does a data engineer do?' } };
  const becoming = { document: { section: 'How do I become a data engineer?' } };
  const found = [duties, becoming];
  const become = await retrieve(found, { question: 'how do I get into data engineering' });
  assert.deepEqual(become.ids, ['p1', 'p0']);
  const work = await retrieve(found, { question: 'what does a data engineer do' });
  assert.deepEqual(work.ids, ['p0', 'p1']);
});

it('a heading that leads from what somebody wants to become to something else comes behind', async () => {
  const away = { document: { section: 'From data engineer to AI engineer' } };
  const towards = { document: { section: 'Which skills do I need to become a data engineer?' } };
  const found = [away, towards];
  const asked = await retrieve(found, { question: 'How do I become a data engineer?' });
  assert.deepEqual(asked.ids, ['p1', 'p0']);
  const other = await retrieve(found, { question: 'How do I become an AI engineer?' });
  assert.deepEqual(other.ids, ['p0', 'p1']);
});
