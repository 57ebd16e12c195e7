import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { texts } from '#bot/texts.ts';
import { createTurnInbox, type RunningTurn, type TurnInboxOptions } from '#bot/turn-inbox.ts';
import { MentorError } from '#errors.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteTurnQueue } from '#services/turn-queue/sqlite.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';

const logger = silentLogger;

/** An inbox on a queue in a file, with one way in that keeps what it said. */
function openInbox(
  folder: string,
  run: (payload: unknown, turn: RunningTurn) => Promise<unknown>,
  options: Partial<TurnInboxOptions> = {},
) {
  const { database } = openDatabase(join(folder, 'turns.sqlite'));
  const queue = createSqliteTurnQueue(database, { logger, lookEveryMs: 10 });
  const inbox = createTurnInbox({ logger, queue, retryDelay: () => 1, ...options });
  const said: string[] = [];
  inbox.serve('test', {
    run,
    async say(_payload, text) {
      said.push(text);
    },
  });
  const accept = (activityId: string, conversationId = 'c1') =>
    inbox.accept({
      channelId: 'test',
      conversationId,
      activityId,
      edge: 'test',
      payload: { activityId },
    });
  return { inbox, queue, said, accept };
}

test('a turn that was accepted before a restart runs after it', async (t) => {
  const folder = await createTestFolder(t);
  const first = openInbox(folder, async () => undefined);
  assert.equal(await first.accept('a'), 'accepted');
  await first.inbox.drain(100);
  await first.queue.close();
  const ran = Promise.withResolvers<unknown>();
  const second = openInbox(folder, async (payload) => ran.resolve(payload));
  second.inbox.start();
  assert.deepEqual(await ran.promise, { activityId: 'a' });
  assert.equal(await second.accept('a'), 'duplicate');
  await second.inbox.drain(5_000);
  await second.queue.close();
});

test('a failure that may pass is tried again, and nobody hears of it', async (t) => {
  const attempts: number[] = [];
  const done = Promise.withResolvers<void>();
  const { inbox, queue, said, accept } = openInbox(await createTestFolder(t), async (_, turn) => {
    attempts.push(turn.attempt);
    if (turn.attempt < 3) throw Object.assign(new Error('busy'), { statusCode: 503 });
    done.resolve();
  });
  inbox.start();
  await accept('a');
  await done.promise;
  await inbox.drain(5_000);
  assert.deepEqual(attempts, [1, 2, 3]);
  assert.deepEqual(said, []);
  await queue.close();
});

for (const [kind, error] of [
  ['the channel refuses for good', Object.assign(new Error('gone'), { statusCode: 404 })],
  ['is a mistake', new TypeError('undefined is not a function')],
  ['lasts', new MentorError('data-unavailable', 'away')],
] as const)
  test(`what ${kind} is set aside with a word to the person, and runs again when told to`, async (t) => {
    let isBroken = true;
    let runs = 0;
    const { inbox, queue, said, accept } = openInbox(
      await createTestFolder(t),
      async () => {
        runs += 1;
        if (isBroken) throw error;
      },
      { mostAttempts: 2 },
    );
    inbox.start();
    await accept('a');
    while ((await queue.listDead()).length === 0) await new Promise(setImmediate);
    assert.deepEqual(said, [texts.gaveUp]);
    const [dead] = await queue.listDead();
    assert.doesNotMatch(dead?.reason.message ?? '', /undefined is not a function/);
    isBroken = false;
    const before = runs;
    assert.equal(await queue.runAgain(dead?.id ?? ''), true);
    while (runs === before) await new Promise((resolve) => setTimeout(resolve, 5));
    await inbox.drain(5_000);
    assert.deepEqual(await queue.listDead(), []);
    await queue.close();
  });

test('what still runs at the end is told to end, and handed back with what it kept', async (t) => {
  const folder = await createTestFolder(t);
  const running = Promise.withResolvers<void>();
  const first = openInbox(folder, async (_, turn) => {
    await turn.keep({ step: 1 });
    running.resolve();
    await new Promise((_resolve, reject) =>
      turn.signal.addEventListener('abort', () => reject(turn.signal.reason)),
    );
  });
  first.inbox.start();
  await first.accept('a');
  await running.promise;
  assert.equal(await first.inbox.drain(40), 0);
  await first.queue.close();
  const again = Promise.withResolvers<RunningTurn>();
  const second = openInbox(folder, async (_, turn) => again.resolve(turn));
  second.inbox.start();
  const { progress, attempt } = await again.promise;
  assert.deepEqual({ progress, attempt }, { progress: { step: 1 }, attempt: 1 });
  await second.inbox.drain(5_000);
  await second.queue.close();
});

test('whoever waits behind many is told at once that it takes a moment, once', async (t) => {
  const gate = Promise.withResolvers<void>();
  const { inbox, queue, said, accept } = openInbox(await createTestFolder(t), () => gate.promise, {
    maxConcurrentTurns: 1,
    maxUnannounced: 2,
  });
  inbox.start();
  await accept('a', 'one');
  for (const [id, conversation] of [
    ['b', 'two'],
    ['c', 'three'],
    ['d', 'four'],
    ['e', 'four'],
  ] as const)
    await accept(id, conversation);
  assert.deepEqual(said, [texts.oneMoment]);
  gate.resolve();
  await inbox.drain(5_000);
  await queue.close();
});

test('a turn of a way in that this process does not have is set aside', async (t) => {
  const { inbox, queue, accept } = openInbox(await createTestFolder(t), async () => undefined);
  inbox.start();
  await inbox.accept({
    channelId: 'x',
    conversationId: 'c',
    activityId: '1',
    edge: 'other',
    payload: {},
  });
  await accept('a');
  while ((await queue.listDead()).length === 0) await new Promise(setImmediate);
  assert.equal((await queue.listDead())[0]?.edge, 'other');
  await inbox.drain(5_000);
  await queue.close();
});
