import { randomUUID } from 'node:crypto';
import type { DeliveryMark } from '#bot/turn-delivery.ts';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import { MentorError } from '#errors.ts';
import type { ActivityLog, LoggedActivity } from '#services/activity-log/port.ts';
import { type ActivitySet, conversationNotFound, DirectLineError } from './protocol.ts';

export type ActivityListener = (activitySet: ActivitySet) => void;
type Unnumbered = Readonly<Record<string, unknown>>;

/** The conversations with what is kept of them in the log and whoever is connected now; everything of one conversation happens in order. */
export interface Conversations {
  /** Makes the conversation known; resolves to whether it was new. Throws DirectLineError 403 where it is another person's. */
  start(conversationId: string, userId: string): Promise<boolean>;
  /** The conversation's person, or `undefined` where it is unknown. */
  ownerOf(conversationId: string): Promise<string | undefined>;
  /** Keeps an activity and shows it to whoever is connected; resolves to it with its id. Throws DirectLineError 404. */
  add(
    conversationId: string,
    activity: Unnumbered,
    /** A message with a mark is kept once: one that is there already stays as it is. */
    mark?: DeliveryMark,
  ): Promise<LoggedActivity>;
  /** Shows an activity to whoever is connected and keeps nothing; resolves to it with its id. */
  show(conversationId: string, activity: Unnumbered): Promise<LoggedActivity>;
  /** Replaces or, with `undefined`, removes a kept activity, here and on every screen; resolves to whether it was there. */
  replace(
    conversationId: string,
    activityId: string,
    activity: Unnumbered | undefined,
  ): Promise<boolean>;
  readAfter(conversationId: string, watermark: string | undefined): Promise<ActivitySet>;
  /** Sends what came after the watermark, then everything new, until the returned function is called. */
  join(
    conversationId: string,
    watermark: string | undefined,
    listener: ActivityListener,
  ): Promise<() => void>;
  /** Looks no more for what others write. */
  close(): void;
}

/** Other processes that write to the same log. */
export interface OtherWriters {
  /** Tells this process's ids from theirs: digits. */
  readonly idSuffix: string;
  /** How often to look for what they wrote. */
  readonly lookEveryMs: number;
  /** Whether they may have written since the last look. */
  hasChanged(): boolean;
}

interface OpenConversation {
  readonly listeners: Set<ActivityListener>;
  /** Settles when everything asked for so far is done. */
  tail: Promise<unknown>;
  pending: number;
  lastSequence: number;
  /** Number of the newest id; runs ahead of the sequence where the person's data was deleted in mid-conversation. */
  lastNumber: number;
  loaded: boolean;
  /** How many digits at the end of an id tell processes apart. */
  readonly suffixLength: number;
}

/** Frames of a long history stay small enough for a slow line to finish one and come back for the next. */
const replayAtOnce = 100;

/** Whether an activity has an id of the log, so that it is there again when the conversation is replayed. */
export function isLoggedId(activityId: unknown): boolean {
  return typeof activityId === 'string' && /\|\d{7,}$/.test(activityId);
}

/** Creates an id for an activity that is shown and not kept. */
export function createTransientId(conversationId: string): string {
  return `${conversationId}|live-${randomUUID()}`;
}

