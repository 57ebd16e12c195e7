import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createServiceBusTurnQueue } from '#services/turn-queue/azure-service-bus.ts';
import { TurnLost } from '#services/turn-queue/port.ts';
import { describeTurnQueue } from '#test/contracts/turn-queue.contract.ts';
import { startAmqpBroker } from '#test/helpers/amqp-broker.ts';

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
