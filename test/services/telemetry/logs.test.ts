import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { context, trace } from '@opentelemetry/api';
import { emitLogLine } from '#services/telemetry/emit-log-line.ts';
import { type OpenTelemetry, openOpenTelemetry } from '#services/telemetry/open-telemetry.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { startTelemetryReceiver } from './telemetry-receiver.ts';

interface LogRecord {
  readonly severityNumber: number;
  readonly severityText: string;
  readonly body: { readonly stringValue: string };
  readonly traceId?: string;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

const line = (fields: object) =>
  JSON.stringify({ level: 'error', time: '2026-11-23T10:00:00.000Z', ...fields });

describe('logs by OTLP', () => {
  let receiver: Awaited<ReturnType<typeof startTelemetryReceiver>>;
  let status: number;
  let telemetry: OpenTelemetry;
  beforeEach(async () => {
    status = 200;
    receiver = await startTelemetryReceiver(() => ({ status }));
    telemetry = await openOpenTelemetry({
      serviceName: 'career-mentor',
      serviceVersion: '0.0.0',
      samplingRatio: 1,
      logger: silentLogger,
      otlp: {
        tracesUrl: `${receiver.origin}/v1/traces`,
        logsUrl: `${receiver.origin}/v1/logs`,
        headers: { 'api-key': 'the-key' },
        metricsIntervalMs: 60_000,
      },
    });
  });
  afterEach(() => receiver.stop());

  const received = (): LogRecord[] =>
    receiver
      .bodiesOf(/logs/)
      .flatMap((body) => JSON.parse(body).resourceLogs)
      .flatMap(({ scopeLogs }) => scopeLogs)
      .flatMap(({ logRecords }) => logRecords);

  it('hold a line with its level, figures and codes, within its trace', async () => {
    const span = telemetry.tracer.startSpan('turn');
    context.with(trace.setSpan(context.active(), span), () =>
      emitLogLine(line({ level: 'warn', msg: 'a turn failed', attempt: 2, code: 'model-down' })),
    );
    span.end();
    await telemetry.close(5_000);
    const [record] = received();
    assert.equal(record?.severityText, 'warn');
    assert.equal(record?.severityNumber, 13);
    assert.equal(record?.body.stringValue, 'a turn failed');
    assert.equal(record?.traceId, span.spanContext().traceId);
    assert.deepEqual(
      record?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]),
      [
        ['attempt', 2],
        ['code', 'model-down'],
      ],
    );
    assert.equal(receiver.requests.at(-1)?.headers['api-key'], 'the-key');
  });

  it('tell of an error its class and where it was thrown, and none of its words', async () => {
    const inner = new RangeError('I am Ana, mail me at ana@x.example');
    const { stack } = new Error('my secret plan failed', { cause: inner });
    const err = {
      type: 'Error',
      message: 'my secret plan failed',
      stack: `${stack}\n${inner.stack}`,
    };
    emitLogLine(line({ msg: 'it failed for ana@x.example', err, reason: 'my secret plan' }));
    await telemetry.close(5_000);
    const sent = JSON.stringify(received());
    for (const word of ['secret', 'Ana', 'ana@x.example', 'reason'])
      assert.ok(!sent.includes(word), word);
    assert.match(sent, /exception\.type/);
    assert.match(sent, /logs\.test\.ts/);
    assert.match(sent, /it failed for \[mail address\]/);
  });

  it('that nobody takes are dropped and counted, in bounded memory', async () => {
    status = 400;
    for (let index = 0; index < 10_000; index += 1) emitLogLine(line({ msg: 'x' }));
    assert.ok(telemetry.dropped() >= 10_000 - 2_048, String(telemetry.dropped()));
    await telemetry.close(5_000);
    assert.equal(telemetry.dropped(), 10_000);
  });

  it('go nowhere once telemetry has ended', async () => {
    await telemetry.close(5_000);
    emitLogLine(line({ msg: 'too late' }));
    assert.equal(received().length, 0);
  });
});
