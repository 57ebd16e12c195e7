import { MentorError } from '#errors.ts';
import type { CosmosContainer, Stored } from '#services/azure/cosmos-container.ts';
import type { CosmosDatabase } from '#services/azure/cosmos-database.ts';
import { deleteUserPartitions } from '#services/azure/delete-partition.ts';
import { escapeKey } from '#services/azure/escape-key.ts';
import { oneAtATime } from '#services/azure/one-at-a-time.ts';
import { conflict, retryOnConflict } from '#services/azure/retry-on-conflict.ts';
import { secondsToLive } from '#services/azure/seconds-to-live.ts';
import { cosmosService } from '#services/azure/service-settings.ts';
import { readValue, type StoredValue, storeValue } from '#services/azure/stored-value.ts';
import type { ActivityLog, LoggedActivity, LoggedConversation } from './port.ts';

/** A conversation's partition holds this item, with the counter, and one for each activity. */
type ConversationItem = LoggedConversation & {
  readonly id: typeof conversationItemId;
  readonly ttl?: number;
};

type ActivityItem = StoredValue<LoggedActivity> & {
  readonly id: string;
  readonly conversationId: string;
  readonly sequence: number;
  readonly ttl?: number;
};

const conversationItemId = 'conversation';
const activityItemId = (activityId: string) => `activity:${escapeKey(activityId)}`;

/**
 * Keeps the activity log in the container `activity-log` of a Cosmos DB database, so that every replica can serve every web
 * chat. An activity and the counter that numbers it are written in one batch under the counter's eTag. With
 * `retentionDays` a conversation goes so many days after it last went on.
 */
export function createCosmosActivityLog(
  database: CosmosDatabase,
  { retentionDays }: { readonly retentionDays?: number } = {},
): ActivityLog {
  const container = database.container({
    id: 'activity-log',
    partitionKeyPath: '/conversationId',
    indexedPaths: ['/conversationId', '/userId', '/sequence'],
    expires: true,
  });
  const ttl = secondsToLive(retentionDays);
  const inOrder = oneAtATime();
  const readConversation = (conversationId: string) =>
    container.read<ConversationItem>(conversationItemId, conversationId);

  return {
    async create({ conversationId, userId, createdAt }) {
      const item = {
        id: conversationItemId,
        conversationId,
        userId,
        createdAt,
        lastSequence: 0,
        ...ttl,
      };
      if ((await container.batch(conversationId, [{ create: item }])) === 'done') return;
      const stored = await readConversation(conversationId);
      if (stored?.userId !== userId)
        throw new MentorError('not-allowed', 'This conversation belongs to another person.', {
          details: { conversationId },
        });
    },
    async get(conversationId) {
      const stored = await readConversation(conversationId);
      return stored && toConversation(stored);
    },
    async list(userId) {
      const items = await container.query<ConversationItem>({
        query: 'SELECT * FROM c WHERE c.id = @id AND c.userId = @userId',
        parameters: [
          { name: '@id', value: conversationItemId },
          { name: '@userId', value: userId },
        ],
      });
      return items
        .map(toConversation)
        .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
    },
    append: (conversationId, activity) =>
      inOrder(conversationId, () => append(container, conversationId, activity, ttl)),
    async readAfter(conversationId, sequence) {
      const items = await container.query<ActivityItem>(
        {
          query:
            'SELECT * FROM c WHERE c.conversationId = @conversationId AND c.sequence > @sequence ORDER BY c.sequence',
          parameters: [
            { name: '@conversationId', value: conversationId },
            { name: '@sequence', value: sequence },
          ],
        },
        conversationId,
      );
      return items.map((item) => ({ sequence: item.sequence, activity: readValue(item) }));
    },
    replace: (conversationId, activityId, activity) =>
      inOrder(conversationId, () =>
        replace(container, { conversationId, activityId, activity, ttl }),
      ),
    async deleteUser(userId) {
      const { partitions } = await deleteUserPartitions(container, {
        userId,
        headId: conversationItemId,
        partitionKey: 'conversationId',
      });
      return partitions;
    },
  };
}

async function append(
  container: CosmosContainer,
  conversationId: string,
  activity: LoggedActivity,
  ttl: { ttl?: number },
): Promise<number> {
  const id = activityItemId(activity.id);
  const stored = storeValue(activity);
  return await retryOnConflict(cosmosService, 'adding an activity', async () => {
    const conversation = await container.read<ConversationItem>(conversationItemId, conversationId);
    if (!conversation)
      throw new MentorError('not-found', 'There is no such conversation to add an activity to.', {
        details: { conversationId },
      });
    const sequence = conversation.lastSequence + 1;
    const outcome = await container.batch(conversationId, [
      {
        replace: { ...toItem(conversation), lastSequence: sequence, ...ttl },
        ifMatch: conversation._etag,
      },
      { create: { id, conversationId, sequence, ...stored, ...ttl } },
    ]);
    if (outcome === 'done') return sequence;
    if (outcome !== 'taken') return conflict;
    const known = await container.read<ActivityItem>(id, conversationId);
    return known ? known.sequence : conflict;
  });
}

async function replace(
  container: CosmosContainer,
  change: {
    readonly conversationId: string;
    readonly activityId: string;
    readonly activity: LoggedActivity | undefined;
    readonly ttl: { ttl?: number };
  },
): Promise<boolean> {
  const { conversationId, activityId, activity, ttl } = change;
  const id = activityItemId(activityId);
  const stored = activity && storeValue(activity);
  return await retryOnConflict(cosmosService, 'changing an activity', async () => {
    const [conversation, known] = await Promise.all([
      container.read<ConversationItem>(conversationItemId, conversationId),
      container.read<ActivityItem>(id, conversationId),
    ]);
    if (!(conversation && known)) return false;
    const outcome = await container.batch(conversationId, [
      // Written again, though nothing changes, so that no activity outlives its conversation.
      { replace: { ...toItem(conversation), ...ttl }, ifMatch: conversation._etag },
      ...replacement(known, activity, stored, ttl),
    ]);
    if (outcome === 'taken')
      throw new MentorError('request-invalid', 'The new id belongs to another activity already.', {
        details: { conversationId },
      });
    return outcome === 'done' ? true : conflict;
  });
}

function replacement(
  known: Stored<ActivityItem>,
  activity: LoggedActivity | undefined,
  stored: StoredValue<LoggedActivity> | undefined,
  ttl: { ttl?: number },
) {
  const { id: knownId, conversationId, sequence, _etag: ifMatch } = known;
  if (!(activity && stored)) return [{ delete: knownId, ifMatch }];
  const id = activityItemId(activity.id);
  const item = { id, conversationId, sequence, ...stored, ...ttl };
  if (id === knownId) return [{ replace: item, ifMatch }];
  return [{ delete: knownId, ifMatch }, { create: item }];
}

function toConversation(item: ConversationItem): LoggedConversation {
  const { conversationId, userId, createdAt, lastSequence } = item;
  return { conversationId, userId, createdAt, lastSequence };
}

/** The item without what the service itself adds to it. */
function toItem(stored: ConversationItem): Omit<ConversationItem, 'ttl'> {
  return { id: conversationItemId, ...toConversation(stored) };
}
