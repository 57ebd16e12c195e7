import { MentorError } from '#errors.ts';
import { isAway, kept, type Outbox } from '#services/outbox/outbox.ts';
import type { ActivityLog, LoggedActivity, LoggedConversation } from './port.ts';

type Begun = Parameters<ActivityLog['create']>[0];

type Write =
  /** Later numbers are above this one. */
  | { readonly create: Begun; readonly sequence: number }
  | { readonly append: LoggedActivity; readonly conversationId: string; readonly sequence: number }
  /** Without an activity it is removed. */
  | {
      readonly replace: string;
      readonly conversationId: string;
      readonly activity?: LoggedActivity;
    };

export interface ActivityLogOutboxOptions {
  readonly outbox: Outbox;
  readonly now?: () => Date;
}

/** How many conversations this process remembers, for going on with them while the log is away. */
const rememberAtMost = 10_000;

/**
 * Keeps activities that cannot be added while the log is away, numbers them on from what this process knew last, and adds
 * them in their order once it is back; there they get numbers of their own, which may be others where somebody else wrote
 * too. Meanwhile a conversation is read as far as it is known here: its person, and what waits. A conversation that is not
 * known here rejects, and can be begun all the same: its numbers then start far above those that it may have already.
 */
export function withActivityLogOutbox(
  log: ActivityLog,
  { outbox, now = () => new Date() }: ActivityLogOutboxOptions,
): ActivityLog {
  const known = createKnownConversations();
  const line = outbox.line<Write, number | boolean>({
    store: 'activity-log',
    async perform(write) {
      if ('create' in write) await log.create(write.create);
      else if ('append' in write) return await log.append(write.conversationId, write.append);
      else return await log.replace(write.conversationId, write.replace, write.activity);
      return true;
    },
  });
  const waiting = (conversationId: string) =>
    line.waiting(conversationId).map(({ write }) => write);

  /** The conversation as it is known here, with what waits for it. */
  const knownHere = (conversationId: string): LoggedConversation | undefined => {
    const writes = waiting(conversationId);
    const begun = writes.find((write) => 'create' in write)?.create;
    const head = known.get(conversationId) ?? (begun && { ...begun, lastSequence: 0 });
    const lastSequence = Math.max(
      head?.lastSequence ?? 0,
      ...writes.map((write) => ('sequence' in write ? write.sequence : 0)),
    );
    return head && { ...head, lastSequence };
  };
  /** What the log says, or, while it is away and there is something, what is known here. */
  const orKnown = async <Found>(
    reading: Promise<Found>,
    here: () => Found | undefined,
  ): Promise<Found> => {
    try {
      return await reading;
    } catch (error) {
      const found = isAway(error) ? here() : undefined;
      if (found === undefined) throw error;
      return found;
    }
  };

  return {
    async create(begun) {
      const { conversationId, userId } = begun;
      const head = knownHere(conversationId);
      // Seconds: above what any conversation has counted to, so that no id is given twice.
      const sequence = head?.lastSequence ?? Math.floor(now().getTime() / 1_000);
      const result = await line.write(conversationId, { create: begun, sequence }, userId);
      if (result !== kept) known.set(head ?? { ...begun, lastSequence: 0 });
      else if (head !== undefined && head.userId !== userId)
        throw new MentorError('not-allowed', 'This conversation belongs to another person.', {
          details: { conversationId },
        });
    },
    async get(conversationId) {
      await line.catchUp(conversationId);
      const found = await orKnown(log.get(conversationId), () => knownHere(conversationId));
      if (found === undefined) known.forget(conversationId);
      else known.set(found);
      return knownHere(conversationId);
    },
    async list(userId) {
      return await orKnown(log.list(userId), () => known.of(userId));
    },
    async append(conversationId, activity) {
      const twin = waiting(conversationId).find(
        (write) => 'append' in write && write.append.id === activity.id,
      );
      if (twin !== undefined && 'sequence' in twin) return twin.sequence;
      const head = knownHere(conversationId);
      // Whether there is such a conversation is for the log to say.
      if (head === undefined) return await log.append(conversationId, activity);
      const sequence = head.lastSequence + 1;
      const write = { append: activity, conversationId, sequence };
      const result = await line.write(conversationId, write, head.userId);
      const given = result === kept ? sequence : Number(result);
      known.set({ ...head, lastSequence: given });
      return given;
    },
    async readAfter(conversationId, sequence) {
      await line.catchUp(conversationId);
      const stored = await orKnown(log.readAfter(conversationId, sequence), () =>
        knownHere(conversationId) === undefined ? undefined : [],
      );
      // A first try whose answer was lost may have added it.
      const ids = new Set(stored.map(({ activity }) => activity.id));
      const late = rowsOf(waiting(conversationId)).filter(
        (row) => row.sequence > sequence && !ids.has(row.activity.id),
      );
      return [...stored, ...late];
    },
    async replace(conversationId, activityId, activity) {
      const write = {
        replace: activityId,
        conversationId,
        ...(activity === undefined ? {} : { activity }),
      };
      const userId = knownHere(conversationId)?.userId;
      const result = await line.write(conversationId, write, userId);
      return result === kept ? true : Boolean(result);
    },
    async deleteUser(userId) {
      await line.forgetPerson(userId);
      known.forgetPerson(userId);
      return await log.deleteUser(userId);
    },
  };
}

/** What waits, as it will stand in the log. */
function rowsOf(writes: readonly Write[]): { sequence: number; activity: LoggedActivity }[] {
  let rows: { sequence: number; activity: LoggedActivity }[] = [];
  for (const write of writes) {
    if ('append' in write) rows.push({ sequence: write.sequence, activity: write.append });
    if (!('replace' in write)) continue;
    const { replace: id, activity } = write;
    rows = rows.flatMap((row) => {
      if (row.activity.id !== id) return [row];
      return activity === undefined ? [] : [{ ...row, activity }];
    });
  }
  return rows;
}

/** The conversations that this process met last. */
function createKnownConversations() {
  /** In the order of their last use: the first one was not used for longest. */
  const heads = new Map<string, LoggedConversation>();
  return {
    get: (conversationId: string) => heads.get(conversationId),
    of: (userId: string) =>
      [...heads.values()]
        .filter((head) => head.userId === userId)
        .toSorted((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt)),
    set(head: LoggedConversation): void {
      heads.delete(head.conversationId);
      heads.set(head.conversationId, head);
      if (heads.size <= rememberAtMost) return;
      const [oldest] = heads.keys();
      if (oldest !== undefined) heads.delete(oldest);
    },
    forget: (conversationId: string) => void heads.delete(conversationId),
    forgetPerson(userId: string): void {
      for (const [conversationId, head] of heads)
        if (head.userId === userId) heads.delete(conversationId);
    },
  };
}
