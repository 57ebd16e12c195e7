import { MentorError } from '#errors.ts';
import type { Circuit } from '#services/resilience/circuit.ts';
import {
  checking,
  createPolicies,
  defaultResilience,
  type ResilienceOptions,
} from '#services/resilience/policies.ts';
import type { LanguageModel, ModelEvent } from './port.ts';

export interface ModelResilienceOptions extends Partial<ResilienceOptions> {
  /** Longest silence, before the first piece and between two; 30 s where nothing is said. */
  readonly silenceMs?: number;
}

/**
 * Wraps a model: retries until its first word, never after; gives up on a silent one; and leaves one that keeps failing,
 * at its first word or in the middle, alone for a while, so that people get the fallback at once.
 */
export function withResilience(
  model: LanguageModel,
  options: ModelResilienceOptions = {},
): LanguageModel & { readonly circuit: Circuit } {
  const { silenceMs = 30_000 } = options;
  const policies = createPolicies({ ...defaultResilience, name: 'model', ...options });
  return {
    ...model,
    circuit: policies.circuit,
    async *stream(request) {
      request.signal?.throwIfAborted();
      const silence = new AbortController();
      const signal =
        request.signal === undefined
          ? silence.signal
          : AbortSignal.any([request.signal, silence.signal]);
      const next = (iterator: AsyncIterator<ModelEvent>) =>
        withinSilence(iterator, silenceMs, silence, { name: model.name, setting: options.setting });
      const finished = Promise.withResolvers<void>();
      // It is only watched once the stream began.
      finished.promise.catch(() => {});
      let release: (() => void) | undefined;
      try {
        release = await policies.takeSlot(request.signal);
        const { iterator, first } = await policies.start(async () => {
          const opened = model.stream({ ...request, signal })[Symbol.asyncIterator]();
          return {
            result: { iterator: opened, first: await next(opened) },
            finished: finished.promise,
          };
        }, request.signal);
        for (let result = first; !result.done; result = await next(iterator)) yield result.value;
      } catch (error) {
        request.signal?.throwIfAborted();
        finished.reject(error);
        throw policies.toError(error, 'model-unavailable');
      } finally {
        finished.resolve();
        release?.();
        /** Whoever stops listening in the middle also ends the call behind it. */
        silence.abort();
      }
    },
  };
}

/** Waits for the next piece; after too long a silence the stream is ended and counts as failed. */
async function withinSilence(
  iterator: AsyncIterator<ModelEvent>,
  silenceMs: number,
  silence: AbortController,
  { name, setting }: { readonly name: string; readonly setting: string | undefined },
): Promise<IteratorResult<ModelEvent>> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      /** Not retried: the person has waited long enough. */
      const error = new MentorError(
        'model-unavailable',
        `${name} was silent for ${silenceMs} ms${checking(setting)}`,
        { details: { reason: 'timeout', isRetryable: false, ...(setting && { setting }) } },
      );
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
