import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deliverOnce, deliveryMarkOf } from '#bot/turn-delivery.ts';
import type { RunningTurn } from '#bot/turn-inbox.ts';
import { MentorError } from '#errors.ts';
import { TurnLost } from '#services/turn-queue/port.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';
import { plainCapabilities, webCapabilities } from '#test/helpers/recording-adapter.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

const logger = silentLogger;

/** A turn as its runs see it: what one keeps, the next one finds. */
function createTurn(id = 'turn-1') {
  let attempt = 0;
  let kept: unknown;
  const loss = new AbortController();
  const stopping = new AbortController();
  return {
    loss,
    stopping,
    kept: () => kept as { answers: unknown[]; sent: string[]; streamId?: string } | undefined,
    next(): RunningTurn {
      attempt += 1;
      return {
        id,
        attempt,
        progress: structuredClone(kept),
        keep: async (progress) => {
          kept = structuredClone(progress);
        },
        lost: loss.signal,
        signal: AbortSignal.any([loss.signal, stopping.signal]),
      };
    },
  };
}

const question = { type: 'message', text: 'How do I start?', id: 'question-1' } as const;

/** The whole bot, run on one turn as often as a test wants, with a process that dies where it is told to. */
function createWorld(changes: Parameters<typeof createBotHarness>[0] = {}) {
  const harness = createBotHarness(changes);
  const turn = createTurn();
  const { adapter } = harness;
  const run = () => {
    adapter.prepare = (context) => deliverOnce(context, turn.next(), { logger });
    return harness.receive(question);
  };
  return { ...harness, turn, run };
}

/** Fails what is sent as the death of the process does: nothing after it happens. */
class Died extends Error {
  readonly isPassing = true;
}

