import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { answerMessage } from '#bot/answer-message.ts';
import { capabilitiesTable } from '#bot/channels/capabilities-table.ts';
import { messageBytes } from '#bot/message-size.ts';
import type { Answer, Citation } from '#mentor/answer.ts';
import { sampleAnswer } from '#test/helpers/sample-answer.ts';
import { answer, citation } from '#test/helpers/scripted-mentor.ts';
import { findViolations } from '#test/helpers/teams-message-rules.ts';

function render(whole: Answer, channelId: string) {
  const capabilities = capabilitiesTable.get(channelId);
  assert.ok(capabilities);
  return answerMessage(whole, {
    capabilities,
    publicUrl: 'https://mentor.example',
    suggestFollowUps: true,
  });
}

describe('one answer as each channel gets it', () => {
  for (const channelId of ['msteams', 'webchat', 'terminal'])
    it(`is unchanged for ${channelId}`, async () => {
      const file = join(import.meta.dirname, 'golden', `answer.${channelId}.json`);
      const message = `${JSON.stringify(await render(sampleAnswer, channelId), undefined, 2)}\n`;
      // Look at the difference before committing it: UPDATE_GOLDEN=1 node --test test/bot/answer-message.test.ts
      if (process.env['UPDATE_GOLDEN'] === '1') await writeFile(file, message);
      assert.deepEqual(JSON.parse(message), JSON.parse(await readFile(file, 'utf8')));
    });
});

const longWord = 'Donaudampfschifffahrtsgesellschaftskapitän'.repeat(300);
const scripts = {
  'plain words': 'Most of what you know about running services transfers directly. ',
  'one endless word': longWord,
  'right-to-left': 'معظم ما تعرفه عن تشغيل الخدمات ينتقل معك مباشرة إلى هذا المجال. ',
  CJK: '你对运行服务的大部分了解都可以直接转移到这个领域，需要补充的是评估和检索。',
  emoji: '👩🏽‍💻🏳️‍🌈 ',
  'marks and quotes': '"\\\u0001\u2028*_`[x](y)<z> ',
};

/** An answer in which everything there is, is as large as it can be. */
function largestOf(words: string): Answer {
  const long = (length: number) =>
    words
      .repeat(Math.ceil(length / words.length))
      .slice(0, length)
      // Half a character at the end is what the test would have made, not the bot.
      .replace(/[\ud800-\udbff]$/, '');
  const citations: Citation[] = Array.from({ length: 25 }, (_, index) =>
    citation({
      number: index + 1,
      title: long(300),
      section: long(300),
      passage: long(4_000),
      citedSentences: [long(1_000)],
      sourceUrl: `/articles/${'a'.repeat(200)}#${index}`,
    }),
  );
  return answer({
    text: `${long(60_000)} ${citations.map(({ number }) => `[${number}]`).join('')}`,
    citations,
    followUps: Array.from({ length: 3 }, () => long(500)),
    nextSteps: Array.from({ length: 5 }, () => long(1_000)),
    becauseYouSaid: long(1_000),
    notice: long(500),
    writtenBy: 'model',
  });
}

describe('the largest answer', () => {
  for (const [name, words] of Object.entries(scripts))
    for (const [channelId, { maxTextLength, maxMessageBytes }] of capabilitiesTable)
      it(`of ${name} keeps every limit of ${channelId}`, async () => {
        const message = await render(largestOf(words), channelId);
        const { text = '' } = message;
        assert.ok(text.length > 100, 'hardly anything is left');
        assert.ok(text.length <= maxTextLength, `${text.length} units of text`);
        if (maxMessageBytes !== undefined)
          assert.ok(messageBytes(message) <= maxMessageBytes, `${messageBytes(message)} bytes`);
        // JSON writes half a pair as an escape; whole text has none.
        assert.equal(/\\ud[89a-f]/.test(JSON.stringify(message)), false, 'half a character');
        if (channelId === 'msteams') assert.deepEqual(findViolations({ ...message }), []);
      });

  it('loses passages first: an ordinary answer with many sources keeps its card in Teams', async () => {
    const citations = Array.from({ length: 8 }, (_, index) =>
      citation({ number: index + 1, passage: scripts['plain words'].repeat(20) }),
    );
    const message = await render(answer({ citations }), 'msteams');
    const [card] = message.attachments ?? [];
    assert.ok(card);
    assert.ok(JSON.stringify(card.content).includes('From backend to AI engineer'));
    assert.ok(messageBytes(message) <= 28 * 1_024);
  });

  it('keeps the sentences that the answer rests on when a passage gets shorter', async () => {
    const before = scripts['plain words'].repeat(40);
    const cited = 'APIs, data and deployment stay useful.';
    const citations = Array.from({ length: 6 }, (_, index) =>
      citation({ number: index + 1, passage: `${before}${cited}`, citedSentences: [cited] }),
    );
    const message = await render(answer({ citations }), 'msteams');
    const words = JSON.stringify(message.attachments);
    assert.equal(words.split(cited).length - 1, 6);
    assert.equal(words.includes(before), false);
  });
});

it('a source without a title or a passage still has what Teams demands', async () => {
  const citations = [
    citation({ title: ' ', passage: '' }),
    citation({ number: 2, title: 'x', passage: ' \n ' }),
  ];
  const capabilities = capabilitiesTable.get('msteams');
  assert.ok(capabilities);
  const message = await answerMessage(answer({ citations }), {
    capabilities,
    publicUrl: undefined,
    suggestFollowUps: true,
  });
  assert.deepEqual(findViolations({ ...message }), []);
});
