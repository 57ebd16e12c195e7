import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation } from 'botframework-directlinejs';
import { WebSocket } from 'ws';
import { connectClient } from '#test/helpers/direct-line-client.ts';
import { openSession, postJson, statusAndCode } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

const silent = async () => undefined;

interface TokenAnswer {
  readonly conversationId: string;
  readonly token: string;
  readonly expires_in: number;
}

test('a token is for one conversation and one person, whatever the client claims', async (t) => {
  const heard: unknown[] = [];
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async ({ activity }) => {
      if (activity.type !== 'message') return;
      const { from, channelId, recipient, serviceUrl, deliveryMode } = activity;
      heard.push({ from, channelId, recipient, serviceUrl, deliveryMode });
    },
  });
  t.after(host.stop);
  const alice = await openSession(host.url);
  const response = await postJson(
    `${host.directLineUrl}/conversations/${alice.conversationId}/activities`,
    {
      type: 'message',
      text: 'I am Bob',
      id: 'mine',
      timestamp: '1999-01-01T00:00:00Z',
      from: { id: 'dl_bob', name: 'Bob', role: 'bot' },
      recipient: { id: 'somebody' },
      channelId: 'msteams',
      serviceUrl: 'http://169.254.169.254/',
      deliveryMode: 'expectReplies',
      conversation: { id: 'other' },
      attachments: [{ contentType: 'image/png', contentUrl: 'http://169.254.169.254/', name: 'x' }],
    },
    { token: alice.token },
  );
  assert.equal(response.status, 200);
  await host.inbox.drain(5_000);
  assert.deepEqual(heard, [
    {
      from: { id: alice.userId, name: 'Bob', role: 'user' },
      channelId: 'directline',
      recipient: { id: 'career-mentor', name: 'Career Mentor', role: 'bot' },
      serviceUrl: 'https://directline.local.invalid/',
      deliveryMode: undefined,
    },
  ]);
  const [kept] = await host.log.readAfter(alice.conversationId, 0);
  assert.match(String(kept?.activity.id), /\|0000001$/);
  assert.notEqual(kept?.activity['timestamp'], '1999-01-01T00:00:00Z');
  assert.deepEqual(kept?.activity['attachments'], [{ contentType: 'image/png', name: 'x' }]);
});

test('another person’s conversation is refused on every route', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const alice = await openSession(host.url);
  const mallory = await openSession(host.url);
  await postJson(`${host.directLineUrl}/conversations`, {}, { token: alice.token });
  const there = `${host.directLineUrl}/conversations/${alice.conversationId}`;
  const headers = { authorization: `Bearer ${mallory.token}` };
  const answers = await Promise.all([
    fetch(there, { headers }),
    fetch(`${there}/activities`, { headers }),
    postJson(`${there}/activities`, { type: 'message', text: 'x' }, { token: mallory.token }),
    fetch(`${there}/upload`, { method: 'POST', headers, body: new FormData() }),
  ]);
  for (const answer of answers) assert.deepEqual(await statusAndCode(answer), [403, 'NotAllowed']);
});

test('a missing token is 401, one that is not ours is 403', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { resumeToken } = await openSession(host.url);
  const start = `${host.directLineUrl}/conversations`;
  assert.deepEqual(await statusAndCode(await postJson(start, {})), [401, 'MissingToken']);
  for (const token of ['nonsense', 'a.b.c', resumeToken])
    assert.deepEqual(await statusAndCode(await postJson(start, {}, { token })), [
      403,
      'BadArgument',
    ]);
});

test('tokens/generate names a new person, never the one that was asked for', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const response = await postJson(`${host.directLineUrl}/tokens/generate`, {
    user: { id: 'dl_somebody-else' },
  });
  const { token, conversationId, expires_in } = (await response.json()) as TokenAnswer;
  assert.equal(expires_in, 1800);
  assert.equal(await host.log.get(conversationId), undefined);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.say('hello');
  const echo = await client.waitFor(({ text }) => text === 'hello');
  assert.match(echo.from.id, /^dl_[0-9a-f-]{36}$/);
});