export function createConversations({
  log,
  now,
  logger,
  otherWriters,
}: {
  readonly log: ActivityLog;
  readonly now: () => Date;
  readonly logger?: TurnLogger;
  readonly otherWriters?: OtherWriters;
}): Conversations {
  const open = new Map<string, OpenConversation>();
  const idSuffix = otherWriters?.idSuffix ?? '';

  /** Runs the work after all earlier work of the same conversation. */
  const within = async <Result>(
    conversationId: string,
    work: (conversation: OpenConversation) => Promise<Result>,
    { isLoaded = true } = {},
  ): Promise<Result> => {
    const conversation = open.get(conversationId) ?? createOpenConversation(idSuffix.length);
    open.set(conversationId, conversation);
    conversation.pending += 1;
    const result = conversation.tail.then(async () => {
      if (isLoaded && !conversation.loaded) await load(log, conversationId, conversation);
      return work(conversation);
    });
    conversation.tail = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      conversation.pending -= 1;
      forgetIfUnused(conversationId, conversation);
    }
  };
  const forgetIfUnused = (conversationId: string, conversation: OpenConversation): void => {
    if (conversation.pending === 0 && conversation.listeners.size === 0)
      open.delete(conversationId);
  };

  const looking =
    otherWriters &&
    followOthers(otherWriters, open, (conversationId) =>
      within(conversationId, async (conversation) => {
        const known = await log.get(conversationId);
        if (known) await catchUp(log, conversation, conversationId, known.lastSequence);
      }).catch((error: unknown) =>
        logger?.warn({ err: error, conversationId }, 'a conversation could not be followed'),
      ),
    );

  return {
    start: (conversationId, userId) =>
      within(
        conversationId,
        async (conversation) => {
          const known = await log.get(conversationId).catch(nothingWhileUnreachable);
          if (known && known.userId !== userId)
            throw new DirectLineError(403, 'NotAllowed', 'This conversation is another person’s.');
          if (known) return false;
          await log.create({ conversationId, userId, createdAt: now().toISOString() });
          // A log that cannot be reached may have it already, and then knows better where it goes on.
          await load(log, conversationId, conversation);
          return true;
        },
        { isLoaded: false },
      ),
    ownerOf: async (conversationId) => (await log.get(conversationId))?.userId,
    add: (conversationId, activity, mark) =>
      within(conversationId, (conversation) =>
        addActivity(log, conversation, conversationId, activity, { idSuffix, mark }),
      ),
    show: (conversationId, activity) =>
      within(conversationId, async (conversation) => {
        const shown = nameStream({ ...activity, id: createTransientId(conversationId) });
        publish(conversation, shown);
        return shown;
      }),
    replace: (conversationId, activityId, activity) =>
      within(conversationId, (conversation) =>
        replaceActivity(log, conversation, { conversationId, activityId, activity, now }),
      ),
    readAfter: (conversationId, watermark) =>
      within(conversationId, async (conversation) => {
        const rows = await readLogAfter(log, conversation, conversationId, watermark);
        return toActivitySet(rows, conversation.lastSequence);
      }),
    join: (conversationId, watermark, listener) =>
      within(conversationId, async (conversation) => {
        const rows = await readLogAfter(log, conversation, conversationId, watermark);
        for (let from = 0; from < rows.length; from += replayAtOnce) {
          const frame = rows.slice(from, from + replayAtOnce);
          listener(toActivitySet(frame, frame.at(-1)?.sequence ?? 0));
        }
        conversation.listeners.add(listener);
        return () => {
          conversation.listeners.delete(listener);
          forgetIfUnused(conversationId, conversation);
        };
      }),
    close: () => clearInterval(looking),
  };
}

/** Shows what other processes wrote to whoever is connected here. */
function followOthers(
  { lookEveryMs, hasChanged }: OtherWriters,
  open: ReadonlyMap<string, OpenConversation>,
  follow: (conversationId: string) => Promise<unknown>,
): NodeJS.Timeout {
  let isLooking = false;
  const look = async () => {
    if (isLooking || !hasChanged()) return;
    isLooking = true;
    const followed = [...open].filter(([, { listeners }]) => listeners.size > 0);
    await Promise.all(followed.map(([conversationId]) => follow(conversationId)));
    isLooking = false;
  };
  return setInterval(() => void look(), lookEveryMs).unref();
}

/** Shows what was added to the log behind this process's back. */
async function catchUp(
  log: ActivityLog,
  conversation: OpenConversation,
  conversationId: string,
  upTo: number,
): Promise<void> {
  if (upTo <= conversation.lastSequence) return;
  const rows = await log.readAfter(conversationId, conversation.lastSequence);
  for (const { sequence, activity } of rows) {
    if (sequence > upTo) break;
    conversation.lastSequence = sequence;
    conversation.lastNumber = Math.max(
      conversation.lastNumber,
      numberOf(activity.id, conversation.suffixLength),
    );
    publish(conversation, activity);
  }
}

/** The number in an id of the log; the digits at its end tell processes apart. */
function numberOf(id: string, suffixLength: number): number {
  const digits = /\|(\d+)$/.exec(id)?.[1] ?? '';
  return Number(digits.slice(0, digits.length - suffixLength) || 0);
}

/**
 * The first part of a streamed text has the id that the later ones name, and none of its own. Web Chat 4.18 takes all first
 * parts for one stream, and shows a second answer above the first; so here the first part names itself.
 */
function nameStream<Shown extends { readonly id: string }>(activity: Shown): Shown {
  const { channelData } = activity as { channelData?: Record<string, unknown> };
  const begins = channelData?.['streamSequence'] !== undefined && !channelData['streamId'];
  return begins
    ? { ...activity, channelData: { ...channelData, streamId: activity.id } }
    : activity;
}

function createOpenConversation(suffixLength: number): OpenConversation {
  return {
    listeners: new Set(),
    tail: Promise.resolve(),
    pending: 0,
    lastSequence: 0,
    lastNumber: 0,
    loaded: false,
    suffixLength,
  };
}

/** Whoever has a token for a conversation may begin it, also while nobody can say whether it is there. */
function nothingWhileUnreachable(error: unknown): undefined {
  if (error instanceof MentorError && error.code === 'data-unavailable') return undefined;
  throw error;
}

