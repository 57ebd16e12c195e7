import { type Activity, ActivityTypes, type ResourceResponse, type TurnContext } from 'botbuilder';
import type { Answer } from '#mentor/answer.ts';
import { mayPass } from './turn-failure.ts';
import type { RunningTurn, TurnLogger } from './turn-inbox.ts';
import { setTurnSignal } from './turn-keys.ts';

/** How far a turn is, for a run after this one. */
interface TurnProgress {
  /** The answers that were written, oldest first. */
  readonly answers: Answer[];
  /** The ids under which the channel knows the messages that were sent, in their order. */
  readonly sent: string[];
  /** The message that grows just now. */
  streamId?: string | undefined;
}

/** What a channel answers to a part of a growing message. */
export interface SentPart extends ResourceResponse {
  /** The name under which a later run finds the message, where that is another than its first part's. */
  readonly resumeId?: string | undefined;
}

/** Marks an outgoing message, so that a channel which can look for it takes it once. */
export interface DeliveryMark {
  readonly id: string;
  /** Whether an earlier run, or a try that failed, may have sent it. */
  readonly mayBeThere: boolean;
}

export const deliveryMarkKey: unique symbol = Symbol('delivery-mark');

/** What a turn has delivered, in this run of it and those before. */
export interface TurnDelivery {
  readonly turnId: string;
  /** Whether the turn ran before. */
  readonly isRepeated: boolean;
  /** The growing message that an earlier run began and did not end. */
  readonly openStreamId: string | undefined;
  /** The answer to the turn's next question, where an earlier run wrote it. */
  takeAnswer(): Answer | undefined;
  /** Keeps an answer before it is sent. Rejects with TurnLost. */
  keepAnswer(answer: Answer): Promise<void>;
  /**
   * Takes why something of the turn could not be stored. Throws it where that may pass: the turn then runs again, sends
   * nothing a second time, and stores it.
   */
  takeUnstored(error: unknown): void;
  /** Whether this is why a message did not go out, or something was not stored. */
  isUndelivered(error: unknown): boolean;
}

/** After so many runs the person's answer counts more than its record: about two minutes. */
const mostRunsToStore = 8;

const deliveryKey: unique symbol = Symbol('turn-delivery');

/** What is known of this turn's delivery; `undefined` where the turn is not kept, as an invoke. */
export function deliveryOf(context: TurnContext): TurnDelivery | undefined {
  return context.turnState.get<TurnDelivery>(deliveryKey);
}

/** The mark of an outgoing activity, where it has one. */
export function deliveryMarkOf(activity: Partial<Activity>): DeliveryMark | undefined {
  return (activity as { readonly [deliveryMarkKey]?: DeliveryMark })[deliveryMarkKey];
}

/**
 * Lets a turn deliver each of its messages once, however often it runs: those that went out in an earlier run are not sent
 * again, and get the ids they had. Call it before the bot's logic.
 */
