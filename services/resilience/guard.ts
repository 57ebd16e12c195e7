import { type ErrorCode, MentorError } from '#errors.ts';
import type { Circuit } from './circuit.ts';
import { checking, createPolicies, defaultResilience, type ResilienceOptions } from './policies.ts';
import { untilAborted } from './until-aborted.ts';

export interface GuardOptions extends Partial<ResilienceOptions> {
  readonly name: string;
  /** The code of the errors that the guard itself throws. */
  readonly code: ErrorCode;
  /** How long one call may take in all, its tries and its waiting included. */
  readonly timeoutMs: number;
}

export interface Guard {
  readonly circuit: Circuit;
  readonly code: ErrorCode;
  /**
   * Runs the work, which gets a signal to hand on, within the time: one that is missed counts as a failure of the
   * service. Rejects with a MentorError, or with the reason of the caller's own signal.
   */
  run<Result>(
    work: (signal: AbortSignal) => Promise<Result>,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly timeoutMs?: number | undefined;
      /** Whether work that failed may be done again; where nothing is said, it may. */
      readonly repeat?: boolean | undefined;
    },
  ): Promise<Result>;
}

/** Guards the calls to one service: a time limit, tries again, a circuit breaker, and a limit on calls at once. */
export function createGuard(options: GuardOptions): Guard {
  const { name, code, setting } = options;
  const policies = createPolicies({ ...defaultResilience, ...options });
  return {
    circuit: policies.circuit,
    code,
    async run(work, { signal, timeoutMs = options.timeoutMs, repeat = true } = {}) {
      signal?.throwIfAborted();
      const deadline = new AbortController();
      const timer = setTimeout(() => {
        const message = `${name} gave no answer within ${timeoutMs} ms${checking(setting)}`;
        const details = { reason: 'timeout', isRetryable: false, ...(setting && { setting }) };
        deadline.abort(new MentorError(code, message, { details }));
      }, timeoutMs);
      const either =
        signal === undefined ? deadline.signal : AbortSignal.any([signal, deadline.signal]);
      let release: (() => void) | undefined;
      try {
        release = await policies.takeSlot(either);
        return await policies.start(
          async () => ({ result: await untilAborted(work(either), either) }),
          either,
          { repeat },
        );
      } catch (error) {
        signal?.throwIfAborted();
        throw policies.toError(error, code);
      } finally {
        clearTimeout(timer);
        release?.();
      }
    },
  };
}
