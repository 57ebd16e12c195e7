import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRateLimit } from '#bot/middleware/rate-limit.ts';
import { errorTable } from '#errors.ts';
import { createMemoryRateLimits } from '#services/rate-limits/memory.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';
import { isScriptedCrisis } from '#test/helpers/scripted-mentor.ts';

const refusal = errorTable['rate-limited'].userText;

/** The whole bot behind a limit of two messages a minute. */
function createLimitedBot() {
  const harness = createBotHarness();
  harness.adapter.use(
    createRateLimit({ limits: createMemoryRateLimits(), perMinute: 2, isCrisis: isScriptedCrisis }),
  );
  const wordsOf = (sent: readonly { text?: string }[]) => sent.map(({ text }) => text ?? '');
  return {
    ...harness,
    wordsAfter: async (text: string, speaker = {}) => wordsOf(await harness.say(text, speaker)),
  };
}

async function useUp({ say }: ReturnType<typeof createLimitedBot>): Promise<void> {
  await say('how do i start');
  await say('and then');
}

const thumbsUp = {
  type: 'event',
  name: 'webchat:activity-status/feedback',
  entities: [{ type: '', '@type': 'LikeAction', answerId: 'answer-1' }],
};

describe('the rate limit', () => {
  it('answers what is within it, then says once that it was too fast, and then nothing', async () => {
    const bot = createLimitedBot();
    await useUp(bot);
    const asked = bot.mentor.questions.length;
    assert.deepEqual(await bot.wordsAfter('and after that'), [refusal]);
    assert.deepEqual(await bot.wordsAfter('hello?'), []);
    assert.deepEqual(await bot.wordsAfter('hello??'), []);
    assert.equal(bot.mentor.questions.length, asked);
  });

  it('counts each person for themselves, in whatever conversation', async () => {
    const bot = createLimitedBot();
    await useUp(bot);
    assert.notDeepEqual(await bot.wordsAfter('how do i start', { userId: 'grace' }), [refusal]);
    assert.deepEqual(await bot.wordsAfter('one more', { conversationId: 'talk-2' }), [refusal]);
  });

  it('always hears a crisis, before and after the sentence', async () => {
    const bot = createLimitedBot();
    await useUp(bot);
    assert.match((await bot.wordsAfter('I want to die')).join(), /988/);
    assert.deepEqual(await bot.wordsAfter('one more'), [refusal]);
    assert.match((await bot.wordsAfter('I want to die')).join(), /988/);
    assert.match(
      (await bot.receive({ type: 'message', text: '', value: ask('I want to die') }))
        .map(({ text }) => text)
        .join(),
      /988/,
    );
  });

  it('always hears stop and delete, typing mistakes forgiven', async () => {
    const bot = createLimitedBot();
    await useUp(bot);
    await bot.say('one more');
    assert.match((await bot.wordsAfter('stop')).join(), /nothing to cancel/);
    assert.equal((await bot.say('delte my data')).length, 1);
    assert.deepEqual(await bot.wordsAfter('history'), []);
  });

  it('counts the question on a button as a message, and forms and thumbs for themselves', async () => {
    const bot = createLimitedBot();
    await useUp(bot);
    const [sentence] = await bot.submit(ask('how do i start'));
    assert.equal(sentence?.text, refusal);
    assert.equal((await bot.receive(thumbsUp)).length, 1);
    assert.equal((await bot.receive(thumbsUp)).length, 1);
    assert.deepEqual(await bot.receive(thumbsUp), []);
  });

  it('answers an invoke beyond it in the response, and says nothing in the chat', async () => {
    const bot = createLimitedBot();
    const invoke = { type: 'invoke', name: 'message/submitAction', value: {} };
    for (let call = 0; call < 3; call += 1) await bot.receive(invoke);
    const responses = bot.adapter.sent.filter(({ type }) => type === 'invokeResponse');
    assert.deepEqual(
      responses.map(({ value }) => value.status),
      [501, 501, 429],
    );
    assert.deepEqual(
      bot.adapter.sent.filter(({ type }) => type === 'message'),
      [],
    );
  });

  it('leaves what the channel says of itself alone', async () => {
    const bot = createLimitedBot();
    await useUp(bot);
    await bot.say('one more');
    assert.equal((await bot.join({ conversationId: 'talk-9' })).length, 1);
  });
});

function ask(text: string) {
  return { command: 'ask', text };
}
