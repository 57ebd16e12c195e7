import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { createBoundedSender } from '#bot/channels/direct-line/stream.ts';
import { openSession, postJson, type WebChatSession } from '#test/helpers/direct-line-http.ts';
import { type BotHost, createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

const silent = async () => undefined;

function openStream(
  host: BotHost,
  { conversationId, token }: WebChatSession,
  watermark: string,
  options: { autoPong?: boolean } = {},
): WebSocket {
  const query = new URLSearchParams({ watermark, t: token });
  return new WebSocket(
    `ws://127.0.0.1:${host.port}/v3/directline/conversations/${conversationId}/stream?${query}`,
    options,
  );
}

interface Frame {
  readonly activities: { readonly text: string }[];
  readonly watermark: string;
}

test('a client that falls too far behind is cut off instead of filling the memory', () => {
  const actions: string[] = [];
  const client = {
    bufferedAmount: 0,
    send: (text: string) => actions.push(`send ${text}`),
    terminate: () => actions.push('terminate'),
  } as unknown as WebSocket & { bufferedAmount: number };
  const send = createBoundedSender(client, 10);
  send('a');
  Object.assign(client, { bufferedAmount: 11 });
  send('b');
  assert.deepEqual(actions, ['send a', 'terminate']);
});

test('a stream begins after its watermark and every frame carries the next one', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const session = await openSession(host.url);
  const activities = `${host.directLineUrl}/conversations/${session.conversationId}/activities`;
  const say = (text: string) =>
    postJson(activities, { type: 'message', text }, { token: session.token });
  for (let number = 1; number <= 120; number += 1) await say(`message ${number}`);
  const stream = openStream(host, session, '5');
  const frames: Frame[] = [];
  const arrived = new Promise<void>((resolve) => {
    stream.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      frames.push(frame);
      if (frame.activities.at(-1)?.text === 'message 121') resolve();
      // The clients' keepalive.
      if (frames.length === 2) {
        stream.send('');
        void say('message 121');
      }
    });
  });
  await arrived;
  stream.terminate();
  assert.deepEqual(
    frames.map((frame) => [frame.activities[0]?.text, frame.watermark]),
    [
      ['message 6', '105'],
      ['message 106', '120'],
      ['message 121', '121'],
    ],
  );
});

test('a watermark from before everything was deleted starts again from the beginning', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const session = await openSession(host.url);
  const activities = `${host.directLineUrl}/conversations/${session.conversationId}/activities`;
  await postJson(activities, { type: 'message', text: 'only' }, { token: session.token });
  for (const watermark of ['99', 'nonsense', '']) {
    const stream = openStream(host, session, watermark);
    const [data] = (await once(stream, 'message')) as [Buffer];
    const frame = JSON.parse(String(data)) as Frame;
    assert.equal(frame.activities[0]?.text, 'only');
    stream.terminate();
  }
});

test('a client that answers no ping is taken for gone, one that does stays', async (t) => {
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    heartbeatMs: 20,
  });
  t.after(host.stop);
  const session = await openSession(host.url);
  await postJson(`${host.directLineUrl}/conversations`, {}, { token: session.token });
  const alive = openStream(host, session, '0');
  await once(alive, 'open');
  const dead = openStream(host, session, '0', { autoPong: false });
  await once(dead, 'close');
  assert.equal(alive.readyState, WebSocket.OPEN);
  alive.terminate();
});

test('closing the server closes its streams with a code that says to come back', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  const session = await openSession(host.url);
  await postJson(`${host.directLineUrl}/conversations`, {}, { token: session.token });
  const stream = openStream(host, session, '0');
  await once(stream, 'open');
  const closed = once(stream, 'close');
  await host.stop();
  const [code] = (await closed) as [number];
  assert.equal(code, 1001);
});

test('a client that sends more than keepalives is cut off', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const session = await openSession(host.url);
  await postJson(`${host.directLineUrl}/conversations`, {}, { token: session.token });
  const stream = openStream(host, session, '0');
  await once(stream, 'open');
  stream.send('x'.repeat(100_000));
  const [code] = (await once(stream, 'close')) as [number];
  assert.equal(code, 1009);
});
