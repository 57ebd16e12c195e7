import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { TurnContext } from 'botbuilder';
import { capabilitiesKey } from '#bot/channels/channel.ts';
import { answerEntities } from '#test/helpers/answer-entities.ts';
import { openSession, postJson } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

interface ConnectorCall {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** Stands where Azure's connector service would; keeps what the bot sends. */
async function startConnector(t: TestContext) {
  const calls: ConnectorCall[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString() || '{}');
      calls.push({ method: request.method ?? '', path: request.url ?? '', body });
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end('{"id":"a-1"}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { calls, serviceUrl: `http://127.0.0.1:${port}/` };
}

const message = {
  type: 'message',
  id: 'm-1',
  channelId: 'msteams',
  serviceUrl: 'http://127.0.0.1:9/',
  conversation: { id: 'a:1;b c/d' },
  from: { id: 'u' },
  recipient: { id: 'b' },
  text: 'hello',
  timestamp: '2025-03-01T12:00:00.000Z',
};

test('the wire keeps every key of entities, actions and channel data', async (t) => {
  const connector = await startConnector(t);
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      await context.sendActivity({
        type: 'message',
        text: 'See [1]',
        entities: answerEntities,
        channelData: { feedbackLoop: { type: 'default' } },
        suggestedActions: { to: [], actions: [{ type: 'imBack', title: 't', value: 'v', own: 1 }] },
        ownKey: { kept: true },
      } as never);
    },
  });
  t.after(host.stop);
  const { serviceUrl } = connector;
  const response = await postJson(`${host.url}/api/messages`, { ...message, serviceUrl });
  assert.equal(response.status, 202);
  await host.inbox.drain(5_000);
  const [sent] = connector.calls;
  assert.equal(sent?.method, 'POST');
  assert.equal(sent.path, '/v3/conversations/a%3A1%3Bb%20c%2Fd/activities/m-1');
  assert.deepEqual(sent.body['entities'], answerEntities);
  assert.deepEqual(sent.body['channelData'], { feedbackLoop: { type: 'default' } });
  assert.deepEqual(sent.body['ownKey'], { kept: true });
  assert.deepEqual(sent.body['suggestedActions'], {
    to: [],
    actions: [{ type: 'imBack', title: 't', value: 'v', own: 1 }],
  });
});

test('a long turn is acknowledged before it ends, and sends its reply afterwards', async (t) => {
  const connector = await startConnector(t);
  const acknowledged = Promise.withResolvers<void>();
  const events: string[] = [];
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      events.push('turn starts');
      // The turn can only go on because the channel had its answer while it ran.
      await acknowledged.promise;
      await context.sendActivity('late');
      events.push('turn ends');
    },
  });
  t.after(host.stop);
  const { serviceUrl } = connector;
  const response = await postJson(`${host.url}/api/messages`, { ...message, serviceUrl });
  events.push(`answered ${response.status}`);
  acknowledged.resolve();
  await host.inbox.drain(5_000);
  assert.deepEqual(events.toSorted(), ['answered 202', 'turn ends', 'turn starts']);
  assert.equal(events.at(-1), 'turn ends');
  assert.equal(connector.calls[0]?.body['text'], 'late');
});

test('an activity that the channel sends again runs once', async (t) => {
  let runs = 0;
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async () => {
      runs += 1;
    },
  });
  t.after(host.stop);
  for (const id of ['m-1', 'm-1', 'm-2'])
    assert.equal((await postJson(`${host.url}/api/messages`, { ...message, id })).status, 202);
  await host.inbox.drain(5_000);
  assert.equal(runs, 2);
});

test('an invoke and expectReplies wait for the turn and carry its result', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      if (context.activity.type === 'invoke')
        await context.sendActivity({
          type: 'invokeResponse',
          value: { status: 200, body: { said: context.activity.name } },
        });
      else await context.sendActivity('buffered');
    },
  });
  t.after(host.stop);
  const invoke = { ...message, type: 'invoke', name: 'own/action' };
  const invoked = await postJson(`${host.url}/api/messages`, invoke);
  assert.equal(invoked.status, 200);
  assert.deepEqual(await invoked.json(), { said: 'own/action' });

  const expecting = { ...message, deliveryMode: 'expectReplies' };
  const replied = await postJson(`${host.url}/api/messages`, expecting);
  const { activities } = (await replied.json()) as { activities: { text: string }[] };
  assert.deepEqual(
    activities.map(({ text }) => text),
    ['buffered'],
  );
});

