import assert from 'node:assert/strict';
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { CosmosClient } from '@azure/cosmos';
import { AzureKeyCredential, SearchClient } from '@azure/search-documents';
import { BlobServiceClient } from '@azure/storage-blob';
import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { WebClient } from '@slack/web-api';
import { ConnectorClient, MicrosoftAppCredentials } from 'botframework-connector';
import OpenAI from 'openai';
import { createConnectionPool } from '#services/openai/connection-pool.ts';
import { type OpenTelemetry, openOpenTelemetry } from '#services/telemetry/open-telemetry.ts';
import { continueTrace } from '#services/telemetry/trace-headers.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const incoming = { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: 'vendor=7' };

describe('the trace of a caller', () => {
  let telemetry: OpenTelemetry;
  let received: IncomingHttpHeaders[];
  let origin: string;
  const server = createServer((request, response) => {
    received.push(request.headers);
    request.resume();
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end('{}');
  });
  before(async () => {
    origin = `http://127.0.0.1:${await listenLocally(server)}`;
    telemetry = await openOpenTelemetry({
      serviceName: 'career-mentor',
      serviceVersion: '0.0.0',
      samplingRatio: 1,
      logger: silentLogger,
      otlp: { tracesUrl: `${origin}/v1/traces`, headers: {}, metricsIntervalMs: 60_000 },
    });
  });
  after(async () => {
    await telemetry.close(1_000);
    await stopServer(server);
  });

  /** Calls the server from within a span of that trace; resolves to the id of the span and what the server got. */
  async function callWithin(call: () => Promise<unknown>, headers: object = incoming) {
    received = [];
    const parent = continueTrace(headers, ROOT_CONTEXT);
    const span = telemetry.tracer.startSpan('call', { kind: SpanKind.CLIENT }, parent);
    // Every call is refused: what counts is what it said.
    await context.with(trace.setSpan(parent, span), () => call().catch(() => undefined));
    span.end();
    const ours = received.find((got) => got['traceparent'] !== undefined) ?? received[0];
    return { spanId: span.spanContext().spanId, got: ours };
  }

  const clients: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['Node’s fetch', () => fetch(origin)],
    ['a pooled connection', () => createConnectionPool().fetch(origin)],
    [
      'Node’s http',
      () =>
        new Promise((resolve) => httpRequest(origin, { method: 'POST' }, resolve).end('{}')).then(
          (response) => (response as { resume(): void }).resume(),
        ),
    ],
    [
      'a model, by its own client',
      () =>
        new OpenAI({
          baseURL: origin,
          apiKey: 'none',
          maxRetries: 0,
          fetch: createConnectionPool().fetch,
        }).models.list(),
    ],
    [
      'the connector of Bot Framework',
      () =>
        new ConnectorClient(new MicrosoftAppCredentials('', ''), {
          baseUri: origin,
        }).conversations.sendToConversation('c', { type: 'message' }),
    ],
    [
      'Slack',
      () =>
        new WebClient('xoxb', {
          slackApiUrl: `${origin}/`,
          retryConfig: { retries: 0 },
        }).auth.test(),
    ],
    [
      'Azure AI Search',
      () =>
        new SearchClient(origin, 'articles', new AzureKeyCredential('key'), {
          allowInsecureConnection: true,
          retryOptions: { maxRetries: 0 },
        }).getDocumentsCount(),
    ],
    [
      'Azure Blob Storage',
      () =>
        new BlobServiceClient(origin, undefined, { retryOptions: { maxTries: 1 } }).getProperties(),
    ],
    ['Cosmos DB', () => new CosmosClient({ endpoint: origin, key: 'a2V5' }).getDatabaseAccount()],
  ];
  for (const [name, call] of clients)
    it(`goes on to ${name}, as a child of the span that calls`, async () => {
      const { spanId, got } = await callWithin(call);
      assert.equal(got?.['traceparent'], `00-${traceId}-${spanId}-01`);
      assert.equal(got?.['tracestate'], 'vendor=7');
    });

  it('brings nothing along that a stranger wrote into its baggage', async () => {
    const headers = { ...incoming, baggage: 'role=admin' };
    const { got } = await callWithin(() => fetch(origin), headers);
    assert.equal(got?.['baggage'], undefined);
    const parent = continueTrace(headers, ROOT_CONTEXT);
    assert.equal(propagation.getBaggage(parent), undefined);
  });

  it('is left alone where it is malformed: a new one begins', async () => {
    for (const traceparent of ['00-zz-00-01', 'x'.repeat(5_000), `00-${'0'.repeat(32)}-0-01`]) {
      const { got } = await callWithin(() => fetch(origin), { traceparent });
      assert.match(String(got?.['traceparent']), /^00-[\da-f]{32}-[\da-f]{16}-01$/);
      assert.doesNotMatch(String(got?.['traceparent']), new RegExp(traceId));
    }
  });

  it('keeps the header that a client set by itself', async () => {
    const own = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-00`;
    const { got } = await callWithin(() => fetch(origin, { headers: { traceparent: own } }));
    assert.equal(got?.['traceparent'], own);
  });

  it('is told to nobody outside of it', async () => {
    received = [];
    await fetch(origin);
    assert.equal(received[0]?.['traceparent'], undefined);
  });

  it('is sampled by our own share: a caller can neither force it nor hide', async () => {
    const none = await openOpenTelemetry({
      serviceName: 'career-mentor',
      serviceVersion: '0.0.0',
      samplingRatio: 0,
      logger: silentLogger,
      otlp: { tracesUrl: `${origin}/v1/traces`, headers: {}, metricsIntervalMs: 60_000 },
    });
    const forced = continueTrace(incoming, ROOT_CONTEXT);
    assert.equal(none.tracer.startSpan('x', {}, forced).isRecording(), false);
    await none.close(1_000);
    const hidden = continueTrace(
      { traceparent: incoming.traceparent.replace(/01$/, '00') },
      ROOT_CONTEXT,
    );
    assert.equal(telemetry.tracer.startSpan('x', {}, hidden).isRecording(), true);
  });
});
