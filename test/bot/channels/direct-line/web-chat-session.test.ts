import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSession, postJson, statusAndCode } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

const silent = async () => undefined;

test('a page without a past becomes a new person with a conversation still to start', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const session = await openSession(host.url);
  assert.match(session.userId, /^dl_[0-9a-f-]{36}$/);
  assert.equal(session.isNew, true);
  assert.equal(session.expiresInSeconds, 1800);
  assert.equal(await host.log.get(session.conversationId), undefined);
  assert.notEqual((await openSession(host.url)).userId, session.userId);
});

test('a resume token brings the person and their newest conversation back', async (t) => {
  let nowMs = Date.parse('2025-03-01T12:00:00Z');
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    now: () => new Date(nowMs),
  });
  t.after(host.stop);
  const conversations = `${host.directLineUrl}/conversations`;
  const first = await openSession(host.url);
  await postJson(conversations, {}, { token: first.token });
  nowMs += 60_000;
  const { resumeToken } = first;
  const second = await openSession(host.url, { resumeToken, newConversation: true });
  assert.equal(second.isNew, true);
  assert.notEqual(second.conversationId, first.conversationId);
  await postJson(conversations, {}, { token: second.token });

  const back = await openSession(host.url, { resumeToken });
  assert.equal(back.userId, first.userId);
  assert.equal(back.conversationId, second.conversationId);
  assert.equal(back.isNew, false);
  const older = await openSession(host.url, { resumeToken, conversationId: first.conversationId });
  assert.equal(older.conversationId, first.conversationId);
});

test('another person’s conversation is never given out', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const alice = await openSession(host.url);
  await postJson(`${host.directLineUrl}/conversations`, {}, { token: alice.token });
  const { conversationId } = alice;
  const stranger = await openSession(host.url, { conversationId });
  assert.notEqual(stranger.conversationId, conversationId);
  assert.equal(stranger.isNew, true);
  const known = await openSession(host.url, { conversationId, resumeToken: stranger.resumeToken });
  assert.notEqual(known.conversationId, conversationId);
});

test('a resume token lasts 400 days from the last visit and is no other token', async (t) => {
  let nowMs = Date.parse('2025-03-01T12:00:00Z');
  const host = await startBotHost({
    logic: silent,
    folder: await createTestFolder(t),
    now: () => new Date(nowMs),
  });
  t.after(host.stop);
  const dayMs = 24 * 60 * 60_000;
  const first = await openSession(host.url);
  nowMs += 399 * dayMs;
  const second = await openSession(host.url, { resumeToken: first.resumeToken });
  assert.equal(second.userId, first.userId);
  nowMs += 2 * dayMs;
  const late = await openSession(host.url, { resumeToken: first.resumeToken });
  assert.notEqual(late.userId, first.userId);
  const renewed = await openSession(host.url, { resumeToken: second.resumeToken });
  assert.equal(renewed.userId, first.userId);
  for (const resumeToken of ['', 'nonsense', second.token])
    assert.notEqual((await openSession(host.url, { resumeToken })).userId, first.userId);
});

test('a malformed session request is refused', async (t) => {
  const host = await startBotHost({ logic: silent, folder: await createTestFolder(t) });
  t.after(host.stop);
  const path = `${host.url}/api/web-chat/session`;
  assert.deepEqual(await statusAndCode(await postJson(path, { resumeToken: 7 })), [
    400,
    'BadArgument',
  ]);
  assert.deepEqual(await statusAndCode(await postJson(path, '{')), [400, 'BadArgument']);
});
