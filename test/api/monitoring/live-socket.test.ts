import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Server } from 'restify';
import { WebSocket } from 'ws';
import { createHttpServer } from '#api/http-server.ts';
import { attachLiveSocket, type LiveSocket, socketProtocol } from '#api/monitoring/live-socket.ts';
import { MentorError } from '#errors.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

const mostViewers = 1_000;
/** A good part of what the history of a day takes. */
const history = 'x'.repeat(20_000);

describe('the dashboard’s socket', () => {
  let server: Server;
  let live: LiveSocket;
  let port: number;
  let greetings = 0;
  before(async () => {
    server = createHttpServer({ logger: silentLogger });
    live = attachLiveSocket(server, {
      isAllowedOrigin: ({ headers }) => headers.origin === undefined,
      async authorize({ headers }) {
        if (headers['x-nobody'] !== undefined) throw new MentorError('not-permitted', 'nobody');
        return {} as never;
      },
      isServedElsewhere: () => false,
      greeting() {
        greetings += 1;
        return { history };
      },
      logger: silentLogger,
      mostViewers,
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as { port: number });
  });
  after(async () => {
    live.close();
    server.server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(resolve));
  });

  const open = (headers = {}) =>
    new WebSocket(`ws://127.0.0.1:${port}/monitoring/ws`, socketProtocol, { headers });
  const until = async (isSo: () => boolean, what: string) => {
    for (let tries = 0; tries < 600 && !isSo(); tries += 1) await wait(50);
    assert.ok(isSo(), what);
  };
  const closeAll = async (sockets: readonly WebSocket[]) => {
    for (const socket of sockets) socket.terminate();
    await until(() => live.viewers() === 0, 'all are gone');
  };

  it('serves a thousand viewers who come at once with one greeting, and refuses the next', async () => {
    greetings = 0;
    const viewers = Array.from({ length: mostViewers }, () => open());
    await Promise.all(viewers.map((socket) => once(socket, 'message')));
    assert.equal(live.viewers(), mostViewers);
    assert.equal(greetings, 1);
    const [, response] = await once(open(), 'unexpected-response');
    assert.equal(response.statusCode, 503);
    const heard = Promise.all(viewers.map((socket) => once(socket, 'message')));
    live.publish({ type: 'point', value: 1 });
    for (const [data] of await heard) assert.equal(String(data), '{"type":"point","value":1}');
    await closeAll(viewers);
  });

  it('greets with what is new after there was news, and after everybody was away', async () => {
    greetings = 0;
    const [first, second] = [open(), open()];
    await Promise.all([once(first, 'message'), once(second, 'message')]);
    assert.equal(greetings, 1);
    live.publish({ type: 'point' });
    const third = open();
    await once(third, 'message');
    assert.equal(greetings, 2);
    await closeAll([first, second, third]);
    const later = open();
    await once(later, 'message');
    assert.equal(greetings, 3);
    await closeAll([later]);
  });

  it('cuts viewers off who never read, holds no copies for them, and leaves the others alone', async () => {
    const reader = open();
    let read = 0;
    reader.on('message', () => {
      read += 1;
    });
    await once(reader, 'open');
    const silent = Array.from({ length: 100 }, () => {
      const socket = open();
      socket.on('open', () => socket.pause());
      socket.on('error', () => undefined);
      return socket;
    });
    await until(() => live.viewers() === 101, 'all look');
    const before = process.memoryUsage();
    let published = 0;
    const held = () => process.memoryUsage().external - before.external;
    let mostHeld = 0;
    // Far more than what lies between the two ends of a connection holds by itself.
    for (; published < 400 && live.viewers() > 1; published += 1) {
      live.publish({ type: 'point', filling: 'y'.repeat(100_000) });
      mostHeld = Math.max(mostHeld, held());
      await wait(5);
    }
    assert.equal(live.viewers(), 1);
    await until(() => read === published + 1, 'who reads misses nothing');
    // A copy for each of the hundred would be a hundred megabytes.
    assert.ok(mostHeld < 60_000_000, `${mostHeld} bytes were held`);
    await closeAll([reader, ...silent]);
  });

  for (const [name, lines] of [
    ['no key', []],
    ['a key of the wrong length', ['Sec-WebSocket-Key: abc', 'Sec-WebSocket-Version: 13']],
    ['an old version', ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 7']],
  ] as const)
    it(`refuses a forged upgrade with ${name}`, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        [
          'GET /monitoring/ws HTTP/1.1',
          'Host: x',
          'Connection: Upgrade',
          'Upgrade: websocket',
          ...lines,
          '',
          '',
        ].join('\r\n'),
      );
      const [data] = await once(socket, 'data');
      socket.destroy();
      assert.match(String(data), /^HTTP\/1\.1 400 /);
      assert.equal(live.viewers(), 0);
    });

  it('lets nobody in who may not look, whatever the token says and however often', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const socket = open(
          index % 2 === 0 ? { 'x-nobody': '1' } : { origin: 'https://evil.example' },
        );
        const [, response] = await once(socket, 'unexpected-response');
        return response.statusCode;
      }),
    );
    assert.deepEqual([...new Set(statuses)], [403]);
    assert.equal(live.viewers(), 0);
  });

  it('outlives callers that are gone before they are answered', async () => {
    for (let index = 0; index < 50; index += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        'GET /monitoring/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
      );
      socket.resetAndDestroy();
    }
    await until(() => live.viewers() === 0, 'nobody stays');
  });
});
