import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Activity, TurnContext } from 'botbuilder';
import { replyWithStream } from '#bot/reply-stream.ts';
import { readRetryAfterMs, readStreamRefusal, StreamStopped } from '#bot/stream-refusal.ts';
import { createStreamWriter } from '#bot/stream-writer.ts';
import type { MentorEvent } from '#mentor/answer.ts';
import { RecordingAdapter, teamsCapabilities } from '#test/helpers/recording-adapter.ts';
import { answer } from '#test/helpers/scripted-mentor.ts';

const rules = {
  minIntervalMs: 1_500,
  maxDurationMs: 110_000,
  maxStatusLength: 40,
  maxTextLength: 60,
};

/** A clock that only goes on when somebody waits, or is told to. */
function createClock() {
  let time = 0;
  return {
    now: () => time,
    wait: async (ms: number) => {
      time += ms;
    },
  };
}

/** Runs a turn in a channel that notes what it got and when. */
async function inChannel(
  logic: (context: TurnContext) => Promise<void>,
  {
    now = () => 0,
    refuse = () => undefined,
  }: { now?: () => number; refuse?: () => unknown; wait?: unknown } = {},
) {
  const adapter = new RecordingAdapter(teamsCapabilities);
  const log: { at: number; activity: Partial<Activity> }[] = [];
  const updated: Partial<Activity>[] = [];
  await adapter.receive({ type: 'message', text: 'how?' }, async (context) => {
    context.onSendActivities(async (_context, activities, next) => {
      for (const activity of activities)
        log.push({ at: now(), activity: structuredClone(activity) });
      const refusal = refuse();
      if (refusal !== undefined) throw refusal;
      return next();
    });
    context.onUpdateActivity(async (_context, activity) => {
      updated.push(activity);
    });
    await logic(context);
  });
  return { log, updated };
}

describe('the writer of a growing message', () => {
  it('leaves the channel its pause between any two parts, the end included', async () => {
    const clock = createClock();
    const { log } = await inChannel(async (context) => {
      const writer = createStreamWriter(context, true, { rules, ...clock });
      await writer.inform('Searching');
      assert.equal(writer.readyInMs(), 1_500);
      await clock.wait(1_500);
      await writer.grow('Most');
      await writer.finish({ type: 'message', text: 'Most of it.' });
    }, clock);
    assert.deepEqual(
      log.map(({ at }) => at),
      [0, 1_500, 3_000],
    );
  });

  it('only ever appends, and leaves text that is too long to the end', async () => {
    const { log } = await inChannel(async (context) => {
      const writer = createStreamWriter(context, true, { rules });
      await writer.inform(`Searching ${'very '.repeat(20)}carefully`);
      assert.equal(await writer.grow('Most of it'), true);
      assert.equal(await writer.grow('Something else'), false);
      assert.equal(await writer.grow(`Most of it ${'x'.repeat(60)}`), false);
      assert.equal(await writer.grow('Most of it transfers'), true);
    });
    assert.deepEqual(
      log.slice(1).map(({ activity }) => activity.text),
      ['Most of it', 'Most of it transfers'],
    );
    assert.ok((log[0]?.activity.text ?? '').length <= rules.maxStatusLength);
  });

  it('stops before its time is up, and puts the answer where the stream was', async () => {
    const clock = createClock();
    const { log, updated } = await inChannel(async (context) => {
      const writer = createStreamWriter(context, true, { rules, ...clock });
      await writer.grow('Most');
      await clock.wait(rules.maxDurationMs + 1);
      assert.equal(await writer.grow('Most of'), false);
      assert.deepEqual(await writer.finish({ type: 'message', text: 'Most of it.' }), ['sent-1']);
    }, clock);
    assert.equal(log.length, 1);
    assert.deepEqual(
      updated.map(({ id, text, entities }) => [id, text, entities]),
      [['sent-1', 'Most of it.', undefined]],
    );
  });

  it('begins no second stream where the first beginning failed on the way', async () => {
    let failures = 1;
    const { log } = await inChannel(
      async (context) => {
        const writer = createStreamWriter(context, true, { rules });
        await writer.inform('Searching').catch(() => undefined);
        await writer.grow('Most');
        await writer.finish({ type: 'message', text: 'Most of it.' });
      },
      { refuse: () => (failures-- > 0 ? { statusCode: 502 } : undefined), now: () => 0 },
    );
    assert.deepEqual(
      log.map(({ activity }) => [activity.type, activity.text]),
      [
        ['typing', 'Searching'],
        ['typing', undefined],
        ['message', 'Most of it.'],
      ],
    );
  });

  it('waits as long as a channel asks that is asked too often, but not for ever at the end', async () => {
    const clock = createClock();
    const headers = { get: () => '30' };
    let count = 0;
    await inChannel(
      async (context) => {
        const writer = createStreamWriter(context, true, { rules, ...clock });
        await writer.inform('Searching');
        await clock.wait(1_500);
        await writer.grow('Most');
        assert.equal(writer.readyInMs(), 30_000);
        await writer.finish({ type: 'message', text: 'Most of it.' });
        assert.equal(clock.now(), 6_500);
      },
      {
        now: clock.now,
        refuse: () => {
          count += 1;
          return count === 2 ? { statusCode: 429, response: { headers } } : undefined;
        },
      },
    );
  });

  it('throws when the person stops it, wherever it is noticed', async () => {
    const stop = {
      statusCode: 403,
      code: 'ContentStreamNotAllowed',
      message: 'Content stream was canceled by user',
    };
    await inChannel(
      async (context) => {
        const writer = createStreamWriter(context, true, { rules });
        await assert.rejects(writer.grow('Most'), StreamStopped);
      },
      { refuse: () => stop, now: () => 0 },
    );
  });
});

