import OpenAI from 'openai';
import { MentorError } from '#errors.ts';
import type { LanguageModel, ModelEvent, ModelRequest, TokenUsage } from './port.ts';

export interface OpenAiModelOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly contextTokens: number;
  /** How long the server may take to begin its answer, and between two pieces of it. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/** A model behind OpenAI's chat completions, or behind any server that speaks them (Ollama, vLLM, llama.cpp). */
export function createOpenAiModel(options: OpenAiModelOptions): LanguageModel {
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey,
    timeout: options.timeoutMs,
    /** Retries belong to the wrapper, which knows whether a word was shown already. */
    maxRetries: 0,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  return {
    name: options.model,
    writes: 'freely',
    contextWindowTokens: options.contextTokens,
    async *stream(request) {
      try {
        yield* streamCompletion(client, options, request);
      } catch (error) {
        request.signal?.throwIfAborted();
        throw toModelError(error, options.model);
      }
    },
  };
}

async function* streamCompletion(
  client: OpenAI,
  options: OpenAiModelOptions,
  request: ModelRequest,
): AsyncGenerator<ModelEvent> {
  const stream = await client.chat.completions.create(
    {
      model: options.model,
      messages: request.messages.map(({ role, content }) => ({ role, content })),
      temperature: request.temperature,
      max_tokens: request.maxAnswerTokens,
      stream: true,
      stream_options: { include_usage: true },
    },
    request.signal === undefined ? {} : { signal: request.signal },
  );
  let finishReason: string | null = null;
  let usage: TokenUsage = { promptTokens: 0, answerTokens: 0 };
  for await (const chunk of stream) {
    /** Some chunks carry usage or filter results and no choice; some servers leave out what is empty. */
    const choice = chunk.choices?.[0];
    if (choice?.delta?.content) yield { type: 'text-delta', text: choice.delta.content };
    finishReason = choice?.finish_reason ?? finishReason;
    if (chunk.usage)
      usage = {
        promptTokens: chunk.usage.prompt_tokens,
        answerTokens: chunk.usage.completion_tokens,
      };
  }
  /** An abort ends the SDK's loop without an error; so does a connection that closes cleanly in the middle. */
  request.signal?.throwIfAborted();
  if (finishReason === null)
    throw new MentorError(
      'model-unavailable',
      `${options.model} stopped in the middle of its answer`,
    );
  yield { type: 'finish', reason: toReason(finishReason), usage };
}

function toReason(finishReason: string): 'stop' | 'length' | 'content-filter' {
  if (finishReason === 'length') return 'length';
  return finishReason === 'content_filter' ? 'content-filter' : 'stop';
}

function toModelError(error: unknown, model: string): MentorError {
  if (error instanceof MentorError) return error;
  const status = error instanceof OpenAI.APIError ? error.status : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return new MentorError('model-unavailable', `${model} did not answer: ${message}`, {
    cause: error,
    details: {
      ...(status === undefined ? {} : { status }),
      /** Nothing that the server calls wrong becomes right by asking again. */
      isRetryable: status === undefined || status === 408 || status === 429 || status >= 500,
      ...(error instanceof OpenAI.APIError && error.code === 'content_filter'
        ? { reason: 'content-filter' }
        : {}),
    },
  });
}
