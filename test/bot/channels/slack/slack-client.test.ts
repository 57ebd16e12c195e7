import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlackClient } from '#bot/channels/slack/slack-client.ts';
import { botToken, startSlackServer } from '#test/helpers/slack-server/slack-server.ts';
import { startSlackHost } from '#test/helpers/slack-server/start-slack-host.ts';

async function openClient(
  t: { after(clean: () => Promise<void>): void },
  { scopes, token = botToken }: { scopes?: readonly string[]; token?: string } = {},
) {
  const slack = await startSlackServer(scopes === undefined ? {} : { scopes });
  t.after(slack.close);
  const lines: string[] = [];
  const waits: number[] = [];
  const note = (_fields: unknown, message?: unknown) => void lines.push(String(message));
  const client = createSlackClient({
    botToken: token,
    apiUrl: slack.apiUrl,
    logger: { info: note, warn: note, error: note },
    timeoutMs: 500,
    retryDelayMs: 1,
    wait: async (ms) => void waits.push(ms),
  });
  const post = () =>
    client.deliver((web) => web.chat.postMessage({ channel: 'D0ADA', text: 'hello' }));
  return { slack, client, lines, waits, post };
}

test('what has to arrive waits as long as Slack asks for and is then sent again', async (t) => {
  const { slack, waits, post } = await openClient(t);
  slack.fail('chat.postMessage', { retryAfterSeconds: 7 }, { times: 2 });
  await post();
  assert.deepEqual(waits, [7_000, 7_000]);
  assert.equal(slack.workspace.messages.length, 1);
});

test('nobody waits for longer than a minute', async (t) => {
  const { slack, waits, post } = await openClient(t);
  slack.fail('chat.postMessage', { retryAfterSeconds: 3_600 });
  await assert.rejects(post(), { name: 'SlackCallFailed', code: 'ratelimited' });
  assert.deepEqual(waits, []);
});

test('what only matters now is tried once', async (t) => {
  const { slack, client, waits } = await openClient(t);
  slack.fail('assistant.threads.setStatus', { retryAfterSeconds: 1 });
  await assert.rejects(
    client.attempt((web) =>
      web.assistant.threads.setStatus({ channel_id: 'D0ADA', thread_ts: '1.1', status: 'x' }),
    ),
    { code: 'ratelimited', retryAfterMs: 1_000 },
  );
  assert.deepEqual([waits, slack.calls.length], [[], 1]);
});

test('one method that is limited holds back no other', async (t) => {
  const { slack, client, post } = await openClient(t);
  slack.fail('chat.update', { retryAfterSeconds: 50 });
  const update = client
    .attempt((web) => web.chat.update({ channel: 'D0ADA', ts: '1.1', text: 'x' }))
    .catch((error: { code: string }) => error.code);
  await post();
  assert.equal(await update, 'ratelimited');
});

test('what did not get through is sent again, what was refused is not', async (t) => {
  const { slack, post } = await openClient(t);
  slack.fail('chat.postMessage', { status: 503 }, { times: 2 });
  await post();
  assert.equal(slack.calls.length, 3);
  slack.fail('chat.postMessage', { error: 'is_archived' });
  await assert.rejects(post(), { code: 'is_archived' });
  assert.equal(slack.calls.length, 4);
});

test('a missing scope is told to the operator in one line that names it, once', async (t) => {
  const { slack, lines, post } = await openClient(t, { scopes: ['im:history'] });
  for (let time = 0; time < 3; time += 1) await assert.rejects(post(), { code: 'missing_scope' });
  assert.deepEqual(lines, [
    'Slack: SLACK_BOT_TOKEN lacks the scope chat:write; add it under OAuth & Permissions, reinstall the app and set the new token.',
  ]);
  assert.equal(slack.calls.length, 3);
});

test('at the start the operator reads in one line what the token lacks', async (t) => {
  const { client, lines } = await openClient(t, {
    scopes: [
      'app_mentions:read',
      'assistant:write',
      'channels:history',
      'chat:write',
      'commands',
      'files:read',
      'groups:history',
      'im:history',
      'mpim:history',
    ],
  });
  await client.checkAccess();
  assert.deepEqual(lines, [
    'Slack: SLACK_BOT_TOKEN lacks the scopes files:write (the export of a person’s data as a file), im:write (answers to /mentor); add them under OAuth & Permissions, reinstall the app and set the new token.',
  ]);
  assert.deepEqual(client.identity, { teamId: 'T0WORK', botUserId: 'U0BOT' });
});

for (const [error, reason] of [
  ['token_revoked', 'it was revoked'],
  ['account_inactive', 'the app was removed, or its workspace is gone'],
  ['invalid_auth', 'it is not valid'],
] as const)
  test(`a token that meets ${error} is told to the operator in one line`, async (t) => {
    const { slack, lines, post } = await openClient(t);
    slack.fail('chat.postMessage', { error });
    await assert.rejects(post(), { code: error });
    assert.deepEqual(lines, [
      `Slack: SLACK_BOT_TOKEN is refused (${error}): ${reason}; reinstall the app and set its new token.`,
    ]);
  });

test('without a Slack that answers the start goes on, and no token is logged', async (t) => {
  const { slack, client, lines } = await openClient(t);
  await slack.close();
  await client.checkAccess();
  assert.equal(client.identity, undefined);
  assert.ok(lines.length > 0);
  assert.doesNotMatch(lines.join('\n'), /xoxb-/);
});

test('with the status line refused the answer still comes', async (t) => {
  const host = await startSlackHost(t, { scopes: ['chat:write', 'im:history'] });
  const posted = await host.say('help');
  assert.equal(posted.length, 2);
  assert.ok(host.logged.every(({ level }) => level === 'error'));
});
