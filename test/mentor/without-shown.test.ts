import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PastTurn } from '#mentor/answer.ts';
import { nothingRetrieved, type Retrieval } from '#mentor/retrieve-passages.ts';
import { withoutShown } from '#mentor/without-shown.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { citation } from '#test/helpers/scripted-mentor.ts';

const contents = [
  'Learn SQL in Germany.',
  'A degree helps.',
  'It takes 3 months.',
  'Build two things.',
];
const candidates = contents.map((content, place) => ({
  number: place + 1,
  document: makePassage({ documentId: `p${place}`, content, section: 'Start', questions: [] }),
  relevance: 1 - place / 10,
  coverage: 1,
  pastReview: false,
}));
const found: Retrieval = { ...nothingRetrieved, passages: candidates, candidates };
const shown = (...places: readonly number[]): PastTurn => ({
  role: 'assistant',
  content: 'So [1].',
  citations: places.map((place) =>
    citation({ documentId: `p${place}`, passage: contents[place] ?? '' }),
  ),
});
const followUp = (latest: string) => ({ text: `start ${latest}`, latest, isFollowUp: true });
const idsOf = (text: string, history: readonly PastTurn[]) =>
  withoutShown(found, followUp(text), history).retrieval.passages.map(
    ({ number, document }) => `${number}:${document.documentId}`,
  );

test('a follow-up is not answered with the passages that were just shown', () => {
  assert.deepEqual(idsOf('is it hard?', [shown(0, 1)]), ['1:p2', '2:p3']);
});

test('"how long?" is answered by what names a time, or not at all', () => {
  assert.deepEqual(idsOf('and how long does it take?', [shown(0)]), ['1:p2']);
  assert.deepEqual(withoutShown(found, followUp('and how long?'), [shown(2)]).allShown, true);
});

test('what a follow-up names stands in a passage, or nothing answers it', () => {
  assert.equal(idsOf('what about in Germany?', []).length, contents.length);
  const { retrieval, allShown } = withoutShown(found, followUp('what about in Norway?'), [
    shown(1),
  ]);
  assert.deepEqual([retrieval.passages, allShown], [[], false]);
});

test('where all that speaks of it was shown, it says so', () => {
  assert.equal(withoutShown(found, followUp('and in Germany?'), [shown(0)]).allShown, true);
});

test('"more" brings nothing that any answer showed; what was chosen or asked anew comes whole', () => {
  const history = [shown(0), shown(1, 2)];
  const more = { text: 'start', isFollowUp: true, isMore: true } as const;
  const { passages } = withoutShown(found, more, history).retrieval;
  assert.deepEqual(
    passages.map(({ document }) => document.documentId),
    ['p3'],
  );
  for (const standalone of [
    { text: 'start', isFollowUp: false },
    { text: 'start', latest: 'start', isFollowUp: true, isChoice: true },
  ] as const)
    assert.equal(withoutShown(found, standalone, history).retrieval, found);
});
