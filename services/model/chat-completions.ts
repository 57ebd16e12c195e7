import type OpenAI from 'openai';
import { MentorError } from '#errors.ts';
import {
  type AcceptedParameters,
  createParameterLearner,
} from '#services/openai/accepted-parameters.ts';
import { type ContentFilterResults, filteredCategories } from '#services/openai/content-filter.ts';
import type { OpenAiService } from '#services/openai/service-settings.ts';
import { toOpenAiError } from '#services/openai/to-openai-error.ts';
import type {
  HelperModel,
  HelperRequest,
  LanguageModel,
  ModelEvent,
  ModelRequest,
  TokenUsage,
} from './port.ts';

export interface ChatCompletionsOptions {
  readonly client: OpenAI;
  readonly service: OpenAiService;
  /** The model, or in Azure the deployment. */
  readonly model: string;
}

/**
 * What a reasoning model may spend on thinking, on top of the answer: its limit counts both. OpenAI's guide to reasoning
 * models advises 25,000; only what is used is paid.
 */
const reasoningTokens = 25_000;

/** A language model behind OpenAI's chat completions, as Azure and other servers speak them too. */
export function createChatModel(
  options: ChatCompletionsOptions & { readonly contextTokens: number },
): LanguageModel {
  const { model } = options;
  const call = createParameterLearner();
  return {
    name: model,
    writes: 'freely',
    contextWindowTokens: options.contextTokens,
    async *stream(request) {
      try {
        const chunks = await call((accepted) =>
          options.client.chat.completions.create(
            {
              model,
              ...commonParameters(request, accepted),
              stream: true,
              ...(accepted.streamOptions ? { stream_options: { include_usage: true } } : {}),
            },
            signalOf(request),
          ),
        );
        yield* readChunks(chunks, options, request);
      } catch (error) {
        request.signal?.throwIfAborted();
        throw toOpenAiError(error, { ...options, code: 'model-unavailable' });
      }
    },
  };
}

/** A helper model behind the same calls, in one piece. */
export function createChatHelper(options: ChatCompletionsOptions): HelperModel {
  const { model } = options;
  const call = createParameterLearner();
  return {
    name: model,
    async complete(request) {
      try {
        const completion = await call((accepted) =>
          options.client.chat.completions.create(
            { model, ...commonParameters(request, accepted), ...outputFormat(request, accepted) },
            {
              ...signalOf(request),
              ...(request.timeoutMs === undefined ? {} : { timeout: request.timeoutMs }),
            },
          ),
        );
        return readCompletion(completion, options);
      } catch (error) {
        request.signal?.throwIfAborted();
        throw toOpenAiError(error, { ...options, code: 'model-unavailable' });
      }
    },
  };
}

function signalOf({ signal }: Pick<ModelRequest, 'signal'>): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function commonParameters(
  request: Pick<ModelRequest, 'messages' | 'temperature' | 'maxAnswerTokens'>,
  accepted: AcceptedParameters,
) {
  return {
    messages: request.messages.map(({ role, content }) => ({ role, content })),
    ...(accepted.temperature ? { temperature: request.temperature } : {}),
    /** Only models that reason refuse the old name of the limit. */
    ...(accepted.tokenLimit === 'max_tokens'
      ? { max_tokens: request.maxAnswerTokens }
      : { max_completion_tokens: request.maxAnswerTokens + reasoningTokens }),
  };
}

function outputFormat(
  { output }: HelperRequest,
  accepted: AcceptedParameters,
): Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, 'response_format'> {
  if (output === undefined || accepted.outputFormat === 'none') return {};
  if (accepted.outputFormat === 'json_object') return { response_format: { type: 'json_object' } };
  const { name, schema } = output;
  return {
    response_format: { type: 'json_schema', json_schema: { name, schema, strict: true } },
  };
}

/** Azure's own addition to a choice. */
interface FilteredChoice {
  readonly content_filter_results?: ContentFilterResults;
}

async function* readChunks(
  chunks: AsyncIterable<OpenAI.ChatCompletionChunk>,
  { service, model }: ChatCompletionsOptions,
  { signal }: ModelRequest,
): AsyncGenerator<ModelEvent> {
  let finishReason: string | null = null;
  let filtered: readonly string[] = [];
  let usage: TokenUsage = { promptTokens: 0, answerTokens: 0 };
  let hasWords = false;
  for await (const chunk of chunks) {
    /** Some chunks carry usage or filter results and no choice; some servers leave out what is empty. */
    const choice: (OpenAI.ChatCompletionChunk.Choice & FilteredChoice) | undefined =
      chunk.choices?.[0];
    if (choice?.delta?.content) {
      hasWords = true;
      yield { type: 'text-delta', text: choice.delta.content };
    }
    if (choice?.finish_reason === 'content_filter')
      filtered = filteredCategories(choice.content_filter_results);
    finishReason = choice?.finish_reason ?? finishReason;
    usage = toUsage(chunk.usage) ?? usage;
  }
  /** An abort ends the SDK's loop without an error; so does a connection that closes cleanly in the middle. */
  signal?.throwIfAborted();
  if (finishReason === null)
    throw new MentorError(
      'model-unavailable',
      `${service.name} (${model}) stopped in the middle of its answer; check ${service.addressSetting} if this goes on.`,
      { details: { setting: service.addressSetting, isRetryable: true } },
    );
  const reason = toReason(finishReason);
  if (!hasWords && reason !== 'content-filter') throw withoutText(reason, { service, model });
  yield {
    type: 'finish',
    reason,
    usage,
    ...(filtered.length === 0 ? {} : { filtered }),
  };
}

function toUsage(usage: OpenAI.CompletionUsage | null | undefined): TokenUsage | undefined {
  return usage
    ? { promptTokens: usage.prompt_tokens, answerTokens: usage.completion_tokens }
    : undefined;
}

function toReason(finishReason: string): 'stop' | 'length' | 'content-filter' {
  if (finishReason === 'length') return 'length';
  return finishReason === 'content_filter' ? 'content-filter' : 'stop';
}

function readCompletion(
  completion: OpenAI.ChatCompletion,
  options: ChatCompletionsOptions,
): Awaited<ReturnType<HelperModel['complete']>> {
  const choice = completion.choices?.[0];
  const text = choice?.message?.content ?? '';
  const reason = toReason(choice?.finish_reason ?? 'stop');
  if (reason === 'stop' && text.trim() !== '')
    return { text, usage: toUsage(completion.usage) ?? { promptTokens: 0, answerTokens: 0 } };
  throw withoutText(reason, options);
}

function withoutText(
  reason: 'stop' | 'length' | 'content-filter',
  { service, model }: Pick<ChatCompletionsOptions, 'service' | 'model'>,
): MentorError {
  const problems = {
    stop: 'answered without a word',
    length: 'was cut off at its length limit',
    'content-filter': 'withheld its answer by its content filter',
  } as const;
  return new MentorError(
    'model-unavailable',
    `${service.name} (${model}) ${problems[reason]}; check ${service.modelSetting}.`,
    {
      details: {
        setting: service.modelSetting,
        reason: reason === 'stop' ? 'empty' : reason,
        isRetryable: false,
      },
    },
  );
}
