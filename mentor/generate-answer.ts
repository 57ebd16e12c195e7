import { MentorError, toMentorError } from '#errors.ts';
import type { LanguageModel, ModelEvent, ModelRequest, TokenUsage } from '#services/model/port.ts';

export interface GeneratedAnswer {
  readonly model: LanguageModel;
  readonly finishReason: 'stop' | 'length';
  readonly usage: TokenUsage;
  /** Why the fallback wrote the answer, where it did. */
  readonly failure?: MentorError;
}

export type GenerationEvent =
  | { readonly type: 'text-delta'; readonly text: string }
  /** What came so far came from a model that then failed: it is to be thrown away. */
  | { readonly type: 'restart' }
  | { readonly type: 'done'; readonly result: GeneratedAnswer };

/**
 * Streams the model's answer; when it fails, its safety filter stops it or it names none of its sources, begins again with the
 * fallback, which works from the passages alone.
 */
export async function* generateAnswer(
  request: ModelRequest,
  models: { readonly model: LanguageModel; readonly fallback: LanguageModel },
): AsyncGenerator<GenerationEvent> {
  let failure: MentorError | undefined;
  if (models.model !== models.fallback) {
    try {
      yield* run(models.model, request);
      return;
    } catch (error) {
      request.signal?.throwIfAborted();
      failure = toMentorError(error);
      yield { type: 'restart' };
    }
  }
  yield* run(models.fallback, request, failure);
}

async function* run(
  model: LanguageModel,
  request: ModelRequest,
  failure?: MentorError,
): AsyncGenerator<GenerationEvent> {
  let finish: Extract<ModelEvent, { type: 'finish' }> | undefined;
  let text = '';
  for await (const event of model.stream(request)) {
    if (event.type === 'finish') finish = event;
    else if (event.text !== '') {
      text += event.text;
      yield event;
    }
  }
  if (finish?.reason === 'content-filter') throw withheldAnswer(model, finish.filtered);
  if (finish === undefined || text === '')
    throw new MentorError('model-unavailable', `${model.name} ended without an answer`, {
      details: { reason: finish?.reason === 'length' ? 'length' : 'empty' },
    });
  if (model.writes === 'freely' && !namesSource(text, request)) throw withoutSource(model);
  yield {
    type: 'done',
    result: {
      model,
      finishReason: finish.reason,
      usage: finish.usage,
      ...(failure === undefined ? {} : { failure }),
    },
  };
}

/** Whether a marker such as `[2]` or `[1, 3]` names a passage that was given. */
function namesSource(text: string, { grounding }: ModelRequest): boolean {
  if (grounding === undefined) return true;
  const given = new Set(grounding.passages.map(({ number }) => number));
  return [...text.matchAll(/\[([\d,;–\s-]+)\]/g)].some(([, numbers = '']) =>
    numbers.split(/[^\d]+/).some((number) => given.has(Number(number))),
  );
}

/** What rests on no source is an answer from memory, however good it sounds. */
function withoutSource(model: LanguageModel): MentorError {
  return new MentorError('model-unavailable', `${model.name} named none of its sources`, {
    details: { reason: 'no-source', isRetryable: false },
  });
}

function withheldAnswer(model: LanguageModel, filtered: readonly string[] = []): MentorError {
  const names = filtered.length === 0 ? '' : ` (${filtered.join(', ')})`;
  return new MentorError(
    'model-unavailable',
    `${model.name} withheld its answer by its content filter${names}`,
    { details: { reason: 'content-filter', ...(filtered.length === 0 ? {} : { filtered }) } },
  );
}
