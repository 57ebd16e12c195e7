import type { Meter } from '@opentelemetry/api';
import { createBoundedLabel } from './bounded-label.ts';
import { latencyBoundsSeconds, type UserType } from './port.ts';

const latency = { advice: { explicitBucketBoundaries: [...latencyBoundsSeconds] } };
/** https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-metrics/ */
const tokenBounds = [
  1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
  67_108_864,
];
const genAiBounds = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

/** Names of series that other parts read again; the first five are fixed by the architecture. */
export const metricNames = {
  requests: 'http_requests_total',
  requestDuration: 'http_request_duration_seconds',
  tokens: 'ai_tokens_used_total',
  cost: 'ai_cost_estimate_usd',
  responseTime: 'ai_response_time_seconds',
  turns: 'mentor_turns_total',
  turnDuration: 'mentor_turn_duration_seconds',
  stageDuration: 'mentor_stage_duration_seconds',
  firstWord: 'mentor_first_word_seconds',
  answers: 'mentor_answers_total',
  answerFailures: 'mentor_answer_failures_total',
  citations: 'mentor_citations_total',
  retrievals: 'mentor_retrievals_total',
  retrievalScore: 'mentor_retrieval_score',
  cacheLookups: 'mentor_cache_lookups_total',
  feedback: 'mentor_feedback_total',
  onboarding: 'mentor_onboarding_total',
  genAiTokens: 'gen_ai.client.token.usage',
  genAiDuration: 'gen_ai.client.operation.duration',
  genAiFirstChunk: 'gen_ai.client.operation.time_to_first_chunk',
} as const;

/** How a call of a model ended. */
export interface ModelCall {
  readonly operation: 'chat' | 'embeddings';
  readonly provider: string;
  readonly model: string;
  readonly seconds: number;
  readonly firstChunkSeconds?: number;
  readonly promptTokens?: number;
  readonly answerTokens?: number;
  /** A code of the error table. */
  readonly errorType?: string;
}

/** Everything that is counted as it happens. Labels are bounded: see createBoundedLabel. */
export type Instruments = ReturnType<typeof createInstruments>;

/** Makes the instruments on a meter; recording never fails and never waits. */
export function createInstruments(meter: Meter) {
  return {
    ...createEdgeInstruments(meter),
    ...createAnswerInstruments(meter),
    ...createModelInstruments(meter),
  };
}

function createEdgeInstruments(meter: Meter) {
  const endpointOf = createBoundedLabel(150);
  const methodOf = createBoundedLabel(9);
  const channelOf = createBoundedLabel(12);
  const requests = meter.createCounter(metricNames.requests, {
    description: 'HTTP requests answered.',
  });
  const requestDuration = meter.createHistogram(metricNames.requestDuration, {
    description: 'Time from the head of a request to the end of its answer.',
    ...latency,
  });
  const turns = meter.createCounter(metricNames.turns, {
    description: 'Turns of a channel by how they ended.',
  });
  const turnDuration = meter.createHistogram(metricNames.turnDuration, {
    description: 'Time a turn took, its reply included.',
    ...latency,
  });
  return {
    channelOf,
    recordRequest(request: {
      readonly method: string;
      readonly endpoint: string;
      readonly statusCode: number;
      readonly userType: UserType;
      readonly seconds: number;
    }): void {
      const endpoint = endpointOf(request.endpoint);
      requests.add(1, {
        method: methodOf(request.method),
        endpoint,
        status_code: String(request.statusCode),
        user_type: request.userType,
      });
      requestDuration.record(request.seconds, { endpoint });
    },
    recordTurn(turn: {
      readonly channel: string;
      readonly outcome: 'ended' | 'failed';
      readonly seconds: number;
    }): void {
      turns.add(1, { channel: turn.channel, outcome: turn.outcome });
      turnDuration.record(turn.seconds, { channel: turn.channel });
    },
  };
}

