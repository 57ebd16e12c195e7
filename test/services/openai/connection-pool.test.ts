import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { createOpenAiModel } from '#services/model/openai.ts';
import { createConnectionPool } from '#services/openai/connection-pool.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';

/** A server that tells how many connections it met, and answers when it is told to. */
async function startCountingServer(body = '{}') {
  const sockets = new Set<Socket>();
  const waiting: ServerResponse[] = [];
  let answersAtOnce = false;
  const server = createServer((_request, response) => {
    if (answersAtOnce) response.end(body);
    else waiting.push(response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  return {
    url: `http://127.0.0.1:${await listenLocally(server)}/`,
    sockets,
    waiting,
    answerAll() {
      answersAtOnce = true;
      for (const response of waiting.splice(0)) response.end(body);
    },
    close: () => stopServer(server),
  };
}

test('no more than so many connections are opened, and further calls wait for one of them', async (t) => {
  const server = await startCountingServer();
  const pool = createConnectionPool({ connections: 4 });
  t.after(() => Promise.all([pool.close(), server.close()]));
  const calls = Array.from({ length: 12 }, async () => (await pool.fetch(server.url)).json());
  while (server.waiting.length < 4) await new Promise(setImmediate);
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  assert.equal(server.waiting.length, 4);
  server.answerAll();
  assert.equal((await Promise.all(calls)).length, 12);
  assert.equal(server.sockets.size, 4);
});

test('calls of all models one after another use one connection', async (t) => {
  const chunk = { choices: [{ delta: { content: 'One.' }, finish_reason: 'stop' }] };
  const server = await startCountingServer(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  const pool = createConnectionPool();
  t.after(() => Promise.all([pool.close(), server.close()]));
  server.answerAll();
  const address = { baseUrl: server.url, apiKey: 'k', timeoutMs: 5_000, fetch: pool.fetch };
  for (const model of ['gpt-test', 'gpt-test', 'gpt-other']) {
    const events = await Array.fromAsync(
      createOpenAiModel({ ...address, model, contextTokens: 4_000 }).stream({
        messages: [{ role: 'user', content: 'Hello' }],
        temperature: 0,
        maxAnswerTokens: 5,
      }),
    );
    assert.deepEqual(events[0], { type: 'text-delta', text: 'One.' });
    /** The connection is free a moment after the last word. */
    await new Promise(setImmediate);
  }
  assert.equal(server.sockets.size, 1);
});

test('a pool that was closed ends its connections and opens no more', async (t) => {
  const server = await startCountingServer();
  t.after(server.close);
  const pool = createConnectionPool();
  const call = pool.fetch(server.url);
  while (server.waiting.length === 0) await new Promise(setImmediate);
  await Promise.all([pool.close(), assert.rejects(call)]);
  await assert.rejects(pool.fetch(server.url));
  assert.equal(server.sockets.size, 1);
});

test('a caller that gives up frees its connection for the next', async (t) => {
  const server = await startCountingServer();
  const pool = createConnectionPool({ connections: 1 });
  t.after(() => Promise.all([pool.close(), server.close()]));
  const impatience = new AbortController();
  const given = pool.fetch(server.url, { signal: impatience.signal });
  while (server.waiting.length === 0) await new Promise(setImmediate);
  impatience.abort();
  await assert.rejects(given, { name: 'AbortError' });
  server.answerAll();
  assert.deepEqual(await (await pool.fetch(server.url)).json(), {});
});