async function load(
  log: ActivityLog,
  conversationId: string,
  conversation: OpenConversation,
): Promise<void> {
  const known = await log.get(conversationId);
  if (!known) return;
  const newest =
    known.lastSequence > 0
      ? (await log.readAfter(conversationId, known.lastSequence - 1)).at(-1)
      : undefined;
  const newestNumber = numberOf(newest?.activity.id ?? '', conversation.suffixLength);
  conversation.lastSequence = known.lastSequence;
  const { lastNumber } = conversation;
  conversation.lastNumber = Math.max(lastNumber, known.lastSequence, newestNumber);
  conversation.loaded = true;
}

async function addActivity(
  log: ActivityLog,
  conversation: OpenConversation,
  conversationId: string,
  activity: Unnumbered,
  { idSuffix, mark }: { readonly idSuffix: string; readonly mark: DeliveryMark | undefined },
): Promise<LoggedActivity> {
  const known = mark?.mayBeThere ? await findMarked(log, conversationId, mark.id) : undefined;
  if (known) return known;
  conversation.lastNumber += 1;
  const number = String(conversation.lastNumber).padStart(7, '0');
  // Never given again, also where this fails: the log may have it all the same, and would take the next one for it.
  const id = `${conversationId}|${number}${idSuffix}`;
  const logged = { ...activity, ...(mark && { deliveryId: mark.id }), id };
  try {
    const sequence = await log.append(conversationId, logged);
    await showUpTo(log, conversation, conversationId, { sequence, logged });
  } catch (error) {
    const isGone = error instanceof MentorError && error.code === 'not-found';
    if (!isGone) throw error;
    // The person deleted everything in this very conversation: what the bot says to that is shown, and kept nowhere.
    if (conversation.listeners.size === 0) throw conversationNotFound();
    publish(conversation, logged);
  }
  return logged;
}

/** Shows an activity that is kept now; whoever is connected gets what others wrote before it first. */
async function showUpTo(
  log: ActivityLog,
  conversation: OpenConversation,
  conversationId: string,
  { sequence, logged }: { readonly sequence: number; readonly logged: LoggedActivity },
): Promise<void> {
  try {
    await catchUp(log, conversation, conversationId, sequence - 1);
  } catch {
    // It is kept, so its sender must not send it again; it is shown with the others once they can be read.
    return;
  }
  conversation.lastSequence = sequence;
  publish(conversation, logged);
}

async function findMarked(
  log: ActivityLog,
  conversationId: string,
  deliveryId: string,
): Promise<LoggedActivity | undefined> {
  const rows = await log.readAfter(conversationId, 0);
  return rows.find(({ activity }) => activity['deliveryId'] === deliveryId)?.activity;
}

async function replaceActivity(
  log: ActivityLog,
  conversation: OpenConversation,
  {
    conversationId,
    activityId,
    activity,
    now,
  }: {
    readonly conversationId: string;
    readonly activityId: string;
    readonly activity: Unnumbered | undefined;
    readonly now: () => Date;
  },
): Promise<boolean> {
  const rows = await log.readAfter(conversationId, 0);
  const original = rows.find((row) => row.activity.id === activityId)?.activity;
  if (!original) return false;
  // Clients sort by timestamp: with its first one the activity stays in its place.
  const timestamp = original['timestamp'];
  const replacement = activity && { ...activity, id: activityId, timestamp };
  if (!(await log.replace(conversationId, activityId, replacement))) return false;
  const { conversation: account, from, channelId } = original;
  publish(
    conversation,
    replacement ?? {
      type: 'messageDelete',
      id: activityId,
      timestamp: timestamp ?? now().toISOString(),
      conversation: account,
      from,
      channelId,
    },
  );
  return true;
}

async function readLogAfter(
  log: ActivityLog,
  conversation: OpenConversation,
  conversationId: string,
  watermark: string | undefined,
) {
  const known = await log.get(conversationId);
  if (!known) throw conversationNotFound();
  await catchUp(log, conversation, conversationId, known.lastSequence);
  conversation.lastSequence = known.lastSequence;
  const after = /^\d{1,15}$/.test(watermark ?? '') ? Number(watermark) : 0;
  // A watermark from before the person's data was deleted is ahead of the log that began anew.
  return log.readAfter(conversationId, after > known.lastSequence ? 0 : after);
}

function publish(conversation: OpenConversation, activity: LoggedActivity): void {
  const activitySet = { activities: [activity], watermark: String(conversation.lastSequence) };
  for (const listener of conversation.listeners) listener(activitySet);
}

function toActivitySet(
  rows: readonly { readonly activity: LoggedActivity }[],
  lastSequence: number,
): ActivitySet {
  return { activities: rows.map((row) => row.activity), watermark: String(lastSequence) };
}
