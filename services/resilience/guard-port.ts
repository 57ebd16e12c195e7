import { MentorError } from '#errors.ts';
import type { Guard } from './guard.ts';

/** How the calls of one method are guarded. */
export interface CallPolicy<Given extends readonly unknown[]> {
  /** Whether a call that failed, and may have been carried out all the same, is safe to make again. */
  readonly repeat: boolean | ((...given: Given) => boolean);
  /** Other than the guard's, for calls that nobody waits for or that take many requests. */
  readonly timeoutMs?: number;
}

/** A policy for each method of a port, so that none is forgotten. */
export type CallPolicies<Port> = {
  readonly [Name in keyof Port]: Port[Name] extends (...given: infer Given) => unknown
    ? CallPolicy<Given>
    : never;
};

/**
 * Guards every method of a port. Only errors of the guard's own code speak against the service; whatever else the port
 * rejects with (a mistake of the caller, a conflict, an id that is unknown) is an answer, and is passed on as it is.
 */
export function guardPort<Port extends object>(
  port: Port,
  guard: Guard,
  policies: CallPolicies<Port>,
): Port {
  type Method = (...given: unknown[]) => unknown;
  const methods = port as Record<string, Method>;
  const guarded = Object.entries<CallPolicy<unknown[]>>(policies).map(
    ([name, { repeat, timeoutMs }]) => {
      const call: Method = (...given) =>
        runGuarded(guard, async () => methods[name]?.(...given), {
          repeat: typeof repeat === 'boolean' ? repeat : repeat(...given),
          timeoutMs,
        });
      return [name, call] as const;
    },
  );
  return { ...port, ...Object.fromEntries(guarded) };
}

/** Runs one call of a port under its guard; what does not speak against the service is thrown as it is. */
export async function runGuarded<Result>(
  guard: Guard,
  call: (signal: AbortSignal) => Promise<Result>,
  options: Parameters<Guard['run']>[1],
): Promise<Result> {
  const outcome = await guard.run(async (signal) => {
    try {
      return { result: await call(signal) };
    } catch (error) {
      const isFailure = error instanceof MentorError && error.code === guard.code;
      // An aborted call is the guard's own doing, or the caller's.
      if (isFailure || signal.aborted) throw error;
      return { error };
    }
  }, options);
  if ('error' in outcome) throw outcome.error;
  return outcome.result;
}