export function deliverOnce(
  context: TurnContext,
  turn: RunningTurn,
  {
    logger,
    looksForMarks = false,
  }: {
    readonly logger: TurnLogger;
    /** Whether the channel takes a message with a mark once. */
    readonly looksForMarks?: boolean;
  },
): void {
  const progress = readProgress(turn.progress);
  // A run that was handed back does not count, and left what it sent all the same.
  const isRepeated = turn.attempt > 1 || turn.progress !== undefined;
  /** What the messages behind it were sent as, in the run before this one. */
  const earlier = progress.sent.length;
  const openStreamId = progress.streamId;
  let position = 0;
  let answerPosition = 0;
  let failure: unknown;
  /** Whether a try to send the next message failed: the channel may have it all the same. */
  let mayHaveArrived = false;
  const keepSent = async (): Promise<void> => {
    const kept = turn
      .keep(progress)
      .catch((error: unknown) => logger.warn({ err: error }, 'it could not be kept what was sent'));
    // Whatever comes next may be long, and until this is kept a crash would send it again.
    if (!looksForMarks) await kept;
  };
  const countAsSent = async (id: string): Promise<void> => {
    position += 1;
    mayHaveArrived = false;
    progress.sent.push(id);
    progress.streamId = undefined;
    await keepSent();
  };
  const keepStream = async ({ id, resumeId }: SentPart): Promise<void> => {
    // Its first part gives a growing message its name.
    const streamId = resumeId ?? progress.streamId ?? (id === '' ? undefined : id);
    if (streamId === progress.streamId) return;
    progress.streamId = streamId;
    await keepSent();
  };
  const sendOne = async (
    activity: Partial<Activity>,
    send: () => Promise<ResourceResponse[]>,
  ): Promise<ResourceResponse> => {
    turn.lost.throwIfAborted();
    const isRepeat = position < earlier;
    if (activity.type !== ActivityTypes.Message) {
      // Typing before what the person has already.
      if (isRepeat) return { id: '' };
      const [response = { id: '' }] = await send();
      if (isStreamPart(activity)) await keepStream(response);
      return response;
    }
    const mayBeThere = isRepeated || mayHaveArrived;
    const mark: DeliveryMark = { id: `${turn.id}#${position}`, mayBeThere };
    if (isRepeat) {
      position += 1;
      return { id: progress.sent[position - 1] ?? '' };
    }
    Object.assign(activity, { [deliveryMarkKey]: mark });
    try {
      const [response = { id: '' }] = await send();
      failure = undefined;
      await countAsSent(response.id);
      return response;
    } catch (error) {
      failure = error;
      mayHaveArrived = true;
      throw error;
    }
  };
  context.onSendActivities((_context, activities, next) =>
    oneAtATime(activities, (activity) => sendOne(activity, next)),
  );
  // A growing message that did not take its end may be replaced by it: then it stands, too.
  context.onUpdateActivity(async (_context, activity, next) => {
    turn.lost.throwIfAborted();
    const updated = await next();
    if (activity.type !== ActivityTypes.Message || activity.id !== progress.streamId)
      return updated;
    await countAsSent(activity.id ?? '');
    return updated;
  });
  setTurnSignal(context, turn.signal);
  context.turnState.set(deliveryKey, {
    turnId: turn.id,
    isRepeated,
    openStreamId,
    takeAnswer() {
      answerPosition += 1;
      return progress.answers[answerPosition - 1];
    },
    async keepAnswer(answer) {
      if (answerPosition <= progress.answers.length) return;
      progress.answers.push(answer);
      try {
        await turn.keep(progress);
      } catch (error) {
        turn.lost.throwIfAborted();
        // The person need not wait for a disk: the answer is there, and only a crash right now would write it anew.
        logger.warn({ err: error }, 'an answer could not be kept before it was sent');
      }
    },
    takeUnstored(error) {
      if (turn.attempt >= mostRunsToStore || !mayPass(error)) return;
      failure = error;
      throw error;
    },
    isUndelivered: (error) => failure !== undefined && failure === error,
  } satisfies TurnDelivery);
}

/** Sends each of the activities by itself: what failed must not take what went out with it. */
async function oneAtATime(
  activities: Partial<Activity>[],
  send: (activity: Partial<Activity>) => Promise<ResourceResponse>,
): Promise<ResourceResponse[]> {
  const all = [...activities];
  const responses: ResourceResponse[] = [];
  try {
    for (const activity of all) {
      activities.splice(0, activities.length, activity);
      responses.push(await send(activity));
    }
  } finally {
    activities.splice(0, activities.length, ...all);
  }
  return responses;
}

function readProgress(kept: unknown): TurnProgress {
  const { answers = [], sent = [], streamId } = (kept ?? {}) as Partial<TurnProgress>;
  return { answers: [...answers], sent: [...sent], streamId };
}

function isStreamPart({ channelData }: Partial<Activity>): boolean {
  const { streamType } = (channelData ?? {}) as { readonly streamType?: string };
  return streamType === 'informative' || streamType === 'streaming';
}