test('an invoke that nobody answers is the caller’s mistake, one that fails is ours without its reason', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async ({ activity }) => {
      if (activity.name === 'fails') throw new Error('a secret of the inside');
    },
  });
  t.after(host.stop);
  const invoke = { ...message, type: 'invoke' };
  assert.equal((await postJson(`${host.url}/api/messages`, invoke)).status, 400);
  const failed = await postJson(`${host.url}/api/messages`, { ...invoke, name: 'fails' });
  assert.equal(failed.status, 500);
  assert.doesNotMatch(await failed.text(), /secret/);
});

test('what is no activity is answered with a problem, never with a crash', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const { type, ...untyped } = message;
  const { conversation, ...homeless } = message;
  const expectations: [number, unknown, Record<string, string>?][] = [
    [400, '{"type":'],
    [400, ''],
    [400, '[]'],
    [400, 'null'],
    [400, untyped],
    [400, homeless],
    [400, { ...message, type: 7 }],
    [400, { ...message, conversation: 'c' }],
    [400, { ...message, serviceUrl: 'file:///etc/passwd' }],
    [400, { ...message, serviceUrl: 'nonsense' }],
    [413, { ...message, text: 'x'.repeat(600 * 1024) }],
    [415, 'type=message', { 'content-type': 'application/x-www-form-urlencoded' }],
  ];
  for (const [status, body, headers = {}] of expectations) {
    const response = await postJson(`${host.url}/api/messages`, body, { headers });
    const problem = (await response.json()) as Record<string, unknown>;
    assert.deepEqual([response.status, problem['status']], [status, status]);
    assert.equal(problem['code'], 'request-invalid');
    assert.equal(problem['retryable'], false);
    assert.equal(response.headers.get('content-type'), 'application/problem+json');
  }
});

test('a timestamp that is no date does not break the turn', async (t) => {
  const seen: unknown[] = [];
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async ({ activity }) => {
      seen.push(activity.timestamp, activity.localTimestamp);
    },
  });
  t.after(host.stop);
  await postJson(`${host.url}/api/messages`, { ...message, localTimestamp: 'soon' });
  await host.inbox.drain(5_000);
  assert.deepEqual(seen, [new Date('2025-03-01T12:00:00.000Z'), undefined]);
});

test('nobody outside can speak in the name of the embedded channel', async (t) => {
  let ran = false;
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async () => {
      ran = true;
    },
  });
  t.after(host.stop);
  const { conversationId } = await openSession(host.url);
  for (const serviceUrl of [
    'https://directline.local.invalid/',
    'https://DIRECTLINE.local.invalid',
    'http://x@directline.local.invalid/path',
  ]) {
    const forged = { ...message, serviceUrl, conversation: { id: conversationId } };
    const response = await postJson(`${host.url}/api/messages`, forged);
    assert.equal(response.status, 403);
  }
  await host.inbox.drain(5_000);
  assert.equal(ran, false);
});

test('with an app id, a call without a valid token is refused', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    credentials: { appId: '11111111-1111-1111-1111-111111111111', appPassword: 'secret' },
    logic: async () => assert.fail('the turn must not run'),
  });
  t.after(host.stop);
  const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"iss":"https://api.botframework.com"}')}.`;
  for (const token of [undefined, 'nonsense', 'a.b.c', unsigned]) {
    const response = await postJson(`${host.url}/api/messages`, message, {
      ...(token !== undefined && { token }),
    });
    assert.equal(response.status, 401, String(token));
  }
  await host.inbox.drain(5_000);
  assert.deepEqual(
    host.logLines.filter((line) => line.includes('must not run')),
    [],
  );
});

test('a server that shuts down asks the channel to send again', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  await host.inbox.drain(0);
  for (const type of ['message', 'invoke'])
    assert.equal((await postJson(`${host.url}/api/messages`, { ...message, type })).status, 503);
});

test('every turn finds its channel’s capabilities, and service URLs share a connector', async (t) => {
  const connector = await startConnector(t);
  const clients = new Set<unknown>();
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context: TurnContext) => {
      assert.ok(context.turnState.get(capabilitiesKey));
      clients.add(context.turnState.get(context.adapter.ConnectorClientKey));
      await context.sendActivity('ok');
    },
  });
  t.after(host.stop);
  const { serviceUrl } = connector;
  for (const id of ['1', '2'])
    await postJson(`${host.url}/api/messages`, { ...message, id, serviceUrl });
  await host.inbox.drain(5_000);
  assert.equal(connector.calls.length, 2);
  assert.equal(clients.size, 1);
});
