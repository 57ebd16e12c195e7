import type { Circuit } from '#services/resilience/circuit.ts';
import { createGuard, type GuardOptions } from '#services/resilience/guard.ts';
import type { EmbeddingModel } from './port.ts';

export interface EmbeddingResilienceOptions extends Partial<Omit<GuardOptions, 'code'>> {
  /** How long one text may take: somebody waits for the answer to it. 4 s where nothing is said; `timeoutMs` is for many. */
  readonly questionTimeoutMs?: number;
}

/** Wraps an embedding model: tries again, limits time and calls at once, and leaves one that keeps failing alone for a while. */
export function withEmbeddingResilience(
  model: EmbeddingModel,
  options: EmbeddingResilienceOptions = {},
): EmbeddingModel & { readonly circuit: Circuit } {
  const { questionTimeoutMs = 4_000 } = options;
  const guard = createGuard({
    name: 'embeddings',
    timeoutMs: 30_000,
    ...options,
    code: 'embeddings-unavailable',
  });
  return {
    ...model,
    circuit: guard.circuit,
    embed: (texts, { signal } = {}) =>
      guard.run((within) => model.embed(texts, { signal: within }), {
        signal,
        timeoutMs: texts.length > 1 ? undefined : questionTimeoutMs,
      }),
  };
}
