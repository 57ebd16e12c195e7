import { isDeepStrictEqual } from 'node:util';
import { type Activity, type Middleware, TurnContext } from 'botbuilder';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import { isForgotten, isGroup, userKeyOf } from '#bot/turn-keys.ts';
import type {
  ConversationAddress,
  ConversationReferenceStore,
} from '#services/conversation-references/port.ts';

/**
 * Keeps where each person can be written to, after their turn in a one-to-one conversation, and forgets it when they remove
 * the bot. A store that fails is logged and never harms the turn.
 */
export function createReferenceKeeper({
  references,
  logger,
}: {
  readonly references: ConversationReferenceStore;
  readonly logger: Pick<TurnLogger, 'error'>;
}): Middleware {
  return {
    async onTurn(context, next) {
      try {
        await next();
      } finally {
        await keep(context).catch((error: unknown) =>
          logger.error({ err: error }, 'where to write to a person could not be kept'),
        );
      }
    },
  };

  async function keep(context: TurnContext): Promise<void> {
    const { activity } = context;
    if (isGroup(activity) || activity.type === 'event') return;
    const userKey = userKeyOf(activity);
    if (isForgotten(context) || hasLeft(activity)) return references.delete(userKey);
    const address = addressOf(activity);
    // Read and compared, not remembered: another process may have dropped it since.
    if (!isDeepStrictEqual(await references.get(userKey), address))
      await references.put(userKey, address);
  }
}

function hasLeft({ type, action, membersRemoved, recipient, from }: Activity): boolean {
  if (type === 'installationUpdate') return action?.startsWith('remove') === true;
  return membersRemoved?.some(({ id }) => id === recipient.id || id === from.id) === true;
}

function addressOf(activity: Activity): ConversationAddress {
  const { activityId: _activityId, ...reference } = TurnContext.getConversationReference(activity);
  return JSON.parse(JSON.stringify(reference)) as ConversationAddress;
}
