import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '#services/database/open-database.ts';
import type { HeldTurn, TurnEnd } from '#services/turn-queue/port.ts';
import { createSqliteTurnQueue, type SqliteTurnQueueOptions } from '#services/turn-queue/sqlite.ts';
import { describeTurnQueue } from '#test/contracts/turn-queue.contract.ts';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';

const logger = { error() {} };
const quick = { logger, lookEveryMs: 10 };

describeTurnQueue('turns in SQLite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-turns-'));
  return {
    open: async () =>
      createSqliteTurnQueue(openDatabase(join(folder, 'turns.sqlite')).database, quick),
    clean: () => rm(folder, { recursive: true, force: true }),
  };
});

function open(path: string, options: Partial<SqliteTurnQueueOptions> = {}) {
  return createSqliteTurnQueue(openDatabase(path).database, { ...quick, ...options });
}

test('a turn outlives a process that was killed while it ran it, and says that it ran before', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  const program = `
    import { openDatabase } from '#services/database/open-database.ts';
    import { createSqliteTurnQueue } from '#services/turn-queue/sqlite.ts';
    const queue = createSqliteTurnQueue(openDatabase(${JSON.stringify(path)}).database, { logger: { error() {} } });
    queue.start(async (turn) => {
      await turn.keep({ answer: 'kept' });
      process.stdout.write('running');
      await new Promise((resolve) => setTimeout(resolve, 60_000));
      return { kind: 'done' };
    }, { concurrency: 1 });
    await queue.accept({ id: 'a', line: 'l', edge: 'e', payload: { text: 'hello' } });
    await queue.accept({ id: 'b', line: 'l', edge: 'e', payload: { text: 'again' } });
    process.stdout.write('accepted');
  `;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const piece of child.stdout) {
    output += String(piece);
    if (output.includes('running') && output.includes('accepted')) break;
  }
  child.kill('SIGKILL');
  if (child.signalCode === null) await once(child, 'exit');
  const queue = open(path);
  const seen: HeldTurn[] = [];
  queue.start(
    async (turn) => {
      seen.push(turn);
      return { kind: 'done' };
    },
    { concurrency: 1 },
  );
  while (seen.length < 2) await wait(5);
  assert.deepEqual(
    seen.map(({ id, attempt, progress }) => ({ id, attempt, progress })),
    [
      { id: 'a', attempt: 2, progress: { answer: 'kept' } },
      { id: 'b', attempt: 1, progress: undefined },
    ],
  );
  await queue.stop();
  await queue.close();
});

test('a process that was not heard of for too long loses its turn, and can keep nothing more of it', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  // It would say that it is there only long after the other has given it up.
  const stuck = open(path, { holdMs: 600_000 });
  const running = Promise.withResolvers<HeldTurn>();
  const gate = Promise.withResolvers<TurnEnd>();
  stuck.start(
    (turn) => {
      running.resolve(turn);
      return gate.promise;
    },
    { concurrency: 1 },
  );
  await stuck.accept({ id: 'a', line: 'l', edge: 'e', payload: {} });
  const lostTurn = await running.promise;
  const other = open(path, { holdMs: 60 });
  const taken = Promise.withResolvers<void>();
  other.start(
    async (turn) => {
      await turn.keep({ mine: true });
      taken.resolve();
      return { kind: 'done' };
    },
    { concurrency: 1 },
  );
  await taken.promise;
  await assert.rejects(lostTurn.keep({ mine: false }), { name: 'TurnLost' });
  assert.equal(lostTurn.lost.aborted, true);
  gate.resolve({ kind: 'done' });
  for (const queue of [stuck, other]) {
    await queue.stop();
    await queue.close();
  }
});

test('a clock that is set forward takes no turn from the process that runs it', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  let clockMs = Date.now();
  const now = () => clockMs;
  const queues = [open(path, { now, holdMs: 600 }), open(path, { now, holdMs: 600 })] as const;
  const running = Promise.withResolvers<HeldTurn>();
  const gate = Promise.withResolvers<TurnEnd>();
  const ran: string[] = [];
  for (const queue of queues)
    queue.start(
      (turn) => {
        ran.push(turn.id);
        running.resolve(turn);
        return turn.id === 'slow' ? gate.promise : Promise.resolve({ kind: 'done' });
      },
      { concurrency: 4 },
    );
  await queues[0].accept({ id: 'slow', line: 'l', edge: 'e', payload: {} });
  const { lost } = await running.promise;
  clockMs += 2 * 3_600_000;
  // Longer than a process may be silent: it is heard of all the while.
  await wait(1_500);
  assert.equal(lost.aborted, false);
  gate.resolve({ kind: 'done' });
  await queues[1].accept({ id: 'next', line: 'l', edge: 'e', payload: {} });
  while (ran.length < 2) await wait(5);
  assert.deepEqual(ran, ['slow', 'next']);
  for (const queue of queues) {
    await queue.stop();
    await queue.close();
  }
});

