import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { retrieveForQuestion } from '#mentor/retrieve-for-question.ts';
import type { KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { makePassage } from '#test/helpers/make-passage.ts';

const expander = createQueryExpander({
  roles: [{ id: 'data_engineer', name: 'Data Engineer', aliases: [] }],
  skills: [],
  ambiguousTerms: [],
  commonTerms: {},
});

/** An index that knows nothing of whoever speaks of horses; resolves to what was looked for, and how much was found. */
async function retrieve(text: string) {
  const lookedFor: string[] = [];
  const index: Pick<KnowledgeIndex, 'search'> = {
    async search(query) {
      lookedFor.push(query.text);
      const coverage = query.text.includes('horses') ? 0.1 : 1;
      return [
        { document: makePassage({ documentId: 'p', content: 'Text.' }), score: 10, coverage },
      ];
    },
  };
  const { passages } = await retrieveForQuestion(
    { text, isFollowUp: false },
    { text, conversationId: 'c', history: [] },
    {
      index: index as KnowledgeIndex,
      expander,
      now: () => new Date('2026-06-01T00:00:00Z'),
      otherCareers: { askedAbout: () => undefined, followUps: [] },
    },
    undefined,
  );
  return { lookedFor, found: passages.length };
}

test('what somebody says of themselves beside their question does not hide the answer', async () => {
  const { lookedFor, found } = await retrieve(
    'How do I become a data engineer? I trained horses for seven years.',
  );
  assert.deepEqual(lookedFor, [
    'How do I become a data engineer? I trained horses for seven years.',
    'How do I become a data engineer?',
  ]);
  assert.equal(found, 1);
});

test('a question that names nothing of ours stays beside what says what it is about', async () => {
  const { lookedFor, found } = await retrieve('I sell horses. How do I negotiate?');
  assert.equal(lookedFor.length, 1);
  assert.equal(found, 0);
});

test('what was found with everything that was said is not looked for again', async () => {
  const { lookedFor, found } = await retrieve('I am tired. How do I become a data engineer?');
  assert.equal(lookedFor.length, 1);
  assert.equal(found, 1);
});
