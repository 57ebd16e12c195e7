import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { startProgram } from '#test/helpers/start-program.ts';
import { startTeamsConnector } from '#test/helpers/teams-connector.ts';
import { startTelemetryReceiver } from '#test/services/telemetry/telemetry-receiver.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const question = 'how do i become an ai engineer';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
}

/** Answers every question with the same words, and keeps the headers it got. */
async function startModel() {
  const received: IncomingHttpHeaders[] = [];
  const chunk = (delta: object, finish: string | null) =>
    `data: ${JSON.stringify({ id: '1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const server = createServer((request, response) => {
    received.push(request.headers);
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `${chunk({ role: 'assistant', content: 'Build something small [1].' }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`,
    );
  });
  return {
    received,
    url: `http://127.0.0.1:${await listenLocally(server)}/v1`,
    stop: () => stopServer(server),
  };
}

it('a message, its turn, the model, the stores and the reply are one trace, and its log lines say so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'career-mentor-trace-'));
  const [receiver, model, connector] = [
    await startTelemetryReceiver(),
    await startModel(),
    await startTeamsConnector(),
  ];
  // The answer is refused for good: that is what the log tells of.
  connector.interfere = ({ body }) =>
    body['type'] === 'message' && model.received.length > 0
      ? { status: 403, body: { error: { code: 'Gone' } } }
      : undefined;
  const program = await startProgram({
    dataFolder: folder,
    environment: {
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'none',
      OPENAI_MODEL: 'gpt-4o',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
      OTEL_METRIC_EXPORT_INTERVAL: '1000',
    },
  });
  try {
    const response = await fetch(`${program.origin}/api/messages`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      },
      body: JSON.stringify({
        type: 'message',
        id: 'a-1',
        text: question,
        channelId: 'emulator',
        serviceUrl: connector.serviceUrl,
        conversation: { id: 'c-1' },
        from: { id: 'u-1', name: 'Zebulon' },
        recipient: { id: 'bot' },
      }),
    });
    assert.equal(response.status, 202);
    const isOver = () => program.output().includes(traceId);
    for (let tries = 0; tries < 300 && !isOver(); tries += 1) await wait(100);
    assert.ok(isOver(), 'the log tells of the refusal');
  } finally {
    await program.stop();
    await Promise.all([receiver.stop(), model.stop(), connector.stop()]);
    await rm(folder, { recursive: true, force: true });
  }

  const spans: Span[] = receiver
    .bodiesOf(/traces/)
    .flatMap((body) => JSON.parse(body).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans: some }) => some)
    .filter((span: Span) => span.traceId === traceId);
  const parentOf = (name: string) => {
    const span = spans.find((candidate) => candidate.name === name);
    return spans.find(({ spanId }) => spanId === span?.parentSpanId)?.name;
  };
  assert.equal(
    spans.find(({ name }) => name === 'POST /api/messages')?.parentSpanId,
    '00f067aa0ba902b7',
  );
  assert.equal(parentOf('turn emulator'), 'POST /api/messages');
  assert.equal(parentOf('answer question'), 'turn emulator');
  assert.equal(parentOf('knowledge-index search'), 'stage searching');
  assert.equal(parentOf('chat gpt-4o'), 'stage writing');
  assert.equal(parentOf('send emulator'), 'turn emulator');
  assert.equal(parentOf('bot-state read'), 'turn emulator');

  const nameOfCaller = (traceparent: unknown) => {
    const [, id, spanId] = String(traceparent).split('-');
    assert.equal(id, traceId);
    return spans.find((span) => span.spanId === spanId)?.name;
  };
  assert.equal(nameOfCaller(model.received[0]?.['traceparent']), 'chat gpt-4o');
  assert.ok(connector.calls.length > 0);
  for (const { headers } of connector.calls) nameOfCaller(headers['traceparent']);
  assert.equal(nameOfCaller(connector.calls.at(-1)?.headers['traceparent']), 'send emulator');

  const records = receiver
    .bodiesOf(/logs/)
    .flatMap((body) => JSON.parse(body).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords);
  const ofTurn = records.filter((record: Span) => record.traceId === traceId);
  assert.ok(ofTurn.length > 0, 'what went wrong is in the log of the trace');
  assert.ok(receiver.bodiesOf(/metrics/).length > 0);
  const everything = receiver.requests.map(({ body }) => body).join('\n');
  for (const word of ['become an ai engineer', 'Build something small', 'Zebulon'])
    assert.ok(!everything.includes(word), `${word} has left`);
});
