import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { SpanKind } from '@opentelemetry/api';
import { emitLogLine } from '#services/telemetry/emit-log-line.ts';
import { createInstruments } from '#services/telemetry/instruments.ts';
import { openOpenTelemetry } from '#services/telemetry/open-telemetry.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { createTrustedCertificate } from '#test/helpers/tls-certificate.ts';
import { startTelemetryReceiver } from './telemetry-receiver.ts';

interface Envelope {
  readonly name: string;
  readonly iKey: string;
  readonly data: {
    readonly baseType: string;
    readonly baseData: Readonly<Record<string, unknown>>;
  };
}

const instrumentationKey = '00000000-1111-2222-3333-444444444444';

describe('telemetry to Application Insights', () => {
  it('arrives at the ingestion endpoint as requests, dependencies, metrics and events', async () => {
    // The package sends nothing without TLS.
    const certificate = createTrustedCertificate();
    const receiver = await startTelemetryReceiver(
      (path) => ({
        status: 200,
        body: path.includes('track') ? { itemsReceived: 1, itemsAccepted: 1, errors: [] } : {},
      }),
      certificate,
    );
    const telemetry = await openOpenTelemetry({
      serviceName: 'career-mentor',
      serviceVersion: '0.0.0',
      samplingRatio: 1,
      logger: silentLogger,
      applicationInsights: {
        connectionString: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=${receiver.origin}/;LiveEndpoint=${receiver.origin}/`,
      },
    });
    const instruments = createInstruments(telemetry.meter);
    instruments.recordAnswer({
      model: 'gpt-4o',
      state: 'grounded',
      writtenBy: 'model',
      seconds: 1.2,
      supported: 2,
      dropped: 0,
    });
    telemetry.tracer
      .startSpan('GET /api/v1/me', {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'GET', 'http.response.status_code': 200 },
      })
      .end();
    telemetry.tracer.startSpan('chat gpt-4o', { kind: SpanKind.CLIENT }).end();
    telemetry.tracer
      .startSpan('answer question', { attributes: { 'mentor.first_word.seconds': 0.4 } })
      .end();
    emitLogLine(
      JSON.stringify({
        level: 'error',
        time: new Date().toISOString(),
        msg: 'a turn failed',
        err: {
          type: 'MentorError',
          code: 'model-down',
          message: 'my words',
          stack: '    at x.ts:1',
        },
      }),
    );
    telemetry.sendEvent('request_processed', { endpoint: '/api/v1/me', status: 200 });
    assert.match(await telemetry.prometheusText(), /mentor_answers_total\{state="grounded"/);
    const hasAsked = () => receiver.requests.some(({ path }) => path.includes('QuickPulse'));
    for (let tries = 0; tries < 150 && !hasAsked(); tries += 1) await wait(100);
    await telemetry.close(20_000);
    await receiver.stop();

    const envelopes = receiver
      .bodiesOf(/track/)
      .flatMap((body) =>
        body.startsWith('[')
          ? (JSON.parse(body) as Envelope[])
          : body.split('\n').map((line) => JSON.parse(line) as Envelope),
      );
    const dataOf = (baseType: string) =>
      envelopes.filter(({ data }) => data.baseType === baseType).map(({ data }) => data.baseData);
    assert.ok(envelopes.every(({ iKey }) => iKey === instrumentationKey));
    assert.equal(dataOf('RequestData')[0]?.['name'], 'GET /api/v1/me');
    assert.equal(dataOf('RequestData')[0]?.['responseCode'], '200');
    assert.ok(dataOf('RemoteDependencyData').some(({ name }) => name === 'chat gpt-4o'));
    assert.ok(dataOf('EventData').some(({ name }) => name === 'request_processed'));
    const answered = dataOf('RemoteDependencyData').find(({ name }) => name === 'answer question');
    assert.match(JSON.stringify(answered), /"mentor\.first_word\.seconds":"0\.4"/);
    const exceptions = JSON.stringify(dataOf('ExceptionData'));
    assert.match(exceptions, /"typeName":"model-down","message":"a turn failed"/);
    assert.doesNotMatch(exceptions, /my words/);
    const metrics = JSON.stringify(dataOf('MetricData'));
    assert.match(metrics, /mentor_answers_total/);
    assert.match(metrics, /ai_response_time_seconds/);
    assert.ok(hasAsked(), 'live metrics ask whether anybody looks');
  });
});
