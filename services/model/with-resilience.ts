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
      const watch = watchSilence(silenceMs, silence, {
        name: model.name,
        setting: options.setting,
      });
      const finished = Promise.withResolvers<void>();
      // It is only watched once the stream began.
      finished.promise.catch(() => {});
      let release: (() => void) | undefined;
      try {
        release = await policies.takeSlot(request.signal);
        const { iterator, first } = await policies.start(async () => {
          const opened = model.stream({ ...request, signal })[Symbol.asyncIterator]();
          return {
            result: { iterator: opened, first: await watch.next(opened) },
            finished: finished.promise,
          };
        }, request.signal);
        for (let result = first; !result.done; result = await watch.next(iterator))
          yield result.value;
      } catch (error) {
        request.signal?.throwIfAborted();
        finished.reject(error);
        throw policies.toError(error, 'model-unavailable');
      } finally {
        finished.resolve();
        release?.();
        watch.end();
        /** Whoever stops listening in the middle also ends the call behind it. */
        silence.abort();
      }
    },
  };
}

/** Waits for one piece after the other; after too long a silence the stream is ended and counts as failed. */
function watchSilence(
  silenceMs: number,
  silence: AbortController,
  { name, setting }: { readonly name: string; readonly setting: string | undefined },
) {
  const tooLong = Promise.withResolvers<never>();
  // Nobody may be waiting when it comes to that.
  tooLong.promise.catch(() => {});
  let isWaiting = false;
  // One timer for all pieces, of which there are hundreds; setting it back costs next to nothing.
  const timer = setTimeout(() => {
    if (!isWaiting) return;
    /** Not retried: the person has waited long enough. */
    const error = new MentorError(
      'model-unavailable',
      `${name} was silent for ${silenceMs} ms${checking(setting)}`,
      { details: { reason: 'timeout', isRetryable: false, ...(setting && { setting }) } },
    );
    tooLong.reject(error);
    silence.abort(error);
  }, silenceMs);
  return {
    async next(iterator: AsyncIterator<ModelEvent>): Promise<IteratorResult<ModelEvent>> {
      timer.refresh();
      isWaiting = true;
      try {
        return await Promise.race([iterator.next(), tooLong.promise]);
      } finally {
        isWaiting = false;
      }
    },
    end: () => clearTimeout(timer),
  };
}
