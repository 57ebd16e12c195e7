import { WebSocket } from 'ws';
import { type JudgedReply, judgeReply } from './judge-reply.ts';

/** Milliseconds from the question. */
export interface WordTimes {
  /** To the first piece of the answer's text. */
  readonly firstWordMs: number;
  /** To the whole answer. */
  readonly wholeAnswerMs: number;
  /** Whether it is a sentence that there is no answer. */
  readonly isApology: boolean;
}

/** Why a question has no answer: the program did not take it, the stream ended, or nothing final came in time. */
export type NoAnswerReason = 'refused' | 'closed' | 'unanswered';

/** A question that was not answered. */
export class NotAnswered extends Error {
  override readonly name = 'NotAnswered';
  readonly reason: NoAnswerReason;

  constructor(reason: NoAnswerReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

/** The answer to one question that is about to be posted. */
export interface ExpectedAnswer {
  /** Rejects with NotAnswered. */
  readonly answer: Promise<WordTimes>;
  /** Tells under which id the question was taken. */
  isFor(questionId: string): void;
  /** No answer is waited for any more; one that comes later belongs to no other question. */
  end(): void;
}

export interface AnswerStream {
  expect(): ExpectedAnswer;
  repeated(): number;
  isOpen(): boolean;
  close(): void;
}

interface WireActivity extends JudgedReply {
  readonly replyToId?: string;
  readonly from?: { readonly role?: string };
  readonly channelData?: { readonly streamType?: string };
}

interface Question extends PromiseWithResolvers<WordTimes> {
  readonly startedMs: number;
  firstWordMs?: number;
}

/** As the program writes it: a frame with it holds nothing final. */
const typingMark = '"type":"typing"';

/** Follows a Direct Line stream from its greeting on, with as little work as can be: whoever measures shares the machine. */
export async function followAnswers(url: string, patienceMs: number): Promise<AnswerStream> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const greeting = Promise.withResolvers<void>();
  const answers = createAnswerBook(patienceMs);
  const impatience = setTimeout(
    () => greeting.reject(new NotAnswered('unanswered', 'no greeting on the stream')),
    patienceMs,
  );
  // What ends a stream closes it too.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    const ended = new NotAnswered('closed', 'the stream was closed');
    greeting.reject(ended);
    answers.fail(ended);
  });
  socket.on('message', (data: Buffer) => {
    if (data.length === 0 || (!answers.awaitsFirstWord() && data.includes(typingMark))) return;
    for (const activity of activitiesIn(data)) {
      if (activity.type === 'message' && activity.from?.role === 'bot') greeting.resolve();
      answers.take(activity);
    }
  });
  try {
    await greeting.promise;
  } catch (error) {
    socket.terminate();
    throw error;
  } finally {
    clearTimeout(impatience);
  }
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  return {
    expect() {
      const expected = answers.expect();
      if (!isOpen()) answers.fail(new NotAnswered('closed', 'the stream is closed'));
      return expected;
    },
    repeated: answers.repeated,
    isOpen,
    close: () => socket.close(),
  };
}

function activitiesIn(data: Buffer): readonly WireActivity[] {
  return (JSON.parse(data.toString()) as { activities?: WireActivity[] }).activities ?? [];
}

/** Tells which of the answers on a stream is the one that is waited for. */
function createAnswerBook(patienceMs: number) {
  const ended = new Set<string>();
  const answered = new Set<string>();
  let repeated = 0;
  let current: Question | undefined;

  const takeFinal = (activity: WireActivity) => {
    const { replyToId } = activity;
    const isAgain = replyToId === undefined ? current === undefined : answered.has(replyToId);
    if (isAgain) repeated += 1;
    if (replyToId !== undefined) answered.add(replyToId);
    if (isAgain || current === undefined || isOfEarlier(replyToId)) return;
    const wholeAnswerMs = performance.now() - current.startedMs;
    const { firstWordMs = wholeAnswerMs } = current;
    current.resolve({ firstWordMs, wholeAnswerMs, isApology: judgeReply(activity) === 'apology' });
  };
  const isOfEarlier = (questionId = '') => ended.has(questionId);

  return {
    awaitsFirstWord: () => current !== undefined && current.firstWordMs === undefined,
    repeated: () => repeated,
    fail: (reason: NotAnswered) => current?.reject(reason),
    take(activity: WireActivity) {
      const { type, replyToId, channelData } = activity;
      const streamType = channelData?.streamType;
      if (type === 'message' && streamType === 'final') takeFinal(activity);
      else if (streamType === 'streaming' && current !== undefined && !isOfEarlier(replyToId))
        current.firstWordMs ??= performance.now() - current.startedMs;
    },
    expect(): ExpectedAnswer {
      const question: Question = {
        ...Promise.withResolvers<WordTimes>(),
        startedMs: performance.now(),
      };
      const timer = setTimeout(
        () => question.reject(new NotAnswered('unanswered', 'no answer on the stream')),
        patienceMs,
      );
      let questionId: string | undefined;
      current = question;
      return {
        answer: question.promise,
        isFor(id) {
          questionId = id;
          // The post may be answered after the patience is over.
          if (current !== question) ended.add(id);
        },
        end() {
          clearTimeout(timer);
          if (questionId !== undefined) ended.add(questionId);
          if (current === question) current = undefined;
        },
      };
    },
  };
}
