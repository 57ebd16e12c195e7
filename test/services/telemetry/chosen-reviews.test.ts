import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenReviews, type ReviewedAnswers } from '#services/telemetry/chosen-reviews.ts';
import type { ReviewReason } from '#services/telemetry/port.ts';

test('people who review see what a person pointed at, and weak answers only where that is set', () => {
  const seenWith = (chosen: ReviewedAnswers) => {
    const seen: ReviewReason[] = [];
    const reviews = chosenReviews({ add: ({ reason }) => void seen.push(reason) }, chosen);
    for (const reason of ['thumbs-down', 'no-evidence'] as const)
      reviews.add({ conversationId: 'directline:1', messageId: 'm', reason });
    return seen;
  };
  assert.deepEqual(seenWith('off'), []);
  assert.deepEqual(seenWith('thumbs'), ['thumbs-down']);
  assert.deepEqual(seenWith('on'), ['thumbs-down', 'no-evidence']);
});
