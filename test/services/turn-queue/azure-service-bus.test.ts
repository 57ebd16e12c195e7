import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createTurnInbox } from '#bot/turn-inbox.ts';
import { createServiceBusTurnQueue } from '#services/turn-queue/azure-service-bus.ts';
import { TurnLost } from '#services/turn-queue/port.ts';
import { describeTurnQueue } from '#test/contracts/turn-queue.contract.ts';
import { type AmqpBroker, startAmqpBroker } from '#test/helpers/amqp-broker.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

describeTurnQueue('turns in Azure Service Bus, over AMQP', async () => {
  const broker = await startAmqpBroker();
  return {
    open: async () =>
      createServiceBusTurnQueue({
        connectionString: broker.connectionString,
        logger: { error() {} },
        lingerMs: 20,
      }),
    clean: () => broker.close(),
  };
});

test('while the broker is away nothing is accepted, and what was accepted runs once it is back', async (t) => {
  const broker = await startAmqpBroker();
  const queue = createServiceBusTurnQueue({
    connectionString: broker.connectionString,
    logger: { error() {} },
    acceptWithinMs: 1_000,
    lingerMs: 20,
  });
  t.after(async () => {
    await queue.stop();
    await queue.close();
    await broker.close();
  });
  await queue.accept({ id: 'a', line: 'l', edge: 'e', payload: {} });
  await broker.goAway();
  await assert.rejects(queue.accept({ id: 'b', line: 'l', edge: 'e', payload: {} }), {
    code: 'data-unavailable',
  });
  const ran: string[] = [];
  queue.start(
    async ({ id }) => {
      ran.push(id);
      return { kind: 'done' };
    },
    { concurrency: 4 },
  );
  await broker.comeBack();
  while (!ran.includes('a')) await wait(20);
  assert.equal(await queue.accept({ id: 'c', line: 'l', edge: 'e', payload: {} }), 'accepted');
  while (!ran.includes('c')) await wait(20);
  assert.deepEqual(ran, ['a', 'c']);
});

test('a turn whose connection broke runs again with what it kept, and the first run can keep nothing more', async (t) => {
  const broker = await startAmqpBroker({ lockMs: 1_000 });
  const queue = createServiceBusTurnQueue({
    connectionString: broker.connectionString,
    logger: { error() {} },
    lingerMs: 20,
    sessionWaitMs: 500,
  });
  t.after(async () => {
    await queue.stop();
    await queue.close();
    await broker.close();
  });
  const runs: { progress: unknown; attempt: number }[] = [];
  const lost = Promise.withResolvers<unknown>();
  queue.start(
    async (turn) => {
      runs.push({ progress: turn.progress, attempt: turn.attempt });
      if (runs.length > 1) return { kind: 'done' };
      await turn.keep({ answer: 42 });
      broker.dropConnections();
      while (!turn.lost.aborted) await wait(20);
      lost.resolve(await turn.keep({ answer: 43 }).catch((error: unknown) => error));
      return { kind: 'done' };
    },
    { concurrency: 4 },
  );
  await queue.accept({ id: 'a', line: 'l', edge: 'e', payload: {} });
  while (runs.length < 2) await wait(20);
  assert.deepEqual(runs[1], { progress: { answer: 42 }, attempt: 2 });
  assert.ok((await lost.promise) instanceof TurnLost);
});

function openQueue(t: TestContext, broker: AmqpBroker) {
  const queue = createServiceBusTurnQueue({
    connectionString: broker.connectionString,
    logger: { error() {} },
    lingerMs: 20,
    sessionWaitMs: 500,
  });
  t.after(async () => {
    await queue.stop();
    await queue.close();
    await broker.close();
  });
  return queue;
}

const turn = { id: 'a', line: 'l', edge: 'e', payload: {} };

test('a long turn keeps its conversation though a renewal of its lock fails', async (t) => {
  const broker = await startAmqpBroker({ lockMs: 6_000 });
  const queue = openQueue(t, broker);
  const ended = Promise.withResolvers<boolean>();
  queue.start(
    async ({ lost }) => {
      broker.queue.failingRenewals = 1;
      await wait(8_000);
      ended.resolve(lost.aborted);
      return { kind: 'done' };
    },
    { concurrency: 1 },
  );
  await queue.accept(turn);
  assert.equal(await ended.promise, false);
  assert.equal(broker.queue.failingRenewals, 0);
});

test('a turn that waits for its next run when its connection breaks is not run again by who lost it', async (t) => {
  const broker = await startAmqpBroker({ lockMs: 5_000 });
  const queue = openQueue(t, broker);
  const attempts: number[] = [];
  const again = Promise.withResolvers<void>();
  queue.start(
    async ({ attempt, lost }) => {
      assert.equal(lost.aborted, false);
      attempts.push(attempt);
      if (attempts.length > 1) {
        again.resolve();
        return { kind: 'done' };
      }
      setTimeout(() => broker.dropConnections(), 50);
      return { kind: 'retry', afterMs: 3_000 };
    },
    { concurrency: 1 },
  );
  await queue.accept(turn);
  await again.promise;
  // The time at which the first one would have run it.
  await wait(3_500);
  assert.deepEqual(attempts, [1, 2]);
});

test('a turn that Service Bus will never take is refused for good', async (t) => {
  const broker = await startAmqpBroker();
  const queue = openQueue(t, broker);
  const payload = { text: 'x'.repeat(300_000) };
  await assert.rejects(queue.accept({ ...turn, payload }), { code: 'request-too-large' });
  assert.equal(await queue.accept(turn), 'accepted');
});

test('stopping does not wait for a broker that has gone away', async () => {
  const broker = await startAmqpBroker();
  const { connectionString } = broker;
  const queue = createServiceBusTurnQueue({
    connectionString,
    logger: { error() {} },
    lingerMs: 20,
  });
  const inbox = createTurnInbox({ logger: silentLogger, queue });
  const ran = Promise.withResolvers<void>();
  inbox.serve('e', { run: async () => ran.resolve(), say: async () => undefined });
  inbox.start();
  await inbox.accept({ ...turn, channelId: 'c', conversationId: 'l' });
  await ran.promise;
  await broker.goAway();
  assert.equal(await inbox.drain(2_000), 0);
  await queue.close();
  await broker.close();
});
