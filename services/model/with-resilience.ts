import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel';
import { MentorError } from '#errors.ts';
import type { LanguageModel, ModelEvent } from './port.ts';

export interface ResilienceOptions {
  /** Further tries after the first, only while no word was streamed. */
  readonly retries: number;
  /** Longest silence, before the first piece and between two. */
  readonly silenceMs: number;
  /** After so many failures in a row the model is left alone ... */
  readonly failuresToOpen: number;
  /** ... for so long; then one call tries it again. */
  readonly openMs: number;
  readonly firstRetryMs: number;
}

export const defaultResilience: ResilienceOptions = {
  retries: 2,
  silenceMs: 30_000,
  failuresToOpen: 5,
  openMs: 60_000,
  firstRetryMs: 300,
};

/**
 * Wraps a model: retries until its first word, never after; gives up on a silent one; and leaves one that keeps failing
 * alone for a while, so that people get the fallback at once.
 */
export function withResilience(
  model: LanguageModel,
  options: ResilienceOptions = defaultResilience,
): LanguageModel {
  const worthAnotherTry = handleWhen(
    (error) => error instanceof MentorError && error.details['isRetryable'] !== false,
  );
  const policy = wrap(
    retry(worthAnotherTry, {
      maxAttempts: options.retries,
      backoff: new ExponentialBackoff({ initialDelay: options.firstRetryMs }),
    }),
    circuitBreaker(
      handleWhen((error) => error instanceof MentorError && !isAboutTheRequest(error)),
      {
        halfOpenAfter: options.openMs,
        breaker: new ConsecutiveBreaker(options.failuresToOpen),
      },
    ),
  );
  return {
    ...model,
    async *stream(request) {
      request.signal?.throwIfAborted();
      const silence = new AbortController();
      const signal =
        request.signal === undefined
          ? silence.signal
          : AbortSignal.any([request.signal, silence.signal]);
      const next = (iterator: AsyncIterator<ModelEvent>) =>
        withinSilence(iterator, options.silenceMs, silence, model.name);
      try {
        const { iterator, first } = await policy.execute(async () => {
          const opened = model.stream({ ...request, signal })[Symbol.asyncIterator]();
          return { iterator: opened, first: await next(opened) };
        }, request.signal);
        for (let result = first; !result.done; result = await next(iterator)) yield result.value;
      } catch (error) {
        request.signal?.throwIfAborted();
        throw error instanceof MentorError
          ? error
          : new MentorError(
              'model-unavailable',
              `${model.name} is being left alone after failures`,
              {
                cause: error,
              },
            );
      } finally {
        /** Whoever stops listening in the middle also ends the call behind it. */
        silence.abort();
      }
    },
  };
}

/** A refused prompt says nothing of the model's health: the next person's may be fine. */
function isAboutTheRequest(error: MentorError): boolean {
  return [400, 413, 422].includes(Number(error.details['status']));
}

/** Waits for the next piece; after too long a silence the stream is ended and counts as failed. */
async function withinSilence(
  iterator: AsyncIterator<ModelEvent>,
  silenceMs: number,
  silence: AbortController,
  name: string,
): Promise<IteratorResult<ModelEvent>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      /** Not retried: the person has waited long enough. */
      const error = new MentorError('model-unavailable', `${name} was silent for ${silenceMs} ms`, {
        details: { isRetryable: false },
      });
      reject(error);
      silence.abort(error);
    }, silenceMs);
  });
  try {
    return await Promise.race([iterator.next(), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
