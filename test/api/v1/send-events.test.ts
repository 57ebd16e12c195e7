import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { NumberedEvent } from '#api/v1/answer-runs.ts';
import { sendEvents } from '#api/v1/send-events.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';

test('a client that reads nothing of what it is sent is cut off, and the answer with it', async () => {
  const ended = Promise.withResolvers<number>();
  async function* endless(): AsyncGenerator<NumberedEvent> {
    let sent = 0;
    try {
      for (;;) {
        sent += 1;
        yield {
          id: `r.${sent}`,
          event: { event: 'text-delta', data: { text: 'a'.repeat(65_536) } },
        };
      }
    } finally {
      ended.resolve(sent);
    }
  }
  const server = createServer((_request, response) => {
    const { signal } = new AbortController();
    void sendEvents(response as never, endless(), { unreadMs: 50, signal });
  });
  const socket = connect(await listenLocally(server), '127.0.0.1');
  socket.pause();
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  socket.on('error', () => {});
  assert.ok((await ended.promise) > 0);
  socket.resume();
  await once(socket, 'close');
  await stopServer(server);
});
