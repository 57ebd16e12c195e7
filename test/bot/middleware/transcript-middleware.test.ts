import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBotHarness } from '#test/helpers/bot-harness.ts';

describe('the transcript', () => {
  it('holds what was said on both sides and no typing, no growing text', async () => {
    const { say, join, transcripts } = createBotHarness();
    await join();
    await say('how do i start');
    const { items } = await transcripts.getTranscriptActivities('test', 'talk-1');
    assert.deepEqual(
      items.map(({ type, from, text }) => [type, from.id, text?.split(/[.[]/)[0]]),
      [
        ['message', 'mentor', 'Hello, I am Career Mentor, an AI'],
        ['message', 'ada', 'how do i start'],
        ['message', 'mentor', 'Answer to "how do i start" '],
        [
          'message',
          'mentor',
          'If you tell me a little about yourself, my answers can fit you better: six short questions, each can be skipped',
        ],
      ],
    );
    assert.ok(items.every(({ id, timestamp }) => id && timestamp));
  });

  it('holds that there was a file and not the file', async () => {
    const { say, transcripts } = createBotHarness();
    await say('how do i start');
    await say('export my data');
    const { items } = await transcripts.getTranscriptActivities('test', 'talk-1');
    const file = items.at(-1)?.attachments?.[0];
    assert.equal(file?.contentType, 'application/json');
    assert.equal(file?.contentUrl, undefined);
  });

  it('that cannot be written harms no turn', async () => {
    const { say, transcripts, logged } = createBotHarness();
    transcripts.logActivity = async () => {
      throw new Error('disk full');
    };
    const sent = await say('how do i start');
    assert.equal(sent.length, 3);
    assert.deepEqual(
      logged.map(({ message }) => message),
      ['a transcript could not be kept'],
    );
  });
});
