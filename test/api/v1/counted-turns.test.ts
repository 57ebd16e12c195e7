import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ObservedTurn } from '#services/telemetry/port.ts';
import { beginSession, startApi } from '#test/helpers/start-api.ts';

test('each question is counted as one turn of the API, whoever looks at its answer again', async () => {
  const turns: ObservedTurn[] = [];
  const host = await startApi({
    changes: {
      telemetry: {
        turn(turn, work) {
          turns.push(turn);
          return work();
        },
      },
    },
  });
  try {
    const sessionId = await beginSession(host);
    const ask = async (headers: Record<string, string>, message = 'What is RAG?') => {
      const body = { sessionId, message };
      const response = await host.call('POST', '/api/v1/chat/message', { body, headers });
      await response.text();
      return response.status;
    };
    assert.equal(await ask({ 'idempotency-key': 'one' }), 200);
    assert.equal(await ask({ 'idempotency-key': 'one' }), 200);
    assert.equal(await ask({ 'idempotency-key': 'one', accept: 'text/event-stream' }), 200);
    assert.equal(turns.length, 1);
    assert.equal(await ask({ accept: 'text/event-stream' }), 200);
    assert.equal(await ask({}, ''), 400);
    assert.deepEqual(
      turns.map(({ channel, activityType }) => [channel, activityType]),
      [
        ['api', 'message'],
        ['api', 'message'],
      ],
    );
  } finally {
    await host.close();
  }
});
