import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import { type AlertTarget, openAlertDeliveries } from '#services/telemetry/alert-deliveries.ts';
import type { Alert } from '#services/telemetry/port.ts';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

const alert: Alert = {
  id: 'alert-1',
  rule: 'error-rate',
  title: 'More than 5 % of requests or answers fail',
  severity: 'warning',
  state: 'firing',
  metric: 'errorRate',
  comparison: 'above',
  threshold: 0.05,
  value: 0.08,
  startedAt: '2026-11-23T10:00:00.000Z',
  muted: false,
};
const message = { notice: 'fired', alert, dashboardUrl: 'https://m.example/d' } as const;

describe('alerts on their way', () => {
  let received: { path: string; headers: IncomingMessage['headers']; body: string }[];
  let answer: (path: string) => number;
  let origin: string;
  let server: ReturnType<typeof createServer>;
  let nowMs: number;
  beforeEach(async () => {
    received = [];
    answer = () => 200;
    nowMs = Date.parse('2026-11-23T10:00:00Z');
    server = createServer(async (request, response) => {
      const path = request.url ?? '';
      const body = (await readBody(request)).toString();
      received.push({ path, headers: request.headers, body });
      response.writeHead(answer(path), { location: `${origin}/again` });
      response.end('x'.repeat(10));
    });
    origin = `http://127.0.0.1:${await listenLocally(server)}`;
  });
  afterEach(() => stopServer(server));

  const open = (targets: readonly AlertTarget[], database = openDatabase(':memory:').database) =>
    openAlertDeliveries({
      database,
      targets,
      logger: silentLogger,
      newId: () => crypto.randomUUID(),
      now: () => new Date(nowMs),
    });

  it('reach a webhook signed, so that a receiver can check who sent them', async () => {
    const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`;
    const deliveries = open([{ kind: 'webhook', url: `${origin}/hook`, secret }]);
    deliveries.send(message);
    await deliveries.flush();
    deliveries.stop();
    const [request] = received;
    assert.ok(request);
    const { headers, body } = request;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const expected = createHmac('sha256', 'a secret of some length')
      .update(signed)
      .digest('base64');
    assert.equal(headers['webhook-signature'], `v1,${expected}`);
    assert.equal(JSON.parse(body).type, 'alert.fired');
    assert.deepEqual(JSON.parse(body).data.alert, alert);
  });

  it('reach Teams as an Adaptive Card and Slack as blocks', async () => {
    const deliveries = open([
      { kind: 'teams', url: `${origin}/teams` },
      { kind: 'slack', url: `${origin}/slack` },
    ]);
    deliveries.send(message);
    await deliveries.flush();
    deliveries.stop();
    const bodyOf = (path: string) =>
      JSON.parse(received.find((request) => request.path === path)?.body ?? '{}');
    const [attachment] = bodyOf('/teams').attachments;
    assert.equal(attachment.contentType, 'application/vnd.microsoft.card.adaptive');
    assert.equal(attachment.content.type, 'AdaptiveCard');
    assert.match(bodyOf('/slack').text, /^Alert: More than 5 %/);
    assert.equal(bodyOf('/slack').blocks[0].type, 'header');
  });

  it('are tried again with growing waits, under the same id, and across a restart', async () => {
    const { database } = openDatabase(':memory:');
    const targets = [{ kind: 'webhook', url: `${origin}/hook` }] as const;
    answer = () => 503;
    const before = open(targets, database);
    before.send(message);
    await before.flush();
    await before.flush();
    assert.equal(received.length, 1, 'it waits before the second try');
    before.stop();
    nowMs += 2_000;
    answer = () => 200;
    const after = open(targets, database);
    await after.flush();
    nowMs += 3_600_000;
    await after.flush();
    after.stop();
    const ids = received.map(({ headers }) => headers['webhook-id']);
    assert.equal(ids.length, 2, 'what was taken is not sent again');
    assert.equal(ids[0], ids[1]);
  });

  it('are not put off by a clock that is set back', async () => {
    answer = () => 503;
    const deliveries = open([{ kind: 'webhook', url: `${origin}/hook` }]);
    deliveries.send(message);
    await deliveries.flush();
    nowMs -= 7 * 86_400_000;
    answer = () => 200;
    await deliveries.flush();
    assert.equal(received.length, 2);
    nowMs += 30 * 86_400_000;
    await deliveries.flush();
    deliveries.stop();
    assert.equal(received.length, 2, 'what was taken is not sent again');
  });

  it('that point back to this very service end after so many tries, and bring forth no others', async () => {
    // The service answers its own alerts with an error: what fails there is no new alert here.
    answer = () => 500;
    const deliveries = open([{ kind: 'webhook', url: `${origin}/monitoring/alerts` }]);
    deliveries.send(message);
    for (let tries = 0; tries < 30; tries += 1) {
      await deliveries.flush();
      nowMs += 1_800_000;
    }
    deliveries.stop();
    assert.equal(received.length, 10);
    assert.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1);
  });

  it('follow no redirect, so that a target which points back makes no loop', async () => {
    answer = () => 302;
    const deliveries = open([{ kind: 'webhook', url: `${origin}/hook` }]);
    deliveries.send(message);
    await deliveries.flush();
    deliveries.stop();
    assert.deepEqual(
      received.map(({ path }) => path),
      ['/hook'],
    );
  });

  it('end when the target says that it will never take them', async () => {
    answer = () => 404;
    const deliveries = open([{ kind: 'slack', url: `${origin}/slack` }]);
    deliveries.send(message);
    await deliveries.flush();
    nowMs += 3_600_000;
    await deliveries.flush();
    deliveries.stop();
    assert.equal(received.length, 1);
  });

  it('wait in bounded numbers while nobody takes them', async () => {
    const { database } = openDatabase(':memory:');
    await stopServer(server);
    const deliveries = open([{ kind: 'webhook', url: `${origin}/hook` }], database);
    for (let sent = 0; sent < 520; sent += 1) deliveries.send(message);
    const { waiting } = database
      .prepare('SELECT count(*) AS waiting FROM alert_deliveries')
      .get() as { waiting: number };
    deliveries.stop();
    assert.equal(waiting, 500);
  });
});
