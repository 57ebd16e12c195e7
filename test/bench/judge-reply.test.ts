import assert from 'node:assert/strict';
import { test } from 'node:test';
import { texts } from '#bot/texts.ts';
import { errorTable } from '#errors.ts';
import { judgeReply } from './judge-reply.ts';

const message = { type: 'message', inputHint: 'acceptingInput' };

test('an answer is told from an apology, and from what comes beside it', () => {
  assert.equal(judgeReply({ ...message, text: 'Learn Python first [1].' }), 'answer');
  const { userText } = errorTable['model-unavailable'];
  assert.equal(judgeReply({ type: 'message', text: userText }), 'apology');
  assert.equal(judgeReply({ ...message, text: `Learn …\n\n${userText}` }), 'apology');
  assert.equal(judgeReply({ ...message, text: texts.oneMoment }), 'aside');
  assert.equal(judgeReply({ ...message, text: texts.greeting(120) }), 'aside');
  const offer = { ...message, inputHint: 'expectingInput', text: 'Tell me about yourself?' };
  assert.equal(judgeReply(offer), 'aside');
  assert.equal(judgeReply({ type: 'typing' }), 'aside');
});
