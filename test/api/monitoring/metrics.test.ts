import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { WebSocket } from 'ws';
import { type Program, startProgram } from '#test/helpers/start-program.ts';
import { readPrometheus, type Series } from './read-prometheus.ts';

const metricsToken = 'a-token-of-some-length';

describe('the monitoring of the program', () => {
  let folder: string;
  let program: Program;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-metrics-'));
    program = await startProgram({
      dataFolder: folder,
      environment: { METRICS_TOKEN: metricsToken },
    });
  });
  after(async () => {
    await program?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const call = (path: string, options: RequestInit = {}) => fetch(program.origin + path, options);
  const post = (path: string, body: object) =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const read = async (): Promise<Series[]> => {
    const response = await call('/metrics');
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    return readPrometheus(await response.text());
  };
  const find = (series: readonly Series[], name: string, labels: Record<string, string> = {}) =>
    series.filter(
      (one) =>
        one.name === name &&
        Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );

  it('has the series that the architecture names once somebody asked', async () => {
    const session = (await (await post('/api/v1/chat/session', {})).json()) as {
      sessionId: string;
    };
    const answer = await post('/api/v1/chat/message', {
      sessionId: session.sessionId,
      message: 'how do i become an ai engineer',
    });
    assert.equal(answer.status, 200);
    await answer.text();
    const series = await read();
    const turns = find(series, 'mentor_turns_total').map(({ labels, value }) => [labels, value]);
    assert.deepEqual(turns, [[{ channel: 'api', outcome: 'ended' }, 1]]);
    const [requests] = find(series, 'http_requests_total', { endpoint: '/api/v1/chat/message' });
    assert.deepEqual(Object.keys(requests?.labels ?? {}).toSorted(), [
      'endpoint',
      'method',
      'status_code',
      'user_type',
    ]);
    assert.equal(requests?.value, 1);
    const [duration] = find(series, 'http_request_duration_seconds_count', {
      endpoint: '/api/v1/chat/message',
    });
    assert.equal(duration?.value, 1);
    const model = { model: 'extractive' };
    assert.deepEqual(find(series, 'ai_tokens_used_total', model)[0]?.labels, {
      ...model,
      user_type: 'anonymous',
    });
    assert.equal(find(series, 'ai_cost_estimate_usd', model)[0]?.value, 0);
    assert.equal(find(series, 'ai_response_time_seconds_count', model)[0]?.value, 1);
    assert.equal(find(series, 'mentor_ready')[0]?.value, 1);
    assert.equal(find(series, 'mentor_active_people')[0]?.value, 1);
  });

  it('keeps labels few, whatever strangers send', async () => {
    await Promise.all(
      Array.from({ length: 300 }, (_, index) =>
        call(`/hostile-${index}"}{x="${index}`, { method: index % 2 === 0 ? 'GET' : 'POST' }),
      ),
    );
    const endpoints = new Set(
      find(await read(), 'http_requests_total').map(({ labels }) => labels['endpoint']),
    );
    assert.ok(endpoints.has('unmatched'));
    assert.ok(![...endpoints].some((endpoint) => endpoint?.includes('hostile')));
  });

  it('gives metrics to this machine and to the token, and to no page and no proxy', async () => {
    const statusOf = async (headers: Record<string, string>) =>
      (await call('/metrics', { headers })).status;
    assert.equal(await statusOf({}), 200);
    assert.equal(await statusOf({ origin: 'https://evil.example' }), 403);
    assert.equal(await statusOf({ 'x-forwarded-for': '203.0.113.7' }), 401);
    const proxied = { 'x-forwarded-for': '203.0.113.7' };
    assert.equal(await statusOf({ ...proxied, authorization: `Bearer ${metricsToken}` }), 200);
    assert.equal(await statusOf({ ...proxied, authorization: 'Bearer wrong' }), 401);
  });

  it('answers alerts in the shape that was agreed, and refuses strange pages', async () => {
    const body = (await (await call('/monitoring/alerts')).json()) as { alerts: unknown };
    assert.ok(Array.isArray(body.alerts));
    const headers = { origin: 'https://evil.example' };
    assert.equal((await call('/monitoring/alerts', { headers })).status, 403);
    assert.equal((await post('/monitoring/alerts/unknown/acknowledge', {})).status, 404);
    assert.equal((await post('/monitoring/maintenance', { minutes: -1 })).status, 400);
    assert.equal((await post('/monitoring/maintenance', { minutes: 0 })).status, 200);
  });

  describe('its socket', () => {
    const socketOf = (headers: Record<string, string> = {}) =>
      new WebSocket(
        `${program.origin.replace('http', 'ws')}/monitoring/ws`,
        'career-mentor.monitoring.v1',
        { headers },
      );
    const statusOf = async (socket: WebSocket): Promise<number> => {
      const [, response] = await once(socket, 'unexpected-response');
      return response.statusCode;
    };

    it('gives the history on load, and a point after it', async () => {
      const socket = socketOf();
      const messages: { type: string }[] = [];
      socket.on('message', (data) => messages.push(JSON.parse(String(data))));
      await once(socket, 'message');
      assert.deepEqual(Object.keys(messages[0] ?? {}).toSorted(), [
        'alerts',
        'day',
        'hour',
        'limits',
        'live',
        'maintenanceUntil',
        'replica',
        'type',
      ]);
      await once(socket, 'message');
      assert.equal(messages[1]?.type, 'point');
      socket.close();
    });

    it('refuses pages of other origins and callers from elsewhere', async () => {
      assert.equal(await statusOf(socketOf({ origin: 'https://evil.example' })), 403);
      assert.equal(await statusOf(socketOf({ 'x-forwarded-for': '203.0.113.7' })), 401);
      assert.equal(await statusOf(socketOf({ host: 'rebound.example' })), 401);
    });

    it('refuses what is no upgrade of ours', async () => {
      const { port } = new URL(program.origin);
      const answers = ['/nothing', '/v3/directline/nothing', '/monitoring/ws'].map(async (path) => {
        const socket = connect(Number(port), '127.0.0.1');
        // The last has no key: it is forged.
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
        );
        const [data] = await once(socket, 'data');
        socket.destroy();
        return String(data).slice(0, 12);
      });
      assert.deepEqual(await Promise.all(answers), [
        'HTTP/1.1 404',
        'HTTP/1.1 404',
        'HTTP/1.1 400',
      ]);
    });

    it('outlives a hundred viewers that never read, and those that say too much', async () => {
      const viewers = Array.from({ length: 100 }, () => {
        const socket = socketOf();
        socket.on('open', () => socket.pause());
        socket.on('error', () => undefined);
        return socket;
      });
      await Promise.all(viewers.map((socket) => once(socket, 'open')));
      const chatty = socketOf();
      chatty.on('error', () => undefined);
      await once(chatty, 'open');
      chatty.send('x'.repeat(10_000));
      await once(chatty, 'close');
      assert.equal((await call('/health/ready')).status, 200);
      for (const socket of viewers) socket.terminate();
    });
  });
});
