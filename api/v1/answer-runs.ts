import { RequestProblem } from '#api/problem.ts';
import type { StreamEvent } from './schemas/stream-event.ts';

export interface RunRequest {
  /** Unique for the person: the same request made again has the same. */
  readonly id: string;
  readonly personId: string;
  /** Answers in one conversation come one after another. */
  readonly conversationKey: string;
  /** Tells two requests under one id apart. */
  readonly fingerprint: string;
  readonly isSignedIn: boolean;
}

export interface NumberedEvent {
  /** `<run>.<n>`, n from 1: what a client gives back as `Last-Event-ID`. */
  readonly id: string;
  readonly event: StreamEvent;
}

/** One answer under way, or just finished. */
export interface AnswerRun {
  readonly request: RunRequest;
  /**
   * The events after the given number, those to come included; ends after the last. When nobody follows any more before
   * the end, the answer is stopped.
   */
  follow(after: number, signal: AbortSignal): AsyncGenerator<NumberedEvent, void>;
}

export interface AnswerRunsOptions {
  /** How many answers one person may have under way. */
  readonly mostPerPerson?: number;
  /** How long a finished answer can be taken up again, and how many are kept for that. */
  readonly keepMs?: number;
  readonly mostKept?: number;
  /** Runs the writing of an answer, once for each, whoever follows it. */
  readonly observe?: (request: RunRequest, work: () => Promise<void>) => Promise<void>;
}

interface RunState extends AnswerRun {
  readonly events: StreamEvent[];
  readonly ended: Promise<void>;
  isDone: boolean;
  stop(): void;
}

/** Keeps the answers under way, so that a client that comes back finds its own again. */
export function createAnswerRuns(options: AnswerRunsOptions = {}) {
  const { mostPerPerson = 5, keepMs = 120_000, mostKept = 500, observe } = options;
  const runs = new Map<string, RunState>();
  /** Those that are over, the one that ended first first. */
  const finished = new Set<RunState>();
  /** How many each person has under way. */
  const underWay = new Map<string, number>();
  let running = 0;
  const lastOf = new Map<string, Promise<void>>();
  const keyOf = ({ personId, id }: Pick<RunRequest, 'personId' | 'id'>) => `${personId}/${id}`;

  const forget = (state: RunState) => {
    finished.delete(state);
    if (runs.get(keyOf(state.request)) === state) runs.delete(keyOf(state.request));
  };
  const keepForAWhile = (state: RunState) => {
    finished.add(state);
    for (const oldest of finished) {
      if (finished.size <= mostKept) break;
      forget(oldest);
    }
    setTimeout(() => forget(state), keepMs).unref();
  };
  const count = (personId: string, change: 1 | -1) => {
    running += change;
    const left = (underWay.get(personId) ?? 0) + change;
    if (left === 0) underWay.delete(personId);
    else underWay.set(personId, left);
  };

  return {
    find(key: Pick<RunRequest, 'personId' | 'id'>): AnswerRun | undefined {
      return runs.get(keyOf(key));
    },
    /** Begins an answer; throws `too-many-streams` where the person has enough of them under way. */
    start(
      request: RunRequest,
      answer: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
    ): AnswerRun {
      if ((underWay.get(request.personId) ?? 0) >= mostPerPerson)
        throw new RequestProblem('too-many-streams', {
          detail: `One person may have ${mostPerPerson} answers under way.`,
          headers: { 'Retry-After': '5' },
        });
      const before = lastOf.get(request.conversationKey);
      const state = createRun(request, before, answer, observe);
      runs.set(keyOf(request), state);
      lastOf.set(request.conversationKey, state.ended);
      count(request.personId, 1);
      void state.ended.then(() => {
        count(request.personId, -1);
        if (lastOf.get(request.conversationKey) === state.ended)
          lastOf.delete(request.conversationKey);
        // Of an answer that was stopped there is nothing to go on with.
        if (state.isDone) keepForAWhile(state);
        else forget(state);
      });
      return state;
    },
    /** Stops and forgets what matches; resolves when nothing of it will be kept any more. */
    async stopAll(matches: (request: RunRequest) => boolean): Promise<void> {
      const found = [...runs.values()].filter(({ request }) => matches(request));
      for (const state of found) {
        state.stop();
        forget(state);
      }
      await Promise.all(found.map(({ ended }) => ended));
    },
    /** How many are under way. */
    running: () => running,
  };
}

export type AnswerRuns = ReturnType<typeof createAnswerRuns>;

function createRun(
  request: RunRequest,
  before: Promise<void> | undefined,
  answer: (signal: AbortSignal) => AsyncIterable<StreamEvent>,
  observe: NonNullable<AnswerRunsOptions['observe']> = (_request, work) => work(),
): RunState {
  const stopping = new AbortController();
  const events: StreamEvent[] = [];
  let followers = 0;
  let tell = Promise.withResolvers<void>();
  const changed = () => {
    tell.resolve();
    tell = Promise.withResolvers<void>();
  };

  const write = async () => {
    for await (const event of answer(stopping.signal)) {
      if (stopping.signal.aborted) return;
      events.push(event);
      if (event.event === 'answer' || event.event === 'error') state.isDone = true;
      changed();
      if (state.isDone) return;
    }
  };

  const run = async () => {
    try {
      await before;
      // Stopped before it began, it is no turn.
      if (!stopping.signal.aborted) await observe(request, write);
    } catch {
      // Only an answer that was stopped rejects: all else is its `error` event.
    } finally {
      changed();
    }
  };

  const state: RunState = {
    request,
    events,
    isDone: false,
    ended: Promise.resolve(),
    stop: () => stopping.abort(new DOMException('Nobody waits for the answer', 'AbortError')),
    async *follow(after, signal) {
      followers += 1;
      const leave = () => changed();
      signal.addEventListener('abort', leave);
      try {
        for (let at = Math.max(0, after); !signal.aborted; ) {
          const event = events[at];
          if (event !== undefined) {
            at += 1;
            yield { id: `${request.id}.${at}`, event };
            continue;
          }
          if (state.isDone || stopping.signal.aborted) return;
          await tell.promise;
        }
      } finally {
        signal.removeEventListener('abort', leave);
        followers -= 1;
        if (followers === 0 && !state.isDone) state.stop();
      }
    },
  };
  return Object.assign(state, { ended: run() });
}
