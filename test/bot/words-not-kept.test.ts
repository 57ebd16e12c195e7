import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';

const words = 'i really want to die';

test('what somebody in danger wrote is kept nowhere but as that there was such a message', async () => {
  const harness = createBotHarness();
  await harness.say(words);
  await harness.say('what is rag');
  const [conversation] = await harness.conversations.listConversations('test:ada');
  const { messages } = await harness.conversations.listMessages(conversation?.id ?? '');
  assert.deepEqual(
    messages.filter(({ role }) => role === 'user').map(({ content }) => content),
    [fixedReplies.wordsNotKept, 'what is rag'],
  );
  const { items } = await harness.transcripts.getTranscriptActivities(
    conversation?.channel ?? '',
    conversation?.sessionId ?? '',
  );
  const said = items.map(({ text }) => text);
  assert.ok(said.includes(fixedReplies.wordsNotKept) && said.includes('what is rag'));
  assert.ok(!JSON.stringify([messages, items]).includes(words));
});
