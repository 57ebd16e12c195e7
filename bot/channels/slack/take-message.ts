import { shorten } from '#bot/normalise-text.ts';
import { conversationIdOf, type SlackPlace } from './conversation-id.ts';
import { attachmentsOf } from './files.ts';
import type { MessageEvent } from './incoming.ts';
import { arrivalActivity, isDirect, messageActivity } from './incoming-activity.ts';
import { enqueue, type SlackIntakeOptions, type SlackReply, taken } from './intake.ts';
import { mentions, mentionsAnybody, readSlackText } from './read-text.ts';
import type { SlackClient } from './slack-client.ts';

/** Who a delivery is for. */
export interface Addressee {
  readonly teamId: string;
  readonly botUserId: string | undefined;
}

export interface MessageTaker {
  /** Takes a message, where it is for the bot. */
  said(event: MessageEvent, to: Addressee): Promise<SlackReply>;
  /** Takes the opening of an assistant's thread. */
  arrived(place: SlackPlace, userId: string, to: Addressee): Promise<SlackReply>;
}

/** How many threads are remembered as just begun. */
const rememberAtMost = 10_000;
const longestTitle = 100;

/** Messages under these names are what a person wrote; under any other they report something, an edit for example. */
const spokenSubtypes: readonly (string | null | undefined)[] = [
  undefined,
  null,
  'file_share',
  'thread_broadcast',
  'me_message',
];

/**
 * Makes what takes people's messages. In direct messages all of them are for the bot; in channels those that mention it, and
 * what follows in a thread it is part of, as long as that is not said to somebody else.
 */
export function createMessageTaker(options: SlackIntakeOptions): MessageTaker {
  const { isEngaged, apiUrl, now } = options;
  /** Threads whose first turn may still run, so that nothing of them is kept yet. */
  const addressed = createRecent();
  const untitled = createRecent();

  const isForBot = async (event: MessageEvent, conversationId: string, botUserId = '') => {
    const text = event.text ?? '';
    if (isDirect(event.channel) || event.type === 'app_mention') return true;
    if (botUserId !== '' && mentions(text, botUserId)) return true;
    if (!event.thread_ts || mentionsAnybody(text)) return false;
    return addressed.has(conversationId) || isEngaged(conversationId);
  };

  return {
    async said(event, to) {
      const place = threadOf(event, to.teamId);
      const conversationId = conversationIdOf(place);
      if (!isSpoken(event, to) || !(await isForBot(event, conversationId, to.botUserId)))
        return taken;
      addressed.add(conversationId);
      const text = readSlackText(event.text ?? '', to.botUserId);
      // The same words come as a message and as a mention: under one id they are answered once.
      const happening = { ...to, place, userId: event.user, id: event.ts, at: dateOf(event.ts) };
      const attachments = attachmentsOf(event.files, apiUrl);
      const activity = messageActivity(happening, {
        text,
        ...(attachments.length > 0 ? { attachments } : {}),
      });
      const isTitle = untitled.delete(conversationId) && text !== '';
      return enqueue(activity, options, isTitle ? { kind: 'title', text } : undefined);
    },
    arrived(place, userId, to) {
      untitled.add(conversationIdOf(place));
      const id = `arrival-${place.threadTs}`;
      return enqueue(arrivalActivity({ ...to, place, userId, id, at: now() }), options);
    },
  };
}

/** Names the thread after what it is about. */
export async function showTitle(
  client: SlackClient,
  { channelId, threadTs }: SlackPlace,
  text: string,
): Promise<void> {
  await client.attempt((web) =>
    web.assistant.threads.setTitle({
      channel_id: channelId,
      thread_ts: threadTs,
      title: shorten(text, longestTitle),
    }),
  );
}

/** The thread that a message stands in; one that stands in none begins its own. */
export function threadOf(
  {
    channel,
    thread_ts,
    ts,
  }: {
    readonly channel: string;
    readonly thread_ts?: string | null | undefined;
    readonly ts: string;
  },
  teamId: string,
): SlackPlace {
  return { teamId, channelId: channel, threadTs: thread_ts ?? ts };
}

function isSpoken(event: MessageEvent, { botUserId }: Addressee): boolean {
  return (
    !event.bot_id &&
    !event.hidden &&
    event.user !== botUserId &&
    event.user !== 'USLACKBOT' &&
    spokenSubtypes.includes(event.subtype)
  );
}

function dateOf(ts: string): Date {
  return new Date(Number(ts) * 1_000);
}

function createRecent() {
  const ids = new Set<string>();
  return {
    has: (id: string) => ids.has(id),
    delete: (id: string) => ids.delete(id),
    add(id: string) {
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > rememberAtMost && oldest !== undefined) ids.delete(oldest);
    },
  };
}