describe('a turn that runs again', () => {
  it('sends nothing that went out before, and asks the mentor nothing that it answered', async () => {
    const world = createWorld();
    const { adapter, mentor, turn } = world;
    const send = adapter.sendActivities.bind(adapter);
    let messages = 0;
    adapter.sendActivities = async (context, activities) => {
      if (activities.some(({ type }) => type === 'message')) {
        messages += 1;
        // The greeting and the answer get through; with the offer behind them the process ends.
        if (messages === 3) throw new Died('the process ends');
      }
      return send(context, activities);
    };
    await assert.rejects(world.run(), Died);
    const before = adapter.sent.filter(({ type }) => type === 'message').length;
    assert.equal(before, 2);
    assert.equal(turn.kept()?.sent.length, 2);
    const again = await world.run();
    assert.equal(again.length, 1, 'the offer alone');
    assert.equal(mentor.questions.length, 1);
    const { messages: stored } = await world.conversations.listMessages('test:talk-1');
    assert.deepEqual(
      stored.map(({ role }) => role),
      ['user', 'assistant'],
    );
  });

  it('sends an answer that was written before and did not get out, as it was', async () => {
    const world = createWorld();
    const { adapter, mentor } = world;
    adapter.refuse = ({ text }) => text?.includes('Answer to') === true;
    adapter.updateActivity = async () => {
      throw new Died('the channel is away');
    };
    const refuse = adapter.sendActivities.bind(adapter);
    adapter.sendActivities = async (context, activities) => {
      try {
        return await refuse(context, activities);
      } catch {
        throw new Died('the channel is away');
      }
    };
    await assert.rejects(world.run(), Died);
    adapter.refuse = () => false;
    const [answer] = await world.run();
    assert.match(answer?.text ?? '', /^Answer to "How do I start\?"/);
    assert.equal(mentor.questions.length, 1);
  });

  it('ends the message that was growing, and begins no second one', async () => {
    const world = createWorld({ capabilities: webCapabilities });
    const { adapter, turn } = world;
    adapter.refuse = ({ channelData }) => channelData?.streamType === 'final';
    adapter.updateActivity = async () => {
      throw new Died('the process ends');
    };
    const send = adapter.sendActivities.bind(adapter);
    adapter.sendActivities = async (context, activities) => {
      const isWhole = activities.some(
        ({ type, text }) => type === 'message' && text?.includes('Answer to'),
      );
      if (isWhole) throw new Died('the process ends');
      return send(context, activities);
    };
    await assert.rejects(world.run(), Died);
    const first = adapter.sent.find(({ channelData }) => channelData?.streamType !== undefined);
    assert.ok(first);
    assert.equal(turn.kept()?.streamId, `sent-${adapter.sent.indexOf(first) + 1}`);
    adapter.refuse = () => false;
    adapter.sendActivities = send;
    const again = await world.run();
    const [final] = again.filter(({ text }) => text?.includes('Answer to'));
    assert.equal(final?.channelData.streamId, `sent-${adapter.sent.indexOf(first) + 1}`);
    assert.equal(final?.channelData.streamType, 'final');
    const begun = adapter.sent.filter(({ channelData }) => channelData?.streamSequence === 1);
    assert.equal(begun.length, 1);
  });

  it('does nothing more once its state was kept, since its words would be the next answer', async () => {
    const world = createWorld();
    await world.run();
    const sent = world.adapter.sent.length;
    assert.deepEqual(await world.run(), []);
    assert.equal(world.adapter.sent.length, sent);
    assert.equal(world.mentor.questions.length, 1);
  });

  it('sends nothing once another process has it', async () => {
    const world = createWorld();
    world.turn.loss.abort(new TurnLost());
    await assert.rejects(world.run(), TurnLost);
    assert.deepEqual(world.adapter.sent, []);
  });

  it('marks its messages so that a channel can look for them, and says from the second run on that they may be there', async () => {
    const { adapter, run, turn } = createWorld({ capabilities: plainCapabilities });
    const marks: unknown[] = [];
    const send = adapter.sendActivities.bind(adapter);
    adapter.sendActivities = async (context, activities) => {
      for (const activity of activities) {
        const mark = deliveryMarkOf(activity);
        if (mark) marks.push(mark);
      }
      if (marks.length === 2 && turn.kept()?.sent.length === 1) throw new Died('the process ends');
      return send(context, activities);
    };
    await assert.rejects(run(), Died);
    marks.length = 0;
    await run();
    assert.deepEqual(marks[0], { id: 'turn-1#1', mayBeThere: true });
  });

  it('asks a channel that can look whether it has what a failed try may have left there', async () => {
    const world = createWorld();
    const { adapter } = world;
    const send = adapter.sendActivities.bind(adapter);
    const marks: (boolean | undefined)[] = [];
    adapter.sendActivities = async (context, activities) => {
      const message = activities.find(({ type }) => type === 'message');
      if (message !== undefined) marks.push(deliveryMarkOf(message)?.mayBeThere);
      // The answer arrives, and its receipt does not.
      if (marks.length === 2 && message !== undefined) {
        await send(context, activities);
        throw new Died('the connection breaks');
      }
      return send(context, activities);
    };
    adapter.updateActivity = async () => {
      throw new Died('what grew has no name there');
    };
    await world.run();
    assert.deepEqual(marks.slice(0, 3), [false, false, true]);
  });

  it('stores what a store that was away could not take, and says nothing twice', async () => {
    const world = createWorld();
    const { conversations, adapter, mentor } = world;
    const append = conversations.appendTurn.bind(conversations);
    let isAway = true;
    conversations.appendTurn = async (...values) => {
      if (isAway) throw new MentorError('data-unavailable', 'the disk is full');
      return append(...values);
    };
    await assert.rejects(world.run(), { code: 'data-unavailable' });
    isAway = false;
    await world.run();
    const { messages } = await conversations.listMessages('test:talk-1');
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant'],
    );
    const texts = adapter.sent.filter(({ type }) => type === 'message').map(({ text }) => text);
    assert.equal(new Set(texts).size, texts.length);
    assert.equal(mentor.questions.length, 1);
  });
});
