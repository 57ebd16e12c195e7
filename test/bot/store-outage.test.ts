import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MentorError } from '#errors.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';

type Harness = ReturnType<typeof createBotHarness>;

const isAway = async () => {
  throw new MentorError('data-unavailable', 'the service is away');
};
const answered = (sent: Awaited<ReturnType<Harness['say']>>) =>
  sent.some(({ text }) => text?.startsWith('Answer to'));
const isApology = (sent: Awaited<ReturnType<Harness['say']>>) =>
  sent.some(({ text }) => text?.includes('(reference'));

describe('a turn while a store is away', () => {
  it('is answered without the earlier conversation, and the mentor is told', async () => {
    const harness = createBotHarness();
    await harness.say('how do i start');
    harness.conversations.listMessages = isAway;
    const sent = await harness.say('and for seniors?');
    assert.ok(answered(sent) && !isApology(sent));
    assert.deepEqual(harness.mentor.questions.at(-1)?.unread, ['conversation']);
    assert.deepEqual(harness.mentor.questions.at(-1)?.history, []);
    assert.ok(harness.logged.some(({ level }) => level === 'error'));
  });

  it('is answered without the profile, and nobody is asked again for what they may have told', async () => {
    const harness = createBotHarness();
    harness.profiles.get = isAway;
    const sent = await harness.say('how do i start');
    assert.ok(answered(sent) && !isApology(sent));
    assert.ok(!sent.some(({ text }) => text?.includes('six short questions')));
    assert.deepEqual(harness.mentor.questions[0]?.unread, ['profile']);
    assert.ok(!isApology(await harness.say('hi')));
  });

  it('greets who arrives, though it cannot know them', async () => {
    const harness = createBotHarness();
    harness.profiles.get = isAway;
    assert.match((await harness.join())[0]?.text ?? '', /^Hello/);
  });

  it('is answered where the bot’s state can be neither read nor written, without an apology after it', async () => {
    const harness = createBotHarness();
    harness.storage.read = isAway;
    harness.storage.write = isAway;
    const sent = await harness.say('how do i start');
    assert.ok(answered(sent) && !isApology(sent));
    const messages = harness.logged.map(({ message }) => message);
    assert.ok(messages.includes('the state of a conversation could not be kept'));
  });

  it('notes the person as soon as it can', async () => {
    const harness = createBotHarness();
    const { read } = harness.storage;
    harness.storage.read = (keys) =>
      keys[0]?.startsWith('people/') ? isAway() : read.call(harness.storage, keys);
    await harness.say('how do i start');
    harness.storage.read = read;
    assert.deepEqual(await read.call(harness.storage, ['people/test:ada']), {});
    await harness.say('how do i go on');
    const record = (await read.call(harness.storage, ['people/test:ada']))['people/test:ada'];
    assert.deepEqual(record.conversationIds, ['talk-1']);
  });

  it('keeps a profile that was just told, though the one before cannot be read', async () => {
    const harness = createBotHarness();
    const { get } = harness.profiles;
    await harness.say('how do i start');
    await harness.say('tell you about me');
    for (const line of ['exploring', 'nurse', 'skip', 'skip', 'skip']) await harness.say(line);
    harness.profiles.get = isAway;
    await harness.say('skip');
    harness.profiles.get = get;
    assert.equal((await harness.profiles.get('test:ada'))?.background, 'nurse');
  });
});