function createAnswerInstruments(meter: Meter) {
  const reasonOf = createBoundedLabel(12);
  const modelOf = createBoundedLabel(30);
  const counter = (name: string, description: string) => meter.createCounter(name, { description });
  const responseTime = meter.createHistogram(metricNames.responseTime, {
    description: 'Time from a question to its whole answer.',
    ...latency,
  });
  const firstWord = meter.createHistogram(metricNames.firstWord, {
    description: 'Time from a question to the first word of its answer.',
    ...latency,
  });
  const stageDuration = meter.createHistogram(metricNames.stageDuration, {
    description: 'Time of one stage of the pipeline.',
    ...latency,
  });
  const answers = counter(metricNames.answers, 'Answers by how they rest on their sources.');
  const failures = counter(metricNames.answerFailures, 'Questions that got no answer, by error.');
  const citations = counter(
    metricNames.citations,
    'Statements of answers by whether their source bears them out.',
  );
  const feedback = counter(metricNames.feedback, 'Thumbs, and the reasons that were given.');
  const onboarding = counter(metricNames.onboarding, 'Profiles begun and completed.');
  return {
    recordAnswer(answer: {
      readonly model: string;
      readonly state: string;
      readonly writtenBy: string;
      readonly seconds: number;
      readonly supported: number;
      readonly dropped: number;
    }): void {
      answers.add(1, { state: answer.state, written_by: answer.writtenBy });
      responseTime.record(answer.seconds, { model: modelOf(answer.model) });
      if (answer.supported > 0) citations.add(answer.supported, { outcome: 'verified' });
      if (answer.dropped > 0) citations.add(answer.dropped, { outcome: 'dropped' });
    },
    recordAnswerFailure: (code: string) => failures.add(1, { code }),
    recordFirstWord: (seconds: number) => firstWord.record(seconds),
    recordStage: (stage: string, seconds: number) => stageDuration.record(seconds, { stage }),
    recordFeedback: (reaction: 'like' | 'dislike', reason: string) =>
      feedback.add(1, { reaction, reason: reasonOf(reason) }),
    recordOnboarding: (step: 'begun' | 'completed') => onboarding.add(1, { step }),
  };
}

function createModelInstruments(meter: Meter) {
  const modelOf = createBoundedLabel(30);
  const namespaceOf = createBoundedLabel(12);
  /** A model server may write whatever it likes into its errors. */
  const errorTypeOf = createBoundedLabel(40);
  const tokens = meter.createCounter(metricNames.tokens, {
    description: 'Tokens that models read and wrote.',
  });
  /** It only ever grows, but its name is fixed, and a counter's would end in _total. */
  const cost = meter.createUpDownCounter(metricNames.cost, {
    description: 'What these tokens cost in US dollars, by the price list, since the start.',
  });
  const genAiTokens = meter.createHistogram(metricNames.genAiTokens, {
    description: 'Tokens of one call of a model.',
    unit: '{token}',
    advice: { explicitBucketBoundaries: tokenBounds },
  });
  const genAiDuration = meter.createHistogram(metricNames.genAiDuration, {
    description: 'Time of one call of a model.',
    unit: 's',
    advice: { explicitBucketBoundaries: genAiBounds },
  });
  const genAiFirstChunk = meter.createHistogram(metricNames.genAiFirstChunk, {
    description: 'Time to the first piece of an answer that is streamed.',
    unit: 's',
    advice: { explicitBucketBoundaries: genAiBounds },
  });
  const retrievals = meter.createCounter(metricNames.retrievals, {
    description: 'Searches by how well the best passage fits the question.',
  });
  const retrievalScore = meter.createHistogram(metricNames.retrievalScore, {
    description: 'Share of the question that the best passage is about, 0 to 1.',
    advice: { explicitBucketBoundaries: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1] },
  });
  const cacheLookups = meter.createCounter(metricNames.cacheLookups, {
    description: 'Lookups in the cache.',
  });
  return {
    recordModelCall(call: ModelCall, userType: UserType, costUsd: number | undefined): void {
      const model = modelOf(call.model);
      const attributes = {
        'gen_ai.operation.name': call.operation,
        'gen_ai.provider.name': call.provider,
        'gen_ai.request.model': model,
      };
      genAiDuration.record(call.seconds, {
        ...attributes,
        ...(call.errorType === undefined ? {} : { 'error.type': errorTypeOf(call.errorType) }),
      });
      if (call.firstChunkSeconds !== undefined)
        genAiFirstChunk.record(call.firstChunkSeconds, attributes);
      const { promptTokens = 0, answerTokens = 0 } = call;
      if (promptTokens > 0)
        genAiTokens.record(promptTokens, { ...attributes, 'gen_ai.token.type': 'input' });
      if (answerTokens > 0)
        genAiTokens.record(answerTokens, { ...attributes, 'gen_ai.token.type': 'output' });
      // Also where there are none: the series is then there from the first call on.
      tokens.add(promptTokens + answerTokens, { model, user_type: userType });
      if (costUsd !== undefined) cost.add(costUsd, { model });
    },
    recordRetrieval(score: number | undefined): void {
      retrievals.add(1, { quality: qualityOf(score) });
      if (score !== undefined) retrievalScore.record(score);
    },
    recordCacheLookup: (namespace: string, isHit: boolean) =>
      cacheLookups.add(1, { cache: namespaceOf(namespace), outcome: isHit ? 'hit' : 'miss' }),
  };
}

/** From half of a question's weight on, a passage is about it. */
const goodScore = 0.5;

function qualityOf(score: number | undefined): 'good' | 'weak' | 'none' {
  if (score === undefined) return 'none';
  return score >= goodScore ? 'good' : 'weak';
}
