import type { Circuit } from '#services/resilience/circuit.ts';
import { createGuard, type GuardOptions } from '#services/resilience/guard.ts';
import type { HelperModel } from './port.ts';

/**
 * Wraps a helper model: one further try, a limit on time and on calls at once, and a circuit of its own, so that a helper
 * which keeps missing its deadline is no longer waited for.
 */
export function withHelperResilience(
  helper: HelperModel,
  options: Partial<Omit<GuardOptions, 'code'>> = {},
): HelperModel & { readonly circuit: Circuit } {
  const guard = createGuard({
    name: 'helper-model',
    retries: 1,
    timeoutMs: 15_000,
    ...options,
    code: 'model-unavailable',
  });
  return {
    ...helper,
    circuit: guard.circuit,
    complete: (request) =>
      guard.run((signal) => helper.complete({ ...request, signal }), {
        signal: request.signal,
        timeoutMs: request.timeoutMs,
      }),
  };
}
