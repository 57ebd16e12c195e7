import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TurnContext } from 'botbuilder';
import { createStreamWriter } from '#bot/stream-writer.ts';
import { startSlackHost, wordsIn } from '#test/helpers/slack-server/start-slack-host.ts';

const whole = 'One two three four. And five.';
const parts = ['One', 'One two', 'One two three', 'One two three four.'];

/** A turn that shows these parts one after another and ends with the message. */
function growing(shown: readonly string[] = parts, end = whole) {
  return async (context: TurnContext) => {
    const writer = createStreamWriter(context, true);
    await writer.inform('Searching 100 articles ...');
    for (const part of shown) await writer.grow(part);
    await writer.finish({
      type: 'message',
      text: end,
      suggestedActions: { to: [], actions: [{ type: 'imBack', title: 'Next', value: 'Next' }] },
    });
  };
}

async function outcomeOf(
  t: { after(clean: () => Promise<void>): void },
  prepare: (slack: Awaited<ReturnType<typeof startSlackHost>>['slack']) => void = () => undefined,
  logic = growing(),
) {
  const host = await startSlackHost(t, { logic, timeoutMs: 300 });
  prepare(host.slack);
  const posted = await host.say('go');
  const { calls } = host.slack;
  return {
    posted,
    calls: calls.map(({ method }) => method),
    failed: calls.filter(({ outcome }) => outcome !== 'ok').map(({ method }) => method),
    logged: host.logged,
    given: (method: string) =>
      calls.filter((call) => call.method === method).map(({ given }) => given),
  };
}

describe('a growing message', () => {
  it('is a stream in which each part brings what is new, and the end the buttons', async (t) => {
    const { posted, given, calls } = await outcomeOf(t);
    assert.deepEqual(
      given('chat.appendStream').map((call) => call['markdown_text']),
      [' two', ' three', ' four.'],
    );
    assert.deepEqual(given('chat.startStream')[0], {
      channel: 'D0ADA',
      thread_ts: '1799999000.000001',
      recipient_team_id: 'T0WORK',
      recipient_user_id: 'U0ADA',
      markdown_text: 'One',
    });
    assert.equal(posted.length, 1);
    assert.equal(posted[0]?.streamed, whole);
    assert.match(wordsIn(posted[0]), /Next$/);
    assert.equal(calls.at(-1), 'chat.stopStream');
    assert.equal(given('assistant.threads.setStatus').length, 1, 'Slack takes the status away');
  });

  for (const error of ['channel_type_not_supported', 'unknown_method', 'not_allowed_token_type'])
    it(`is an ordinary message, written anew, where Slack answers ${error}`, async (t) => {
      const { posted, calls } = await outcomeOf(t, (slack) =>
        slack.fail('chat.startStream', { error }),
      );
      assert.equal(posted.length, 1);
      assert.match(wordsIn(posted[0]), /^One two three four\. And five\.\nNext$/);
      assert.deepEqual(
        calls.filter((method) => method.startsWith('chat.')),
        ['chat.startStream', 'chat.postMessage', 'chat.update'],
      );
    });

  it('comes once and whole where nothing may grow', async (t) => {
    const { posted } = await outcomeOf(t, (slack) => {
      slack.fail('chat.startStream', { error: 'unknown_method' });
      slack.fail('chat.postMessage', { error: 'restricted_action' }, { times: 1 });
    });
    assert.equal(posted.length, 1);
    assert.match(wordsIn(posted[0]), /^One two three four\. And five\./);
  });

  for (const [kind, fault] of [
    ['answers 500', { status: 500 }],
    ['answers 404', { status: 404 }],
    ['refuses', { error: 'message_not_in_streaming_state' }],
    ['is silent', 'silent'],
    ['takes it and breaks off', 'answer-lost'],
  ] as const)
    it(`is whole in the end, and once, where Slack ${kind} at the third part`, async (t) => {
      const { posted, calls } = await outcomeOf(t, (slack) =>
        slack.fail('chat.appendStream', fault, { after: 1 }),
      );
      assert.equal(posted.length, 1);
      assert.equal(posted[0]?.isStreaming, false);
      assert.equal(wordsIn(posted[0]), `${whole}\nNext`);
      assert.equal(calls.filter((method) => method === 'chat.appendStream').length, 2);
    });

  it('waits as long as Slack asks, and then brings what was left out', async (t) => {
    const { posted, given } = await outcomeOf(t, (slack) =>
      slack.fail('chat.appendStream', { retryAfterSeconds: 30 }, { times: 1 }),
    );
    assert.equal(given('chat.appendStream').length, 1);
    assert.equal(posted[0]?.streamed, whole);
    assert.equal(posted.length, 1);
  });

  it('is replaced where the end says something else than was shown', async (t) => {
    const { posted } = await outcomeOf(t, undefined, growing(parts, 'Something else.'));
    assert.equal(posted.length, 1);
    assert.equal(wordsIn(posted[0]), 'Something else.\nNext');
  });

  for (const fault of [
    { status: 503 },
    'silent',
    'answer-lost',
    { error: 'internal_error' },
  ] as const)
    it(`ends well where its end meets ${JSON.stringify(fault)}`, async (t) => {
      const { posted } = await outcomeOf(t, (slack) =>
        slack.fail('chat.stopStream', fault, { times: 3 }),
      );
      const words = posted.map(wordsIn).filter((text) => text.includes('And five.'));
      assert.equal(words.length, 1);
    });

  it('comes once, when Slack is there again', async (t) => {
    const { posted, logged } = await outcomeOf(t, (slack) => {
      for (const method of ['chat.startStream', 'chat.postMessage'])
        slack.fail(method, { status: 500 }, { times: 6 });
    });
    assert.equal(posted.length, 1);
    assert.match(wordsIn(posted[0]), /And five\./);
    assert.ok(logged.length > 0);
  });

  it('leaves nothing open and no status where the turn fails in the middle', async (t) => {
    const { posted, given } = await outcomeOf(t, undefined, async (context) => {
      const writer = createStreamWriter(context, true);
      await writer.inform('Searching ...');
      await writer.grow('One');
      throw new Error('broken');
    });
    assert.equal(posted[0]?.streamed, 'One');
    assert.equal(posted[0]?.isStreaming, false);
    assert.match(wordsIn(posted[1]), /Something went wrong on my side/);
    assert.equal(given('chat.stopStream').length, 1);
  });
});

describe('where Slack is down', () => {
  it('the turn ends, the log says so once more than nothing, and the next turn runs', async (t) => {
    const host = await startSlackHost(t, { timeoutMs: 100 });
    for (const method of ['chat.postMessage', 'assistant.threads.setStatus', 'chat.startStream'])
      host.slack.fail(method, 'silent');
    assert.deepEqual(await host.say('How do I start?'), []);
    host.slack.heal();
    const posted = await host.say('help');
    await host.drain();
    assert.ok(host.logged.some(({ message }) => message === 'a turn was set aside'));
    assert.match(posted.map(wordsIn).join(), /Ask me anything about careers/);
  });
});
