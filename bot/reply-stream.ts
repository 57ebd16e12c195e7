import type { Activity, TurnContext } from 'botbuilder';
import { type MentorError, toMentorError } from '#errors.ts';
import type { Answer, MentorEvent, Stage } from '#mentor/answer.ts';
import type { StreamRules } from './channels/channel.ts';
import { StreamStopped } from './stream-refusal.ts';
import { createStreamWriter, type StreamWriter } from './stream-writer.ts';

export interface ReplyStreamOptions {
  /** Whether the channel lets a message grow. */
  readonly streaming: boolean;
  /** What the channel demands of a growing message. */
  readonly rules?: StreamRules | undefined;
  /** What a stage is called to the person. */
  readonly stageText: (stage: Stage) => string;
  /** The text so far, as far as it may be shown already; it only ever grows. */
  readonly visibleText: (textSoFar: string) => string;
  readonly finalMessage: (answer: Answer) => Promise<Partial<Activity>>;
  /** What is said when it failed; `shownText` is what the person has read by then. */
  readonly failureMessage: (error: MentorError, shownText: string) => Partial<Activity>;
  /** Stops the turn: what was begun is abandoned and the signal's reason thrown. */
  readonly signal?: AbortSignal | undefined;
  /** A growing message that an earlier run of this turn left behind: it is ended, and not begun anew. */
  readonly resumedStreamId?: string | undefined;
  /** Growing text is sent no more often than this. */
  readonly minIntervalMs?: number;
  readonly now?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

export type ReplyOutcome =
  /** `sentIds` are the ids under which the channel may name the message. */
  | { readonly answer: Answer; readonly sentIds: readonly string[] }
  | { readonly error: MentorError }
  /** The person stopped the answer while it grew. */
  | { readonly stopped: true };

/** Begins to answer; the signal stops the work behind it. */
export type BeginAnswer = (signal: AbortSignal) => AsyncGenerator<MentorEvent, void>;

/**
 * Shows a mentor's events in a channel: at once what it is doing, then the text as it grows where the channel can, and in
 * the end exactly one message, the whole answer or a polite sentence. Rejects only when the signal stopped it or when that
 * last message could not be sent.
 */
export async function replyWithStream(
  context: TurnContext,
  begin: BeginAnswer,
  options: ReplyStreamOptions,
): Promise<ReplyOutcome> {
  const { rules, now, wait = waitFor, signal } = options;
  const stop = new AbortController();
  const work = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
  const writer = createStreamWriter(context, options.streaming, {
    rules,
    resumedStreamId: options.resumedStreamId,
    ...(now === undefined ? {} : { now }),
    wait: (ms) => wait(ms, work),
  });
  const events = begin(work);
  // Begun before the person is told, which takes a way to the channel and back.
  const first = nextOf(events);
  try {
    await writer.inform(options.stageText('searching'));
    return await showAnswer({ events, first }, writer, options);
  } catch (thrown) {
    signal?.throwIfAborted();
    if (thrown instanceof StreamStopped) return { stopped: true };
    throw thrown;
  } finally {
    stop.abort();
    // Not awaited: a generator in the middle of something finishes that first, and nothing more comes of it.
    void events.return().catch(() => undefined);
  }
}

/** Events of which the first is on its way. */
interface BegunEvents {
  readonly events: AsyncGenerator<MentorEvent, void>;
  readonly first: ReturnType<typeof nextOf>;
}

async function showAnswer(
  begun: BegunEvents,
  writer: StreamWriter,
  options: ReplyStreamOptions,
): Promise<ReplyOutcome> {
  const growing = createGrowingText(writer, options);
  let answer: Answer;
  try {
    answer = await followEvents(begun, growing, options);
  } catch (thrown) {
    options.signal?.throwIfAborted();
    if (thrown instanceof StreamStopped) throw thrown;
    const error = toMentorError(thrown);
    await writer.finish(options.failureMessage(error, growing.shown));
    return { error };
  }
  const sentIds = await writer.finish(await options.finalMessage(answer));
  return { answer, sentIds };
}

async function followEvents(
  { events, first }: BegunEvents,
  growing: GrowingText,
  { signal, stageText, wait = waitFor }: ReplyStreamOptions,
): Promise<Answer> {
  const due = createDueTimer(wait);
  let next = first;
  try {
    for (;;) {
      const result = await due.before(next, growing.dueInMs());
      signal?.throwIfAborted();
      if (result === 'due') {
        if (growing.dueInMs() === 0) await growing.show();
        continue;
      }
      if (result.done) throw new Error('The mentor ended without an answer.');
      if (result.value.type === 'answer') return result.value.answer;
      await takeEvent(result.value, growing, stageText);
      next = nextOf(events);
    }
  } finally {
    due.end();
  }
}

async function takeEvent(
  event: MentorEvent,
  growing: GrowingText,
  stageText: ReplyStreamOptions['stageText'],
): Promise<void> {
  if (event.type === 'stage') await growing.announce(stageText(event.stage));
  if (event.type === 'text-reset') growing.reset();
  if (event.type === 'text-delta') await growing.add(event.text);
}

interface GrowingText {
  /** What the person has before them. */
  readonly shown: string;
  /** In how many milliseconds what waits should be shown; `undefined` where nothing waits. */
  dueInMs(): number | undefined;
  /** Says what is being done, unless there is text to read already. */
  announce(status: string): Promise<void>;
  add(delta: string): Promise<void>;
  show(): Promise<void>;
  reset(): void;
}

/** Collects the text and shows it in steps that are not too quick; what came too soon is due a little later. */
function createGrowingText(
  writer: StreamWriter,
  { visibleText, minIntervalMs = 80, now = () => performance.now() }: ReplyStreamOptions,
): GrowingText {
  let text = '';
  let shown = '';
  let shownAt = Number.NEGATIVE_INFINITY;
  /** The person was told at the beginning, too, what is being done. */
  let saidAt = now();
  let waits: 'text' | { readonly status: string } | undefined;
  const dueInMs = () => {
    if (waits === undefined) return undefined;
    const lastAt = waits === 'text' ? shownAt : saidAt;
    return Math.max(0, lastAt + minIntervalMs - now(), writer.readyInMs());
  };
  const show = async () => {
    const shows = waits;
    waits = undefined;
    if (typeof shows === 'object') {
      await writer.inform(shows.status);
      saidAt = now();
      return;
    }
    const visible = visibleText(text);
    // A text that did more than grow is not shown: the final message says it right.
    if (visible.length <= shown.length || !visible.startsWith(shown)) return;
    if (await writer.grow(visible)) shown = visible;
    shownAt = now();
  };
  const showWhenDue = async () => {
    if (dueInMs() === 0) await show();
  };
  return {
    get shown() {
      return shown;
    },
    dueInMs,
    async announce(status) {
      if (text !== '') return;
      waits = { status };
      await showWhenDue();
    },
    async add(delta) {
      text += delta;
      waits = writer.grows ? 'text' : undefined;
      await showWhenDue();
    },
    show,
    reset() {
      text = '';
      shown = '';
      waits = undefined;
    },
  };
}

/** Asks for the next event; a failure while something is being sent waits there until it is looked at. */
function nextOf(
  events: AsyncGenerator<MentorEvent, void>,
): Promise<IteratorResult<MentorEvent, void>> {
  const next = events.next();
  next.catch(() => undefined);
  return next;
}

/** Tells when something is due while something else is waited for. It is set once for all the pieces that come before it. */
function createDueTimer(wait: (ms: number, signal: AbortSignal) => Promise<unknown>) {
  let running: { readonly due: Promise<'due'>; readonly stop: AbortController } | undefined;
  const start = (inMs: number) => {
    const stop = new AbortController();
    const end = () => {
      running = undefined;
      return 'due' as const;
    };
    running = { due: wait(inMs, stop.signal).then(end, end), stop };
    return running;
  };
  return {
    /** What is waited for, or `due` where that comes first; it may come too early, and not at all without a time. */
    before<Result>(next: Promise<Result>, dueInMs: number | undefined): Promise<Result | 'due'> {
      if (dueInMs === undefined) return next;
      return Promise.race([next, (running ?? start(dueInMs)).due]);
    },
    end: () => running?.stop.abort(noLonger),
  };
}

/** Given along since Node otherwise makes an error with a stack of each end of a wait, of which an answer has dozens. */
const noLonger = 'no longer waited for';

/** Rejects with the signal's own reason. */
async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const stop = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
