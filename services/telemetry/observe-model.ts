import { context, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { HelperModel, LanguageModel, ModelEvent, TokenUsage } from '#services/model/port.ts';
import type { Instruments } from './instruments.ts';
import { currentUserType, errorTypeOf, failSpan, watchStream } from './spans.ts';

export interface ModelObserver {
  readonly tracer: Tracer;
  readonly instruments: Pick<Instruments, 'recordModelCall'>;
  /** Who serves the model, as the semantic conventions name it, such as `azure.ai.openai`. */
  readonly provider: string;
  /** The host that is asked; absent where nobody outside is. */
  readonly serverAddress?: string;
  readonly costOf: (
    model: string,
    tokens: { readonly prompt: number; readonly answer: number },
  ) => number | undefined;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs: () => number;
}

/** Counts what a model is asked: time, first piece, tokens, cost; never a word of it. Nothing is done for each piece. */
export function observeModel(model: LanguageModel, observer: ModelObserver): LanguageModel {
  return {
    ...model,
    stream: (request) =>
      watchStream<ModelEvent>(
        () => model.stream(request),
        () => {
          const call = beginCall('chat', model.name, observer, {
            'gen_ai.request.temperature': request.temperature,
            'gen_ai.request.max_tokens': request.maxAnswerTokens,
          });
          return {
            within: () => (call.isRecording ? call.within : undefined),
            see(event) {
              if (event.type === 'finish') call.end(event.usage, event.reason);
              else call.firstChunk();
            },
            fail: call.fail,
            end: call.abandon,
          };
        },
      ),
  };
}

/** Counts what a helper is asked. */
export function observeHelper(helper: HelperModel, observer: ModelObserver): HelperModel {
  return {
    ...helper,
    async complete(request) {
      const call = beginCall('chat', helper.name, observer, {
        'gen_ai.request.temperature': request.temperature,
        'gen_ai.request.max_tokens': request.maxAnswerTokens,
      });
      try {
        const completion = await context.with(call.within, () => helper.complete(request));
        call.end(completion.usage, 'stop');
        return completion;
      } catch (error) {
        call.fail(error);
        throw error;
      }
    },
  };
}

/** Counts the calls for vectors; their tokens the port does not tell. */
export function observeEmbeddings(
  embeddings: EmbeddingModel,
  observer: ModelObserver,
): EmbeddingModel {
  return {
    ...embeddings,
    async embed(texts, options) {
      const call = beginCall('embeddings', embeddings.name, observer, {});
      try {
        const vectors = await context.with(call.within, () => embeddings.embed(texts, options));
        call.end({ promptTokens: 0, answerTokens: 0 });
        return vectors;
      } catch (error) {
        call.fail(error);
        throw error;
      }
    },
  };
}

function beginCall(
  operation: 'chat' | 'embeddings',
  model: string,
  { tracer, instruments, provider, serverAddress, costOf, elapsedMs }: ModelObserver,
  attributes: Readonly<Record<string, number>>,
) {
  const startedMs = elapsedMs();
  // https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
  const span = tracer.startSpan(`${operation} ${model}`, {
    kind: SpanKind.CLIENT,
    attributes: {
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      ...(serverAddress !== undefined && { 'server.address': serverAddress }),
      ...attributes,
    },
  });
  const userType = currentUserType();
  let firstChunkMs: number | undefined;
  let isOver = false;
  const over = (usage: TokenUsage | undefined, errorType?: string) => {
    isOver = true;
    const tokens = { prompt: usage?.promptTokens ?? 0, answer: usage?.answerTokens ?? 0 };
    instruments.recordModelCall(
      {
        operation,
        provider,
        model,
        seconds: (elapsedMs() - startedMs) / 1_000,
        promptTokens: tokens.prompt,
        answerTokens: tokens.answer,
        ...(firstChunkMs === undefined
          ? {}
          : { firstChunkSeconds: (firstChunkMs - startedMs) / 1_000 }),
        ...(errorType === undefined ? {} : { errorType }),
      },
      userType,
      costOf(model, tokens),
    );
  };
  return {
    isRecording: span.isRecording(),
    within: trace.setSpan(context.active(), span),
    firstChunk(): void {
      firstChunkMs ??= elapsedMs();
    },
    end(usage: TokenUsage, reason?: string): void {
      if (isOver) return;
      over(usage);
      span.setAttributes({
        'gen_ai.usage.input_tokens': usage.promptTokens,
        'gen_ai.usage.output_tokens': usage.answerTokens,
        ...(reason === undefined ? {} : { 'gen_ai.response.finish_reasons': [reason] }),
      });
      span.end();
    },
    fail(error: unknown): void {
      if (isOver) return;
      over(undefined, errorTypeOf(error));
      failSpan(span, error);
    },
    /** Ends a call to whose end nobody listened. */
    abandon(): void {
      if (isOver) return;
      over(undefined, 'abandoned');
      span.setAttribute('error.type', 'abandoned');
      span.end();
    },
  };
}
