import { createHash, randomUUID } from 'node:crypto';
import type { Caller } from '#api/sign-in/caller.ts';
import type { TurnPlace } from '#bot/conversation-turn.ts';
import type { Person } from '#bot/personal-data.ts';
import type { SessionOnly } from '#bot/session-only.ts';
import { MentorError, toMentorError } from '#errors.ts';
import type { Conversation, ConversationStore } from '#services/conversations/port.ts';
import type { NewSession, Session, SessionChange } from './schemas/session.ts';
import { type UserContext, userContext } from './schemas/user-context.ts';

export interface SessionsOptions {
  readonly conversations: ConversationStore;
  /** After how many days without a word a conversation goes by itself; absent: it stays. */
  readonly retentionDays: number | undefined;
  /** Forgets those of whom nothing may be kept beyond the session. */
  readonly sessionOnly?: SessionOnly;
  /** Whether somebody says that they are too young for anything of theirs to be kept. */
  readonly isUnderAge?: (text: string) => boolean;
  readonly now: () => Date;
}

/** A session as the handlers work with it. */
export interface FoundSession {
  readonly conversation: Conversation;
  readonly place: TurnPlace;
  readonly context: UserContext;
}

const dayMs = 86_400_000;

/** The sessions of people: conversations in the same store as those of every channel. */
export function createSessions(options: SessionsOptions) {
  const { conversations, sessionOnly, now } = options;
  const expiryOf = (conversation: Conversation) => expiryIn(conversation, options);

  const look = async (caller: Caller, sessionId: string): Promise<FoundSession | undefined> => {
    for (const { channelId, userKey } of caller.identities) {
      const conversation = await conversations.get(`${channelId}:${sessionId}`);
      if (conversation?.userId !== userKey) continue;
      const expiresAt = expiryOf(conversation);
      if (expiresAt !== undefined && expiresAt <= now()) continue;
      return { conversation, place: placeOf(conversation), context: contextOf(conversation) };
    }
    return undefined;
  };

  /** The caller's own session; rejects with `not-found` where there is none, and where it is somebody else's. */
  const find = async (caller: Caller, sessionId: string): Promise<FoundSession> => {
    const found = await look(caller, sessionId);
    if (found === undefined) throw new MentorError('not-found', 'no such session of this person');
    return found;
  };

  const describe = (conversation: Conversation): Session => ({
    sessionId: conversation.sessionId,
    createdAt: conversation.createdAt,
    updatedAt: conversation.updatedAt,
    expiresAt: expiryOf(conversation)?.toISOString() ?? null,
    userContext: contextOf(conversation),
    channel: conversation.channel,
    totalMessages: conversation.totalMessages,
    totalTokensUsed: conversation.totalTokensUsed,
    ...(conversation.satisfactionScore === undefined
      ? {}
      : { satisfactionScore: conversation.satisfactionScore }),
  });

  /** Writes what is said of a session, without a message. */
  const write = async (
    place: TurnPlace,
    changes: { readonly userContext: UserContext; readonly satisfactionScore?: number },
  ) => {
    await conversations.appendTurn(
      {
        id: place.conversationKey,
        sessionId: place.sessionId,
        userId: place.userKey,
        channel: place.channelId,
        ...changes,
      },
      [],
    );
    if (saysUnderAge(changes.userContext, options)) sessionOnly?.touch(personAt(place));
  };

  return {
    find,
    describe,
    write,
    /** Begins a session; under an idempotency key that was used before, gives the one that began then. */
    async create(
      caller: Caller,
      context: UserContext,
      idempotencyKey?: string,
    ): Promise<NewSession> {
      const [{ channelId, userKey }] = caller.identities;
      const sessionId =
        idempotencyKey === undefined
          ? randomUUID()
          : derivedId('session', caller.personId, idempotencyKey);
      const known =
        idempotencyKey !== undefined && (await look(caller, sessionId).catch(unknownWhileAway));
      if (!known) {
        const conversationKey = `${channelId}:${sessionId}`;
        await write({ conversationKey, sessionId, userKey, channelId }, { userContext: context });
      }
      return describe((await find(caller, sessionId)).conversation);
    },
    /** Changes the named fields of the session's context and leaves the others. */
    async change(
      caller: Caller,
      sessionId: string,
      { userContext: changes }: SessionChange,
    ): Promise<Session> {
      const { place, context } = await find(caller, sessionId);
      const changed = Object.fromEntries(
        Object.entries({ ...context, ...changes }).filter(
          ([, value]) => value !== null && value !== undefined,
        ),
      );
      await write(place, { userContext: changed });
      return describe((await find(caller, sessionId)).conversation);
    },
    /** All sessions of a person, in every channel in which they are known, the one that went on last first. */
    async list(caller: Caller): Promise<Session[]> {
      const lists = await Promise.all(
        caller.identities.map(({ userKey }) => conversations.listConversations(userKey)),
      );
      return lists
        .flat()
        .toSorted((left, right) => right.updatedAt.localeCompare(left.updatedAt))
        .map(describe);
    },
  };
}

export type Sessions = ReturnType<typeof createSessions>;

/** When a conversation goes by itself; of whoever is under age everything goes soon, whatever the retention. */
function expiryIn(
  { userId, updatedAt }: Conversation,
  { retentionDays, sessionOnly }: Pick<SessionsOptions, 'retentionDays' | 'sessionOnly'>,
): Date | undefined {
  const endsAt = sessionOnly?.endsAt(userId);
  if (endsAt !== undefined || retentionDays === undefined) return endsAt;
  return new Date(Date.parse(updatedAt) + retentionDays * dayMs);
}

/** An id that follows from what it is given, in the form of the random ones. */
export function derivedId(...parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  // https://www.rfc-editor.org/rfc/rfc9562#section-5.8: version 8 is for ids of one's own making.
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `8${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/** While the store is away a session begins all the same: to begin it twice under one key is to begin it once. */
function unknownWhileAway(error: unknown): undefined {
  if (toMentorError(error).code !== 'data-unavailable') throw error;
}

function saysUnderAge(
  context: UserContext,
  { isUnderAge }: Pick<SessionsOptions, 'isUnderAge'>,
): boolean {
  const said = Object.values(context).flat();
  return said.some((text) => text !== undefined && isUnderAge?.(text) === true);
}

/** Whose place it is. */
export function personAt({ userKey, channelId }: TurnPlace): Person {
  return { userKey, channelId, userId: userKey.slice(channelId.length + 1) };
}

function placeOf({ id, sessionId, userId, channel }: Conversation): TurnPlace {
  return { conversationKey: id, sessionId, userKey: userId, channelId: channel };
}

/** What another version of this program wrote may be of another shape: then nothing is known. */
function contextOf(conversation: Conversation): UserContext {
  return userContext.safeParse(conversation.userContext).data ?? {};
}
