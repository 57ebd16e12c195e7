import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { startProgram } from '#test/helpers/start-program.ts';
import { startTelemetryReceiver } from '#test/services/telemetry/telemetry-receiver.ts';

it('an alert fires, is acknowledged and resolves, and a webhook hears of each', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-alert-'));
  const receiver = await startTelemetryReceiver();
  const rulesFile = join(folder, 'rules.json');
  const rule = {
    rule: 'any-answer',
    title: 'Somebody was answered',
    metric: 'responseTimeP95Seconds',
    comparison: 'above',
    threshold: 0,
    windowSeconds: 10,
    forSeconds: 0,
    clearForSeconds: 0,
    severity: 'information',
  };
  await writeFile(rulesFile, JSON.stringify([rule]));
  const program = await startProgram({
    dataFolder: join(folder, 'data'),
    environment: {
      ALERT_RULES_FILE: rulesFile,
      ALERT_WEBHOOK_URL: `${receiver.origin}/hook`,
      ALERT_WEBHOOK_SECRET: 'a-secret-of-some-length',
    },
  });
  const post = async (path: string, body: object) => {
    const response = await fetch(program.origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as { sessionId: string };
  };
  const heard = () => receiver.requests.map(({ body }) => JSON.parse(body));
  const until = async (type: string) => {
    for (let tries = 0; tries < 300; tries += 1) {
      const found = heard().find((notice) => notice.type === type);
      if (found !== undefined) return found;
      await wait(100);
    }
    throw new Error(`nothing was heard of ${type}`);
  };
  try {
    const { sessionId } = await post('/api/v1/chat/session', {});
    await post('/api/v1/chat/message', { sessionId, message: 'how do i become an ai engineer' });
    const fired = await until('alert.fired');
    await post(`/monitoring/alerts/${fired.data.alert.id}/acknowledge`, {});
    await until('alert.acknowledged');
    const resolved = await until('alert.resolved');
    assert.equal(resolved.data.alert.id, fired.data.alert.id);
    assert.equal(resolved.data.alert.state, 'resolved');
    assert.ok(
      receiver.requests.every(({ headers }) => /^v1,/.test(String(headers['webhook-signature']))),
    );
  } finally {
    await program.stop();
    await receiver.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
