import {
  BrokenCircuitError,
  BulkheadRejectedError,
  bulkhead,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
} from 'cockatiel';
import { type ErrorCode, MentorError } from '#errors.ts';
import type { Circuit } from './circuit.ts';
import { untilAborted } from './until-aborted.ts';

export interface ResilienceOptions {
  /** Names the circuit, for health checks, metrics and the words of an error. */
  readonly name: string;
  /** Says where the service is: what an operator looks at when it fails. */
  readonly setting?: string | undefined;
  /** Further tries after the first. */
  readonly retries: number;
  /** The wait before the second try; it doubles with each, and a random part of it keeps many callers apart. */
  readonly firstRetryMs: number;
  /** A service that asks for a longer wait than this is not asked again: the caller has a fallback, and somebody waiting. */
  readonly longestRetryMs: number;
  /** After so many failures in a row, a call with all its tries being one, the service is left alone ... */
  readonly failuresToOpen: number;
  /** ... for so long; then one call tries it again. */
  readonly openMs: number;
  /** How many calls may run at once, and how many may wait for their turn. */
  readonly concurrency: number;
  readonly queue: number;
  /** HTTP statuses that are about the one request and say nothing of the service's health: the next may be fine. */
  readonly requestStatuses: readonly number[];
  /** 0 up to 1, for the random part of a wait. */
  readonly random: () => number;
}

/** Five failures, 60 s, 100 connections: fixed by the architecture. */
export const defaultResilience: Omit<ResilienceOptions, 'name'> = {
  retries: 2,
  firstRetryMs: 300,
  longestRetryMs: 5_000,
  failuresToOpen: 5,
  openMs: 60_000,
  concurrency: 100,
  queue: 200,
  requestStatuses: [400, 413, 422],
  random: Math.random,
};

/** What one try gives: its result, and, where the work goes on after it, how that ended. */
export interface Started<Result> {
  readonly result: Result;
  readonly finished?: Promise<void>;
}

export interface Policies {
  readonly circuit: Circuit;
  /** Takes one of the slots, waiting for it where all are taken; resolves to what gives it back. */
  takeSlot(signal?: AbortSignal): Promise<() => void>;
  /** Starts the work, and starts it again where it failed before its result, that may help, and it may be done twice. */
  start<Result>(
    work: () => Promise<Started<Result>>,
    signal?: AbortSignal,
    options?: { readonly repeat?: boolean },
  ): Promise<Result>;
  /** Gives whatever was thrown the port's error code; a MentorError stays itself. */
  toError(thrown: unknown, code: ErrorCode): MentorError;
}

/** The policies around one service. An error says by its `details` (isRetryable, retryAfterMs, status) what is done about it. */
export function createPolicies(options: ResilienceOptions): Policies {
  const { name } = options;
  const slots = bulkhead(options.concurrency, options.queue);
  const retrying = retry(
    handleWhen((error) => isWorthAnotherTry(error, options)),
    {
      maxAttempts: options.retries,
      backoff: new DelegateBackoff(({ attempt, result }) =>
        retryDelayMs(attempt, 'error' in result ? result.error : undefined, options),
      ),
    },
  );
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof MentorError && !isAboutTheRequest(error, options)),
    {
      halfOpenAfter: options.openMs,
      breaker: new ConsecutiveBreaker(options.failuresToOpen),
    },
  );
  return {
    circuit: { name, state: () => stateNames[breaker.state] },
    async takeSlot(signal) {
      const taken = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      slots
        .execute(() => {
          taken.resolve();
          return released.promise;
        }, signal)
        .catch(taken.reject);
      try {
        await untilAborted(taken.promise, signal);
      } catch (error) {
        // The slot may still come; nobody wants it any more.
        released.resolve();
        throw error;
      }
      return released.resolve;
    },
    async start(work, signal, { repeat = true } = {}) {
      const attempt = async () => {
        signal?.throwIfAborted();
        return work();
      };
      // While one call tries the service again, the others do not wait for what becomes of it.
      if (breaker.state === CircuitState.HalfOpen) throw new BrokenCircuitError();
      return startWithin(breaker, () =>
        untilAborted(repeat ? retrying.execute(attempt, signal) : attempt(), signal),
      );
    },
    toError(thrown, code) {
      if (thrown instanceof MentorError) return thrown;
      const { lastFailure } = breaker;
      const last =
        lastFailure !== undefined && 'error' in lastFailure ? lastFailure.error : undefined;
      const [problem, reason] = describe(thrown, options, last);
      const setting = settingOf(last) ?? options.setting;
      return new MentorError(code, `${name} ${problem}`, {
        cause: thrown,
        details: {
          ...(reason === undefined ? {} : { reason }),
          ...(setting === undefined ? {} : { setting }),
          isRetryable: false,
        },
      });
    },
  };
}

const stateNames = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
} as const;

/** The circuit watches the work to its end; the caller gets the result as soon as it is there. */
function startWithin<Result>(
  breaker: { execute<Value>(work: () => Promise<Value>): Promise<Value> },
  work: () => Promise<Started<Result>>,
): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  breaker
    .execute(async () => {
      const { result, finished } = await work();
      if (finished !== undefined) resolve(result);
      await finished;
      return result;
    })
    .then(resolve, reject);
  return promise;
}

function isWorthAnotherTry(error: unknown, { longestRetryMs }: ResilienceOptions): boolean {
  if (!(error instanceof MentorError)) return false;
  const { isRetryable, retryAfterMs } = error.details;
  return isRetryable !== false && !(Number(retryAfterMs) > longestRetryMs);
}

function isAboutTheRequest(
  error: MentorError,
  { requestStatuses }: Pick<ResilienceOptions, 'requestStatuses'>,
): boolean {
  return requestStatuses.includes(Number(error.details['status']));
}

/** Never sooner than the service asked, and never all callers at the same moment. */
function retryDelayMs(
  attempt: number,
  error: unknown,
  { firstRetryMs, random }: ResilienceOptions,
): number {
  const asked = error instanceof MentorError ? error.details['retryAfterMs'] : undefined;
  return typeof asked === 'number'
    ? asked + random() * firstRetryMs
    : firstRetryMs * 2 ** (attempt - 1) * (0.5 + random());
}

function describe(
  thrown: unknown,
  { concurrency, queue, setting }: ResilienceOptions,
  lastFailure: unknown,
): readonly [problem: string, reason?: string] {
  if (thrown instanceof BrokenCircuitError) {
    const last = lastFailure instanceof MentorError ? `; the last: ${lastFailure.message}` : '';
    return [`is being left alone after failures${last || checking(setting)}`, 'circuit-open'];
  }
  if (thrown instanceof BulkheadRejectedError)
    return [`has ${concurrency} calls running and ${queue} waiting already`, 'overloaded'];
  return ['failed unexpectedly'];
}

/** What a failure itself says to look at. */
function settingOf(failure: unknown): string | undefined {
  const setting = failure instanceof MentorError ? failure.details['setting'] : undefined;
  return typeof setting === 'string' ? setting : undefined;
}

/** The end of a sentence about a failure: what its operator looks at. */
export function checking(setting: string | undefined): string {
  return setting === undefined ? '' : `; check ${setting}`;
}
