import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { texts } from '#bot/texts.ts';
import { openSession, postJson, statusAndCode } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

const message = { type: 'message', text: 'hello' };

test('what is not an activity is refused, kept nowhere, and stops nobody', async (t) => {
  const host = await startBotHost({
    logic: async (context) => {
      if (context.activity.type === 'message') await context.sendActivity('fine');
    },
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const activities = `${host.directLineUrl}/conversations/${conversationId}/activities`;
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    postJson(activities, body, { token, headers });

  const big = { type: 'message', text: 'x'.repeat(300 * 1024) };
  const deep = `{"type":"message","value":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
  const expectations: [number, string, Promise<Response>][] = [
    [413, 'MessageSizeTooBig', post(big)],
    [400, 'BadArgument', post('{"type":')],
    [400, 'BadArgument', post('[]')],
    [400, 'BadArgument', post('"hello"')],
    [400, 'BadArgument', post(deep)],
    [400, 'BadArgument', post({})],
    [400, 'BadArgument', post({ type: 'conversationUpdate' })],
    [400, 'BadArgument', post({ type: 'endOfConversation' })],
    [400, 'BadArgument', post({ type: 'message', text: 42 })],
    [400, 'BadArgument', post({ ...message, channelData: 'x' })],
    [415, 'NotSupported', post('x', { 'content-type': 'text/plain' })],
    [415, 'NotSupported', post('x', { 'content-encoding': 'gzip' })],
  ];
  for (const [status, code, response] of expectations)
    assert.deepEqual(await statusAndCode(await response), [status, code]);
  assert.equal(await host.log.get(conversationId), undefined);

  assert.equal((await post(message)).status, 200);
  await host.inbox.drain(5_000);
  const kept = await host.log.readAfter(conversationId, 0);
  assert.deepEqual(
    kept.map(({ activity }) => activity['text']),
    ['hello', 'fine'],
  );
});

test('a body without a length is cut off at the limit, and its sender still gets an answer', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const endless = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let part = 0; part < 10; part += 1) controller.enqueue(new Uint8Array(64 * 1024));
      controller.close();
    },
  });
  const response = await fetch(`${host.directLineUrl}/conversations/${conversationId}/activities`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: endless,
    duplex: 'half',
  } as RequestInit);
  assert.deepEqual(await statusAndCode(response), [413, 'MessageSizeTooBig']);
});

test('a client that leaves in the middle of a post harms nobody', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  for (const path of ['activities', 'upload']) {
    const type = path === 'upload' ? 'multipart/form-data; boundary=b' : 'application/json';
    const socket = connect(host.port, '127.0.0.1');
    socket.write(
      `POST /v3/directline/conversations/${conversationId}/${path} HTTP/1.1\r\nHost: x\r\n` +
        `Authorization: Bearer ${token}\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\n--b\r\n`,
      () => socket.destroy(),
    );
    await once(socket, 'close');
  }
  assert.equal((await openSession(host.url)).isNew, true);
});

test('damaged addresses are answered, not fatal', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const { token } = await openSession(host.url);
  for (const path of ['%E0%A4%A/activities', '%00/activities', '..%2f..%2fetc', 'a/b/c']) {
    const response = await postJson(`${host.directLineUrl}/conversations/${path}`, message, {
      token,
    });
    assert.ok(response.status >= 400 && response.status < 500, `${path}: ${response.status}`);
  }
  assert.equal((await openSession(host.url)).isNew, true);
});

test('a damaged gzip body is refused', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const damaged = gzipSync('{}').fill(7, 10);
  const response = await fetch(`${host.url}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: damaged,
  });
  assert.equal(response.status, 415);
});

test('a bot that fails in a turn keeps the conversation open', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      if (context.activity.text === 'break') throw new Error('broken on purpose');
      if (context.activity.type === 'message') await context.sendActivity('fine');
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const activities = `${host.directLineUrl}/conversations/${conversationId}/activities`;
  for (const text of ['break', 'go on'])
    assert.equal((await postJson(activities, { type: 'message', text }, { token })).status, 200);
  await host.inbox.drain(5_000);
  const kept = await host.log.readAfter(conversationId, 0);
  assert.deepEqual(
    // The second message may come before the sentence about the first, or after it.
    kept.map(({ activity }) => activity['text']).toSorted(),
    ['break', 'go on', texts.gaveUp, 'fine'].toSorted(),
  );
  assert.ok(host.logLines.some((line) => line.includes('broken on purpose')));
});
