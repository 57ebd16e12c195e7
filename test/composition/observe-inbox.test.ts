import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createTurnInbox, type TurnEdge, type TurnInbox } from '#bot/turn-inbox.ts';
import { observeInbox } from '#composition/observe-inbox.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { continueTrace } from '#services/telemetry/trace-headers.ts';
import { createSqliteTurnQueue } from '#services/turn-queue/sqlite.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

new NodeTracerProvider().register();

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const request = continueTrace({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` }, ROOT_CONTEXT);
const traceIdNow = () => trace.getSpanContext(context.active())?.traceId;

const turn = (activityId?: string) => ({
  channelId: 'msteams',
  conversationId: 'c-1',
  ...(activityId === undefined ? {} : { activityId }),
  edge: 'test',
  payload: { activity: { text: 'hello' } },
});

/** Serves turns, and resolves with what the first of them saw. */
function serve(inbox: TurnInbox, work: () => Promise<unknown> = async () => undefined) {
  const { promise, resolve } = Promise.withResolvers<{ payload: unknown; traceId?: string }>();
  const edge: TurnEdge = {
    async run(payload) {
      const seen = traceIdNow();
      await work();
      resolve({ payload, ...(seen === undefined ? {} : { traceId: seen }) });
    },
    say: async () => undefined,
  };
  inbox.serve('test', edge);
  inbox.start();
  return promise;
}

const openQueue = (database = openDatabase(':memory:').database) =>
  createSqliteTurnQueue(database, { logger: silentLogger });

describe('the observed inbox', () => {
  it('carries the trace of the request to a process that was started later', async () => {
    const { database } = openDatabase(':memory:');
    const before = observeInbox(
      createTurnInbox({ logger: silentLogger, queue: openQueue(database) }),
      {
        isShared: false,
      },
    );
    await context.with(request, () => before.inbox.accept(turn('a-1')));
    await before.inbox.drain(0);

    const queue = openQueue(database);
    const later = observeInbox(createTurnInbox({ logger: silentLogger, queue }), {
      isShared: false,
    });
    const seen = await serve(later.inbox);
    assert.equal(seen.traceId, traceId);
    assert.deepEqual(seen.payload, turn().payload, 'the edge gets what it gave, and nothing more');
    await later.inbox.drain(1_000);
  });

  it('runs a turn of an older program, which carries no trace, in a trace of its own', async () => {
    const { database } = openDatabase(':memory:');
    const old = createTurnInbox({ logger: silentLogger, queue: openQueue(database) });
    await old.accept(turn('a-1'));
    await old.drain(0);
    const { inbox } = observeInbox(
      createTurnInbox({ logger: silentLogger, queue: openQueue(database) }),
      { isShared: false },
    );
    const seen = await context.with(request, () => serve(inbox));
    assert.equal(seen.traceId, undefined);
    await inbox.drain(1_000);
  });

  it('forgets every turn that began, with an id or without, delivered once or twice', async () => {
    const { inbox, standing } = observeInbox(
      createTurnInbox({ logger: silentLogger, queue: openQueue() }),
      { isShared: false },
    );
    let begun = 0;
    const { promise: all, resolve } = Promise.withResolvers<void>();
    serve(inbox, async () => {
      begun += 1;
      if (begun === 3) resolve();
    });
    assert.equal(await inbox.accept(turn()), 'accepted');
    assert.equal(await inbox.accept(turn()), 'accepted');
    assert.equal(await inbox.accept(turn('a-1')), 'accepted');
    assert.equal(await inbox.accept(turn('a-1')), 'duplicate');
    await all;
    await inbox.drain(1_000);
    assert.deepEqual(standing(), { depth: 0, oldestSeconds: 0 });
  });

  it('tells how long the oldest turn waits', async () => {
    const clock = { elapsedMs: 0 };
    const { inbox, standing } = observeInbox(
      createTurnInbox({ logger: silentLogger, queue: openQueue() }),
      { isShared: false, elapsedMs: () => clock.elapsedMs },
    );
    await inbox.accept(turn('a-1'));
    clock.elapsedMs = 5_000;
    await inbox.accept(turn('a-2'));
    assert.deepEqual(standing(), { depth: 2, oldestSeconds: 5 });
    await inbox.drain(0);
  });

  it('holds nothing of what another process may run, and tells how long its own had waited', async () => {
    const clock = { elapsedMs: 0, wallMs: Date.parse('2026-11-23T10:00:00Z') };
    const observer = {
      isShared: true,
      elapsedMs: () => clock.elapsedMs,
      now: () => clock.wallMs,
    };
    const { database } = openDatabase(':memory:');
    const web = observeInbox(
      createTurnInbox({ logger: silentLogger, queue: openQueue(database) }),
      observer,
    );
    await web.inbox.accept(turn('a-1'));
    await web.inbox.drain(0);
    clock.elapsedMs += 3_600_000;
    clock.wallMs += 40_000;
    assert.deepEqual(web.standing(), { depth: 0, oldestSeconds: 0 }, 'it runs elsewhere');

    const worker = observeInbox(
      createTurnInbox({ logger: silentLogger, queue: openQueue(database) }),
      observer,
    );
    await serve(worker.inbox);
    assert.equal(worker.standing().oldestSeconds, 40);
    clock.elapsedMs += 31_000;
    assert.equal(worker.standing().oldestSeconds, 0, 'it says nothing of how things are now');
    await worker.inbox.drain(1_000);
  });
});
