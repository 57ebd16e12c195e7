import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signatureHeaders } from '#test/helpers/slack-server/sender.ts';
import { startSlackHost } from '#test/helpers/slack-server/start-slack-host.ts';

async function startCounting(t: { after(clean: () => Promise<void>): void }) {
  const turns: string[] = [];
  const host = await startSlackHost(t, {
    logic: async ({ activity }) => void turns.push(activity.text),
  });
  return { ...host, turns };
}

const event = JSON.stringify({
  type: 'event_callback',
  team_id: 'T0WORK',
  event: { type: 'message', channel: 'D0ADA', user: 'U0ADA', ts: '1.000001', text: 'hello' },
});

test('Slack verifies the address with a challenge', async (t) => {
  const { sender } = await startCounting(t);
  const body = JSON.stringify({ type: 'url_verification', token: 'x', challenge: '3eZbrw1a' });
  const response = await sender.post('events', body);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { challenge: '3eZbrw1a' });
});

test('only what Slack signed just now, to the byte, reaches the bot', async (t) => {
  const { sender, settle, turns } = await startCounting(t);
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
  const forged: Record<string, Record<string, string | undefined>> = {
    'no signature': { 'x-slack-signature': undefined },
    'no timestamp': { 'x-slack-request-timestamp': undefined },
    'another secret': signatureHeaders(event, { secret: 'guessed' }),
    'another body': signatureHeaders(`${event} `),
    'another time': { 'x-slack-request-timestamp': '1' },
    'a timestamp in words': { 'x-slack-request-timestamp': 'now' },
    'a recording of six minutes': signatureHeaders(event, { now: minutesAgo(6) }),
    'a recording of thirty days': signatureHeaders(event, { now: minutesAgo(30 * 24 * 60) }),
    'a time to come': signatureHeaders(event, { now: minutesAgo(-6) }),
    'a short signature': { 'x-slack-signature': 'v0=00' },
  };
  for (const [kind, headers] of Object.entries(forged)) {
    const response = await sender.post('events', event, headers);
    assert.equal(response.status, 401, kind);
    assert.equal(response.headers.get('x-slack-no-retry'), '1', kind);
  }
  assert.deepEqual(turns, []);
  assert.equal(
    (await sender.post('events', event, signatureHeaders(event, { now: minutesAgo(4) }))).status,
    200,
  );
  await settle();
  assert.deepEqual(turns, ['hello']);
});

test('a request that is played again within its five minutes does nothing', async (t) => {
  const { sender, settle, turns } = await startCounting(t);
  const headers = signatureHeaders(event);
  for (let time = 0; time < 3; time += 1)
    assert.equal((await sender.post('events', event, headers)).status, 200);
  await settle();
  assert.deepEqual(turns, ['hello']);
});

test('a signature for one body does not open another address for it', async (t) => {
  const { sender, settle, turns } = await startCounting(t);
  for (const path of ['interactions', 'commands'])
    assert.equal((await sender.post(path, event)).status, 200, 'each takes whatever Slack signed');
  await settle();
  assert.deepEqual(turns, ['hello'], 'and each thing once');
});

test('the check of the certificate needs no signature and gets nothing', async (t) => {
  const { sender, settle, turns } = await startCounting(t);
  const body = 'ssl_check=1&command=%2Fmentor&user_id=U0ADA&team_id=T0WORK&channel_id=D0ADA';
  const response = await sender.post('commands', body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-signature': undefined,
  });
  assert.deepEqual([response.status, await response.text()], [200, '']);
  await settle();
  assert.deepEqual(turns, []);
});

test('what cannot be read is refused, and Slack is told not to send it again', async (t) => {
  const { sender } = await startCounting(t);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const deep = `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`;
  const refused: [number, Promise<Response>][] = [
    [400, sender.post('events', '{"type":')],
    [400, sender.post('events', '[]')],
    [400, sender.post('events', deep)],
    [400, sender.post('interactions', 'payload=%7B', form)],
    [413, sender.post('events', `"${'x'.repeat(1_100_000)}"`)],
    [415, sender.post('events', '{}', { 'content-encoding': 'gzip' })],
  ];
  for (const [status, request] of refused) {
    const response = await request;
    assert.equal(response.status, status);
    assert.equal(response.headers.get('x-slack-no-retry'), '1');
    assert.doesNotMatch(await response.text(), / at |node:|secret/);
  }
});
