import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Activity } from 'botbuilder';
import { readFeedback } from '#bot/read-feedback.ts';

const read = (activity: object) => readFeedback(activity as Activity);

describe('readFeedback', () => {
  it('reads Web Chat’s event, whose entity is the pressed action', () => {
    const event = { type: 'event', name: 'webchat:activity-status/feedback' };
    const action = {
      '@type': 'DislikeAction',
      '@id': '_:x',
      actionStatus: 'CompletedActionStatus',
      answerId: 'a',
    };
    assert.deepEqual(read({ ...event, entities: [{ type: 'ClientCapabilities' }, action] }), {
      reaction: 'dislike',
      answerId: 'a',
    });
    assert.deepEqual(read({ ...event, entities: [{ potentialAction: [action] }] }), {
      reaction: 'dislike',
      answerId: 'a',
    });
    assert.equal(read({ ...event, entities: [] }), undefined);
    assert.equal(read({ ...event, name: 'other', entities: [action] }), undefined);
  });

  it('reads the invoke of Teams and of newer Web Chat, with words as JSON, as an object or none', () => {
    const invoke = (feedback: unknown) => ({
      type: 'invoke',
      name: 'message/submitAction',
      replyToId: 'sent-1',
      value: { actionName: 'feedback', actionValue: { reaction: 'like', feedback } },
    });
    assert.deepEqual(read(invoke('{"feedbackText":"good"}')), { reaction: 'like', words: 'good' });
    assert.deepEqual(read(invoke({ feedbackText: ' good ' })), { reaction: 'like', words: 'good' });
    assert.deepEqual(read(invoke('plain words')), { reaction: 'like', words: 'plain words' });
    assert.deepEqual(read(invoke('{"feedbackText":""}')), { reaction: 'like' });
    assert.deepEqual(read(invoke(undefined)), { reaction: 'like' });
    assert.equal(read({ type: 'invoke', name: 'message/submitAction', value: 'x' }), undefined);
  });

  it('reads a card’s thumbs and nothing else of a card', () => {
    const submit = (value: unknown) => read({ type: 'message', value });
    assert.deepEqual(submit({ command: 'feedback', reaction: 'like', answerId: 'a' }), {
      reaction: 'like',
      answerId: 'a',
    });
    assert.equal(submit({ command: 'feedback', reaction: 'love', answerId: 'a' }), undefined);
    assert.equal(submit({ command: 'ask', text: 'x' }), undefined);
    assert.equal(submit(undefined), undefined);
  });
});
