import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitActivity } from '#bot/channels/bot-framework/fit-activity.ts';
import { sendPatiently } from '#bot/channels/bot-framework/send-patiently.ts';
import { messageBytes } from '#bot/message-size.ts';

const maxBytes = 28 * 1_024;

describe('a message that is too large for its channel', () => {
  it('is said in words in place of its card, and cut where these are too many', () => {
    for (const words of ['Source. ', '来源。', '"\\\u0001', '👩🏽‍💻 ']) {
      const message = {
        type: 'message',
        text: 'Sources',
        attachments: [
          { contentType: 'card', content: { fallbackText: words.repeat(9_000), body: [] } },
        ],
      };
      const fitted = fitActivity(message, maxBytes);
      assert.equal(fitted.attachments, undefined);
      assert.ok(messageBytes(fitted) <= maxBytes);
      assert.ok(messageBytes(fitted) > maxBytes / 2, 'more was cut than had to be');
      assert.match(fitted.text ?? '', /^Sources\n\n/);
      assert.ok(fitted.text?.endsWith('…'));
    }
  });

  it('is left as it is where it fits, or where nothing is too large', () => {
    const message = { type: 'message', text: 'x'.repeat(40_000) };
    assert.equal(fitActivity(message, undefined), message);
    const small = { type: 'message', text: 'x' };
    assert.equal(fitActivity(small, maxBytes), small);
  });
});

describe('sending patiently', () => {
  const refused = (statusCode: number) => Object.assign(new Error('refused'), { statusCode });

  it('sends a message again, later each time, and gives up in the end', async () => {
    const waits: number[] = [];
    let sent = 0;
    const send = async () => {
      sent += 1;
      throw refused(429);
    };
    const wait = async (ms: number) => waits.push(ms);
    await assert.rejects(sendPatiently([{ type: 'message' }], send, wait), /refused/);
    assert.equal(sent, 4);
    assert.equal(waits.length, 3);
    assert.ok(waits.every((ms, index) => index === 0 || ms > (waits[index - 1] ?? 0)));
  });

  it('sends nothing again that a later part replaces, or that will never be taken', async () => {
    for (const [type, status] of [
      ['typing', 429],
      ['message', 403],
      ['message', 500],
    ] as const) {
      let sent = 0;
      const send = async () => {
        sent += 1;
        throw refused(status);
      };
      await assert.rejects(sendPatiently([{ type }], send, async () => undefined));
      assert.equal(sent, 1, `${type} ${status}`);
    }
  });

  it('keeps the order of several messages', async () => {
    const order: (string | undefined)[] = [];
    let isFirst = true;
    const send = async ({ text }: { text?: string }) => {
      if (isFirst) {
        isFirst = false;
        throw refused(412);
      }
      order.push(text);
      return { id: text ?? '' };
    };
    const responses = await sendPatiently(
      [
        { type: 'message', text: 'one' },
        { type: 'message', text: 'two' },
      ],
      send,
      async () => undefined,
    );
    assert.deepEqual(order, ['one', 'two']);
    assert.deepEqual(
      responses.map(({ id }) => id),
      ['one', 'two'],
    );
  });
});
