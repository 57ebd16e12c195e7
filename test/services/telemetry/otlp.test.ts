import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { context } from '@opentelemetry/api';
import { observeAnswers } from '#composition/observe-answers.ts';
import { createInstruments } from '#services/telemetry/instruments.ts';
import { observeModel } from '#services/telemetry/observe-model.ts';
import { createTurnTelemetry } from '#services/telemetry/observe-turn.ts';
import { openOpenTelemetry } from '#services/telemetry/open-telemetry.ts';
import { sampleAnswer } from '#test/helpers/sample-answer.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { startTelemetryReceiver } from './telemetry-receiver.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

const elapsedMs = () => performance.now();

const open = (origin: string) =>
  openOpenTelemetry({
    serviceName: 'career-mentor',
    serviceVersion: '0.0.0',
    samplingRatio: 1,
    logger: silentLogger,
    otlp: {
      tracesUrl: `${origin}/v1/traces`,
      metricsUrl: `${origin}/v1/metrics`,
      headers: { 'api-key': 'the-key' },
      metricsIntervalMs: 1_000,
    },
  });

/** One turn that asks one question of one model. */
async function runTurn(telemetry: Awaited<ReturnType<typeof open>>, includesContent: boolean) {
  const { tracer, meter } = telemetry;
  const instruments = createInstruments(meter);
  const model = observeModel(
    {
      name: 'gpt-4o',
      writes: 'freely',
      contextWindowTokens: 16_000,
      async *stream() {
        yield { type: 'text-delta', text: 'Build ' };
        yield { type: 'text-delta', text: 'something.' };
        yield { type: 'finish', reason: 'stop', usage: { promptTokens: 900, answerTokens: 20 } };
      },
    },
    { tracer, instruments, provider: 'openai', costOf: () => 0.0024, elapsedMs },
  );
  const answerQuestion = observeAnswers(
    async function* () {
      yield { type: 'stage', stage: 'understanding' };
      yield { type: 'stage', stage: 'writing' };
      for await (const event of model.stream({
        messages: [],
        temperature: 0.7,
        maxAnswerTokens: 100,
      }))
        if (event.type === 'text-delta') yield event;
      yield { type: 'answer', answer: sampleAnswer };
    },
    { tracer, instruments, includesContent, elapsedMs },
  );
  const turns = createTurnTelemetry({ tracer, instruments, elapsedMs });
  await turns.turn(
    { channel: 'msteams', activityType: 'message', userType: 'signed-in' },
    async () => {
      const question = {
        text: 'SECRET-WORDS of ana@x.example',
        conversationId: 'c-1',
        history: [],
      };
      for await (const event of answerQuestion(question)) void event;
    },
  );
}

describe('telemetry by OTLP', () => {
  it('is one tree a turn: answer, stages, and the model below its stage', async () => {
    const receiver = await startTelemetryReceiver();
    const telemetry = await open(receiver.origin);
    await runTurn(telemetry, false);
    await telemetry.close(5_000);
    await receiver.stop();
    const spans = receiver.bodiesOf(/traces/).flatMap((body) => {
      const { resourceSpans } = JSON.parse(body);
      return resourceSpans.flatMap((resource: { scopeSpans: { spans: OtlpSpan[] }[] }) =>
        resource.scopeSpans.flatMap((scope) => scope.spans),
      ) as OtlpSpan[];
    });
    const byName = new Map(spans.map((span) => [span.name, span]));
    const parentOf = (name: string) =>
      spans.find(({ spanId }) => spanId === byName.get(name)?.parentSpanId)?.name;
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
    assert.equal(parentOf('answer question'), 'turn msteams');
    assert.equal(parentOf('stage understanding'), 'answer question');
    assert.equal(parentOf('stage writing'), 'answer question');
    assert.equal(parentOf('chat gpt-4o'), 'stage writing');
    const call = Object.fromEntries(
      byName
        .get('chat gpt-4o')
        ?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? [],
    );
    assert.equal(call['gen_ai.operation.name'], 'chat');
    assert.equal(call['gen_ai.provider.name'], 'openai');
    assert.equal(call['gen_ai.request.model'], 'gpt-4o');
    assert.equal(Number(call['gen_ai.usage.input_tokens']), 900);
    assert.equal(receiver.requests[0]?.headers['api-key'], 'the-key');
    const all = receiver.requests.map(({ body }) => body).join('\n');
    assert.ok(!all.includes('SECRET-WORDS') && !all.includes('ana@x.example'), 'no words leave');
    assert.match(all, /gen_ai\.client\.token\.usage/);
    assert.match(all, /ai_cost_estimate_usd/);
  });

  it('carries words only where that is asked for, and then without addresses', async () => {
    const receiver = await startTelemetryReceiver();
    const telemetry = await open(receiver.origin);
    await runTurn(telemetry, true);
    await telemetry.close(5_000);
    await receiver.stop();
    const all = receiver.bodiesOf(/traces/).join('\n');
    assert.match(all, /SECRET-WORDS of \[mail address\]/);
    assert.ok(!all.includes('ana@x.example'));
  });

  it('that nobody takes is dropped and counted, in bounded memory, and holds nobody up', async () => {
    const receiver = await startTelemetryReceiver(() => ({ status: 400 }));
    const telemetry = await open(receiver.origin);
    for (let index = 0; index < 10_000; index += 1) telemetry.tracer.startSpan('work').end();
    assert.ok(telemetry.dropped() >= 10_000 - 2_048, String(telemetry.dropped()));
    await telemetry.close(5_000);
    assert.equal(telemetry.dropped(), 10_000);
    await receiver.stop();
  });

  it('whose receiver cannot be reached ends in time all the same', async () => {
    const receiver = await startTelemetryReceiver();
    await receiver.stop();
    const telemetry = await open(receiver.origin);
    telemetry.tracer.startSpan('work').end();
    await telemetry.close(500);
    assert.equal(context.active().getValue(Symbol('none')), undefined);
  });
});
