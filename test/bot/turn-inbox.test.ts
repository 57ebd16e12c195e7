import assert from 'node:assert/strict';
import { test } from 'node:test';
import pino from 'pino';
import { createTurnInbox, type IncomingTurn } from '#bot/turn-inbox.ts';

const logger = pino({ level: 'silent' });

function turn(
  run: () => Promise<unknown>,
  { conversationId = 'c1', activityId }: { conversationId?: string; activityId?: string } = {},
): IncomingTurn {
  return { channelId: 'test', conversationId, activityId, run };
}

/** Once the event loop has come round. */
const nextRound = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** A promise that the test settles itself. */
function createGate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

test('turns of one conversation run one after another, in the order they came', async () => {
  const inbox = createTurnInbox({ logger });
  const events: string[] = [];
  const gate = createGate();
  await inbox.accept(
    turn(async () => {
      events.push('first starts');
      await gate.opened;
      events.push('first ends');
    }),
  );
  await inbox.accept(turn(async () => events.push('second')));
  await inbox.accept(turn(async () => events.push('third')));
  setImmediate(gate.open);
  assert.equal(await inbox.drain(5_000), 0);
  assert.deepEqual(events, ['first starts', 'first ends', 'second', 'third']);
});

test('different conversations run side by side', async () => {
  const inbox = createTurnInbox({ logger });
  const gate = createGate();
  // The first can only end because the second runs meanwhile.
  await inbox.accept(turn(() => gate.opened, { conversationId: 'a' }));
  await inbox.accept(turn(async () => gate.open(), { conversationId: 'b' }));
  assert.equal(await inbox.drain(5_000), 0);
});

test('no more conversations run at once than allowed, and each gets its turn', async () => {
  const inbox = createTurnInbox({ logger, maxConcurrentTurns: 2 });
  let running = 0;
  let most = 0;
  const order: string[] = [];
  for (const conversationId of ['a', 'a', 'b', 'c'])
    await inbox.accept(
      turn(
        async () => {
          running += 1;
          most = Math.max(most, running);
          // As long as it takes for the next one to begin beside it.
          await nextRound().then(nextRound);
          order.push(conversationId);
          running -= 1;
        },
        { conversationId },
      ),
    );
  assert.equal(await inbox.drain(5_000), 0);
  assert.equal(most, 2);
  // A conversation with much to say does not keep the others waiting.
  assert.deepEqual(order, ['a', 'b', 'c', 'a']);
});

test('what arrives meanwhile is heard between two turns that begin', async () => {
  const inbox = createTurnInbox({ logger });
  const events: string[] = [];
  for (const conversationId of ['a', 'b', 'c'])
    await inbox.accept(
      turn(
        async () => {
          events.push(conversationId);
          setImmediate(() => events.push('heard'));
        },
        { conversationId },
      ),
    );
  await inbox.drain(5_000);
  await nextRound();
  assert.deepEqual(events, ['a', 'heard', 'b', 'heard', 'c', 'heard']);
});

test('an activity that was accepted before is dropped, another conversation’s is not', async () => {
  const inbox = createTurnInbox({ logger });
  let runs = 0;
  const again = (conversationId: string, activityId?: string) =>
    inbox.accept(
      turn(async () => runs++, { conversationId, ...(activityId !== undefined && { activityId }) }),
    );
  assert.equal(await again('a', '1'), 'accepted');
  assert.equal(await again('a', '1'), 'duplicate');
  assert.equal(await again('b', '1'), 'accepted');
  assert.equal(await again('a'), 'accepted');
  assert.equal(await again('a'), 'accepted');
  await inbox.drain(5_000);
  assert.equal(runs, 4);
});

test('an id is remembered for its time and the memory has an end', async () => {
  let nowMs = 0;
  const inbox = createTurnInbox({
    logger,
    rememberForMs: 1_000,
    rememberAtMost: 3,
    now: () => nowMs,
  });
  const accept = (activityId: string) => inbox.accept(turn(async () => undefined, { activityId }));
  await accept('1');
  nowMs = 999;
  assert.equal(await accept('1'), 'duplicate');
  nowMs = 1_000;
  assert.equal(await accept('1'), 'accepted');
  for (const id of ['2', '3', '4']) assert.equal(await accept(id), 'accepted');
  assert.equal(await accept('4'), 'duplicate');
  assert.equal(await accept('1'), 'accepted');
  await inbox.drain(5_000);
});

test('a turn that fails is logged and stops nobody', async () => {
  const lines: string[] = [];
  const inbox = createTurnInbox({ logger: pino({}, { write: (line) => lines.push(line) }) });
  let ran = false;
  await inbox.accept(turn(() => Promise.reject(new Error('rejected')), { activityId: '7' }));
  await inbox.accept(
    turn(() => {
      throw new Error('thrown');
    }),
  );
  await inbox.accept(
    turn(async () => {
      ran = true;
    }),
  );
  assert.equal(await inbox.drain(5_000), 0);
  assert.ok(ran);
  const [first, second] = lines.map((line) => JSON.parse(line));
  assert.equal(first.err.message, 'rejected');
  assert.equal(first.activityId, '7');
  assert.equal(second.err.message, 'thrown');
});

test('a turn never starts before its acceptance was known', async () => {
  const inbox = createTurnInbox({ logger });
  const events: string[] = [];
  await inbox.accept(turn(async () => events.push('turn')));
  events.push('answered');
  await inbox.drain(5_000);
  assert.deepEqual(events, ['answered', 'turn']);
});

test('while it drains nothing is accepted, and what could not end is counted', async () => {
  const inbox = createTurnInbox({ logger });
  const gate = createGate();
  await inbox.accept(turn(() => gate.opened));
  await inbox.accept(turn(async () => undefined));
  assert.equal(inbox.accepting, true);
  const draining = inbox.drain(20);
  assert.equal(inbox.accepting, false);
  assert.equal(await inbox.accept(turn(async () => undefined)), 'closed');
  assert.equal(await draining, 2);
  gate.open();
  assert.equal(await inbox.drain(5_000), 0);
});

test('an empty inbox drains at once', async () => {
  assert.equal(await createTurnInbox({ logger }).drain(60_000), 0);
});