test('a clock that is set back lets nobody wait for the time that it will show again', async (t) => {
  let clockMs = Date.now();
  const path = join(await createTestFolder(t), 'turns.sqlite');
  const queue = open(path, { now: () => clockMs });
  const ran: string[] = [];
  await queue.accept({ id: 'accepted', line: 'l', edge: 'e', payload: {} });
  clockMs -= 2 * 3_600_000;
  queue.start(
    async ({ id, attempt }) => {
      ran.push(`${id} ${attempt}`);
      if (id !== 'failing' || attempt > 1) return { kind: 'done' };
      // Set back while the failed run waits for its next.
      setTimeout(() => {
        clockMs -= 2 * 3_600_000;
      }, 50);
      return { kind: 'retry', afterMs: 60_000 };
    },
    { concurrency: 1 },
  );
  while (ran.length < 1) await wait(5);
  await queue.accept({ id: 'failing', line: 'l', edge: 'e', payload: {} });
  while (ran.length < 3) await wait(5);
  assert.deepEqual(ran, ['accepted 1', 'failing 1', 'failing 2']);
  await queue.stop();
  await queue.close();
});

test('turns that are meant for later do not count among those that wait', async (t) => {
  const queue = open(join(await createTestFolder(t), 'turns.sqlite'));
  const notBefore = new Date(Date.now() + 3_600_000);
  await queue.accept({ id: 'later', line: 'l', edge: 'e', payload: {} }, { notBefore });
  await queue.accept({ id: 'now', line: 'm', edge: 'e', payload: {} });
  assert.equal(queue.waiting(), 1);
  await queue.close();
});

test('handing a turn back does not count as a run', async (t) => {
  const queue = open(join(await createTestFolder(t), 'turns.sqlite'));
  const attempts: number[] = [];
  queue.start(
    async ({ attempt }) => {
      attempts.push(attempt);
      return attempts.length < 3 ? { kind: 'handed-back' } : { kind: 'done' };
    },
    { concurrency: 1 },
  );
  await queue.accept({ id: 'a', line: 'l', edge: 'e', payload: {} });
  while (attempts.length < 3) await wait(5);
  assert.deepEqual(attempts, [1, 1, 1]);
  await queue.stop();
  await queue.close();
});

test('while the file is locked a turn is not accepted, and what runs is kept once it is free', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  const troubles: unknown[] = [];
  const { database } = openDatabase(path);
  database.exec('PRAGMA busy_timeout = 10');
  const queue = createSqliteTurnQueue(database, {
    logger: { error: (details) => void troubles.push(details) },
    acceptWithinMs: 100,
    lookEveryMs: 10,
  });
  const gate = Promise.withResolvers<TurnEnd>();
  let runs = 0;
  queue.start(
    () => {
      runs += 1;
      return gate.promise;
    },
    { concurrency: 1 },
  );
  await queue.accept({ id: 'a', line: 'l', edge: 'e', payload: {} });
  while (runs === 0) await wait(5);
  const { database: other } = openDatabase(path);
  other.exec('BEGIN IMMEDIATE');
  const turn = { id: 'b', line: 'l', edge: 'e', payload: {} };
  await assert.rejects(queue.accept(turn), { code: 'data-unavailable' });
  gate.resolve({ kind: 'done' });
  await wait(100);
  assert.equal(troubles.length, 1);
  other.exec('ROLLBACK');
  other.close();
  assert.equal(await queue.accept(turn), 'accepted');
  while (runs < 2) await wait(5);
  await queue.stop();
  await queue.close();
});

test('nothing of what was said stays once a turn has ended', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  const queue = open(path);
  const ended = Promise.withResolvers<void>();
  queue.start(
    async (turn) => {
      await turn.keep({ answer: 'an answer for her alone' });
      ended.resolve();
      return { kind: 'done' };
    },
    { concurrency: 1 },
  );
  await queue.accept({
    id: 'a',
    line: 'l',
    edge: 'e',
    person: 'ada',
    payload: { text: 'a secret wish' },
  });
  await ended.promise;
  await queue.stop();
  await queue.close();
  const { database } = openDatabase(path);
  const rows = JSON.stringify(database.prepare('SELECT * FROM turns').all());
  database.close();
  assert.doesNotMatch(rows, /secret wish|for her alone|ada/);
});

test('what a run kept while the file was locked is there for the next run', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  const queue = open(path, { acceptWithinMs: 50 });
  const { database: other } = openDatabase(path);
  const seen: unknown[] = [];
  await queue.accept({ id: 'a', line: 'l', edge: 'e', payload: {} });
  queue.start(
    async (turn) => {
      seen.push(turn.progress);
      if (seen.length > 1) return { kind: 'done' };
      other.exec('BEGIN IMMEDIATE');
      await assert.rejects(turn.keep({ answer: 42 }), { code: 'data-unavailable' });
      other.exec('ROLLBACK');
      return { kind: 'retry', afterMs: 1 };
    },
    { concurrency: 1 },
  );
  while (seen.length < 2) await wait(5);
  assert.deepEqual(seen, [undefined, { answer: 42 }]);
  await queue.stop();
  await queue.close();
  other.close();
});

test('a process that runs no turns knows within a second or two that another one has run them', async (t) => {
  const path = join(await createTestFolder(t), 'turns.sqlite');
  const [accepting, running] = [open(path), open(path)];
  t.after(() => Promise.all([accepting.close(), running.close()]));
  for (const id of ['a', 'b', 'c'])
    await accepting.accept({ id, line: id, edge: 'e', payload: { text: 'hello' } });
  assert.equal(accepting.waiting(), 3);
  running.start(async () => ({ kind: 'done' }), { concurrency: 3 });
  for (let look = 0; look < 100 && accepting.waiting() > 0; look += 1) await wait(100);
  assert.equal(accepting.waiting(), 0);
});