test('a refreshed token outlives the first one, and an expired one is told apart', async (t) => {
  let nowMs = Date.parse('2025-03-01T12:00:00Z');
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    now: () => new Date(nowMs),
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  await postJson(`${host.directLineUrl}/conversations`, {}, { token });
  const activities = `${host.directLineUrl}/conversations/${conversationId}/activities`;
  nowMs += 15 * 60_000;
  const refreshed = (await (
    await postJson(`${host.directLineUrl}/tokens/refresh`, '', { token })
  ).json()) as TokenAnswer;
  assert.equal(refreshed.conversationId, conversationId);
  nowMs += 16 * 60_000;
  const message = { type: 'message', text: 'still here' };
  assert.deepEqual(await statusAndCode(await postJson(activities, message, { token })), [
    403,
    'TokenExpired',
  ]);
  assert.deepEqual(
    await statusAndCode(await postJson(`${host.directLineUrl}/tokens/refresh`, '', { token })),
    [403, 'TokenExpired'],
  );
  const answer = await postJson(activities, message, { token: refreshed.token });
  assert.equal(answer.status, 200);
});

test('the client library learns that its token has expired and goes on with a new one', async (t) => {
  let nowMs = Date.now();
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    now: () => new Date(nowMs),
  });
  t.after(host.stop);
  const session = await openSession(host.url);
  const client = connectClient({ token: session.token, domain: host.directLineUrl });
  t.after(client.end);
  await client.say('first');
  nowMs += 31 * 60_000;
  assert.equal(await client.say('too late'), 'retry');
  await client.waitForState(3);
  const { token } = await openSession(host.url, { resumeToken: session.resumeToken });
  const resumed = await fetch(`${host.directLineUrl}/conversations/${session.conversationId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  client.library.reconnect((await resumed.json()) as Conversation);
  assert.notEqual(await client.say('second'), 'retry');
  await client.waitFor(({ text }) => text === 'second');
});

test('a conversation that was never started cannot be resumed', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const response = await fetch(`${host.directLineUrl}/conversations/${conversationId}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  assert.deepEqual(await statusAndCode(response), [404, 'ConversationNotFound']);
});

test('a stream needs a token of its conversation and an allowed origin', async (t) => {
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    allowedOrigins: ['https://school.example'],
  });
  t.after(host.stop);
  const alice = await openSession(host.url);
  const mallory = await openSession(host.url);
  for (const { token } of [alice, mallory])
    await postJson(`${host.directLineUrl}/conversations`, {}, { token });
  const stream = `ws://127.0.0.1:${host.port}/v3/directline/conversations/${alice.conversationId}/stream`;
  const openStatus = (url: string, origin?: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(url, origin === undefined ? {} : { origin });
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('unexpected-response', (_request, response) => {
        socket.on('error', () => undefined);
        socket.terminate();
        resolve(response.statusCode ?? 0);
      });
    });
  const own = `${stream}?watermark=0&t=${alice.token}`;
  assert.equal(await openStatus(`${stream}?watermark=0`), 401);
  assert.equal(await openStatus(`${stream}?watermark=0&t=nonsense`), 403);
  assert.equal(await openStatus(`${stream}?watermark=0&t=${mallory.token}`), 403);
  assert.equal(await openStatus(own, 'https://evil.example'), 403);
  assert.equal(await openStatus(own, 'https://school.example'), 101);
  assert.equal(await openStatus(own, host.url), 101);
  assert.equal(await openStatus(own), 101);
  assert.equal(await openStatus(`ws://127.0.0.1:${host.port}/elsewhere`), 404);
  assert.equal(await openStatus(`ws://127.0.0.1:${host.port}//`), 404);
});

test('only listed origins and our own may call from a page', async (t) => {
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    allowedOrigins: ['https://school.example'],
  });
  t.after(host.stop);
  const start = `${host.directLineUrl}/conversations`;
  const preflight = (origin: string) => fetch(start, { method: 'OPTIONS', headers: { origin } });

  const allowed = await preflight('https://school.example');
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://school.example');
  assert.match(allowed.headers.get('access-control-allow-headers') ?? '', /x-ms-bot-agent/);
  assert.equal(allowed.headers.get('vary'), 'Origin');
  const own = await preflight(host.url);
  assert.equal(own.headers.get('access-control-allow-origin'), host.url);
  const foreign = await preflight('https://school.example.evil.test');
  assert.equal(foreign.status, 403);
  assert.equal(foreign.headers.get('access-control-allow-origin'), null);

  const session = `${host.url}/api/web-chat/session`;
  const refused = await postJson(session, {}, { headers: { origin: 'null' } });
  assert.equal(refused.status, 403);
});

test('behind a proxy the stream’s address is the public one', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { token } = await openSession(host.url);
  const response = await postJson(
    `${host.directLineUrl}/conversations`,
    {},
    {
      token,
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'chat.school.example' },
    },
  );
  const { streamUrl } = (await response.json()) as { streamUrl: string };
  assert.match(streamUrl, /^wss:\/\/chat\.school\.example\/v3\/directline\/conversations\//);
});
