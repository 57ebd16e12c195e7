import {
  type ConnectorRequest,
  type ConnectorResponse,
  deliveryMarkField,
  type EmbeddedChannel,
} from '#bot/channels/bot-framework/embedded-connector.ts';
import type { DeliveryMark } from '#bot/turn-delivery.ts';
import { type Conversations, isLoggedId } from './conversations.ts';
import type { BotAccount } from './incoming-activity.ts';
import {
  conversationNotFound,
  DirectLineError,
  directLineChannelId,
  directLineServiceUrl,
} from './protocol.ts';

interface ConnectorOptions {
  readonly conversations: Conversations;
  readonly bot: BotAccount;
  readonly now: () => Date;
}

/** The bot's side of the server: what it sends, changes and deletes, and whom it asks about. */
export function createConnector(options: ConnectorOptions): EmbeddedChannel {
  return {
    serviceUrl: directLineServiceUrl,
    async handle(request) {
      try {
        return await answer(request, options);
      } catch (error) {
        // The caller's mistakes are HTTP answers, which the SDK turns into its own error; ours pass through unretried.
        if (!(error instanceof DirectLineError)) throw error;
        return {
          status: error.status,
          body: { error: { code: error.code, message: error.message } },
        };
      }
    },
  };
}

async function answer(
  { method, path, body }: ConnectorRequest,
  options: ConnectorOptions,
): Promise<ConnectorResponse> {
  const [api, conversationId, collection, itemId] = splitPath(path);
  if (api !== 'conversations' || conversationId === undefined) throw notSupported(method, path);
  switch (`${method} ${collection}`) {
    case 'POST activities':
      return { status: 201, body: { id: await send(conversationId, body, options) } };
    case 'PUT activities':
      return replace(
        conversationId,
        itemId,
        toShownActivity(conversationId, body, options),
        options,
      );
    case 'DELETE activities':
      return replace(conversationId, itemId, undefined, options);
    case 'GET members':
      return { status: 200, body: await listMembers(conversationId, itemId, options) };
    case 'GET pagedmembers':
      return {
        status: 200,
        body: { members: await listMembers(conversationId, undefined, options) },
      };
    default:
      throw notSupported(method, path);
  }
}

async function send(
  conversationId: string,
  body: unknown,
  options: ConnectorOptions,
): Promise<string> {
  const activity = toShownActivity(conversationId, body, options);
  // Typing, and with it every chunk of a streamed text, is of the moment: replayed, a finished answer would type itself again.
  const isOfTheMoment = activity['type'] === 'typing';
  const { conversations } = options;
  const { id } = await (isOfTheMoment
    ? conversations.show(conversationId, activity)
    : conversations.add(conversationId, activity, markOf(body)));
  return id;
}

async function replace(
  conversationId: string,
  activityId: string | undefined,
  activity: Record<string, unknown> | undefined,
  { conversations }: ConnectorOptions,
): Promise<ConnectorResponse> {
  const found =
    activityId !== undefined && (await conversations.replace(conversationId, activityId, activity));
  if (!found) throw new DirectLineError(404, 'NotFound', 'There is no such activity.');
  return { status: 200, body: { id: activityId } };
}

async function listMembers(
  conversationId: string,
  memberId: string | undefined,
  { conversations, bot }: ConnectorOptions,
): Promise<unknown> {
  const userId = await conversations.ownerOf(conversationId);
  if (userId === undefined) throw conversationNotFound();
  const members = [{ id: userId }, { ...bot }];
  if (memberId === undefined) return members;
  const member = members.find(({ id }) => id === memberId);
  if (!member) throw new DirectLineError(404, 'NotFound', 'There is no such member.');
  return member;
}

/** An activity of the bot as clients see it: our time and channel, and no address of the inside. */
function toShownActivity(
  conversationId: string,
  body: unknown,
  { bot, now }: ConnectorOptions,
): Record<string, unknown> {
  const {
    serviceUrl,
    recipient,
    callerId,
    replyToId,
    [deliveryMarkField]: _mark,
    ...activity
  } = body as Record<string, unknown>;
  return {
    ...activity,
    channelId: directLineChannelId,
    timestamp: now().toISOString(),
    conversation: { id: conversationId },
    from: { ...bot, role: 'bot' },
    // Web Chat holds a reply back for up to five seconds until it has seen what it replies to.
    ...(isLoggedId(replyToId) && { replyToId }),
  };
}

function markOf(body: unknown): DeliveryMark | undefined {
  return (body as { readonly [deliveryMarkField]?: DeliveryMark })[deliveryMarkField];
}

function splitPath(path: string): string[] {
  const [, version, ...parts] = path.split('/').map(decodeURIComponent);
  return version === 'v3' ? parts : [];
}

function notSupported(method: string, path: string): DirectLineError {
  return new DirectLineError(405, 'NotSupported', `${method} ${path} is not part of this channel.`);
}