it('text that comes quicker than the channel takes it is put together', async () => {
  const clock = createClock();
  let isWhole = false;
  const never = new Promise<never>(() => {});
  async function* events(): AsyncGenerator<MentorEvent, void> {
    yield { type: 'stage', stage: 'understanding' };
    yield { type: 'stage', stage: 'searching' };
    yield { type: 'stage', stage: 'writing' };
    for (const word of 'Most of what you know transfers to it .'.split(' ')) {
      yield { type: 'text-delta', text: `${word} ` };
      await clock.wait(400);
    }
    isWhole = true;
    yield { type: 'answer', answer: answer({ text: 'Most of what you know transfers to it .' }) };
  }
  const { log } = await inChannel(async (context) => {
    await replyWithStream(context, events, {
      streaming: true,
      rules,
      stageText: (stage) => stage,
      visibleText: (text) => text.trimEnd(),
      finalMessage: async ({ text }) => ({ type: 'message', text }),
      failureMessage: () => ({ type: 'message', text: 'failed' }),
      now: clock.now,
      // Time goes on with the words alone, until only the end is left to wait for.
      wait: (ms) => (isWhole ? clock.wait(ms) : never),
    });
  }, clock);
  const gaps = log.slice(1).map(({ at }, index) => at - (log[index]?.at ?? 0));
  assert.ok(
    gaps.every((gap) => gap >= rules.minIntervalMs),
    gaps.join(),
  );
  assert.deepEqual(
    log.map(({ activity }) => activity.text),
    [
      'searching',
      'Most of what you know',
      'Most of what you know transfers to it .',
      'Most of what you know transfers to it .',
    ],
  );
});

it('each refusal of the service is understood', () => {
  const refused = (message: string, statusCode = 403) =>
    readStreamRefusal({ statusCode, code: 'ContentStreamNotAllowed', message });
  assert.equal(refused('Content stream was canceled by user.'), 'stopped');
  assert.equal(refused('Content stream was cancelled by the user.'), 'stopped');
  assert.equal(refused('Content stream finished due to exceeded streaming time.'), 'expired');
  assert.equal(refused('Content stream was already completed'), 'completed');
  assert.equal(refused('Message size too large'), 'too-large');
  assert.equal(refused('anything else'), 'not-allowed');
  assert.equal(refused('streaming api is not enabled', 400), 'not-allowed');
  assert.equal(refused('', 413), 'too-large');
  assert.equal(refused('', 429), 'rate-limited');
  assert.equal(refused('', 502), 'unavailable');
  assert.equal(readStreamRefusal(new Error('socket hang up')), 'unavailable');
  assert.equal(readStreamRefusal(undefined), 'unavailable');
  assert.equal(readRetryAfterMs({ response: { headers: { get: () => '2' } } }), 2_000);
  assert.equal(readRetryAfterMs(new Error('x')), undefined);
});
