import { type Activity, ActivityTypes, type Attachment } from 'botbuilder';
import { shorten } from '#bot/normalise-text.ts';
import { StreamStopped } from '#bot/stream-refusal.ts';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import { type CardData, cardDataType, cardSchemas } from '#cards/card-data.ts';
import { slackLimits } from './blocks.ts';
import { conversationIdOf, type SlackPlace } from './conversation-id.ts';
import { dataOf, uploadFile } from './files.ts';
import { SlackCallFailed, type SlackClient } from './slack-client.ts';
import { blocksOf, inWordsAlone, type SlackMessage, toSlackMessages } from './slack-message.ts';
import { createSlackStream, resumeSlackStream, type SlackStream } from './slack-stream.ts';
import { splitText } from './split-text.ts';
import { profileWindow } from './windows.ts';

export interface SlackOutletOptions {
  readonly client: SlackClient;
  readonly place: SlackPlace;
  /** The person's id, as the bot knows it and as Slack does. */
  readonly userId: string;
  readonly recipientId: string;
  /** Opens one window, for three seconds after a press. */
  readonly triggerId?: string | undefined;
  /** Whether the person has only just arrived: what is suggested then belongs above the place where they write. */
  readonly isArrival: boolean;
  readonly logger: TurnLogger;
  readonly now: () => number;
}

/** What one turn sends, on its way to its thread. */
export interface SlackOutlet {
  /** Resolves to the message's `ts`; to the stream's name while it grows. */
  send(activity: Partial<Activity>): Promise<string>;
  /** The name of the message that grows just now, once it stands. */
  readonly streamTs: string | undefined;
  /** The person stopped the answer: the next part of it, or its end, throws StreamStopped. */
  stop(): void;
  /** Tidies up after the turn: no stream stays open, no status stays. Never rejects. */
  end(): Promise<void>;
}

/** A growing message has no id of its own before it begins; the bot needs one to go on with. */
const streamName = 'growing';

/** What the bot's streaming activities say of themselves. */
interface StreamInfo {
  readonly streamType?: 'informative' | 'streaming' | 'final';
  readonly streamId?: string;
}

/** Opens the way into a thread for one turn. */
export function createSlackOutlet(options: SlackOutletOptions): SlackOutlet {
  const { client, place } = options;
  let stream: SlackStream | undefined;
  let hasStatus = false;
  let isStopped = false;
  let { triggerId } = options;

  const setStatus = async (status: string): Promise<void> => {
    hasStatus = status !== '';
    // Only the agent's and the assistant's view have a status line; elsewhere nothing is lost.
    await client
      .attempt((web) =>
        web.assistant.threads.setStatus({
          channel_id: place.channelId,
          thread_ts: place.threadTs,
          status,
        }),
      )
      .catch(() => undefined);
  };

  const showProgress = async (activity: Partial<Activity>): Promise<string> => {
    if (streamInfoOf(activity).streamType === 'streaming') {
      stream ??= createSlackStream(options);
      await stream.grow(activity.text ?? '');
    } else await setStatus(statusLine(activity.text));
    return streamName;
  };

  const endStream = async (activity: Partial<Activity>, message: SlackMessage) => {
    if (streamInfoOf(activity).streamType !== 'final') return undefined;
    const { streamId = streamName } = streamInfoOf(activity);
    // A turn that runs again knows by its name what it left behind.
    const ended =
      stream ?? (streamId === streamName ? undefined : resumeSlackStream(options, streamId));
    stream = undefined;
    return ended?.finish(message);
  };

  const sendMessage = async (activity: Partial<Activity>): Promise<string> => {
    const form = formIn(activity);
    if (form !== undefined && triggerId !== undefined) {
      const opened = await openForm(options, triggerId, form);
      triggerId = undefined;
      if (opened) return '';
    }
    const shown = (await suggestOnArrival(options, activity))
      ? withoutSuggestions(activity)
      : activity;
    const [first, ...others] = toSlackMessages(shown);
    const sent = first && ((await endStream(activity, first)) ?? (await post(options, first)));
    for (const message of others) await post(options, message);
    for (const file of filesIn(activity)) await sendFile(options, file);
    // Slack takes the status away as soon as a message comes.
    hasStatus = false;
    return sent ?? '';
  };

  return {
    get streamTs() {
      return stream?.ts;
    },
    async send(activity) {
      const { streamType } = streamInfoOf(activity);
      if (isStopped && streamType !== undefined) throw new StreamStopped();
      if (activity.type === ActivityTypes.Typing) return showProgress(activity);
      return activity.type === ActivityTypes.Message ? sendMessage(activity) : '';
    },
    stop() {
      isStopped = true;
    },
    async end() {
      await stream?.abandon();
      if (hasStatus) await setStatus('');
    },
  };
}

function streamInfoOf({ channelData }: Partial<Activity>): StreamInfo {
  return (channelData ?? {}) as StreamInfo;
}

/** Slack puts the app's name before the status: "Career Mentor is searching 100 articles ...". */
function statusLine(text = 'Thinking ...'): string {
  return `is ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** Posts a message; where Slack refuses its blocks, the same in words. Rejects with SlackCallFailed. */
async function post(
  { client, place, logger }: SlackOutletOptions,
  message: SlackMessage,
): Promise<string | undefined> {
  const thread = { channel: place.channelId, thread_ts: place.threadTs };
  try {
    const { ts } = await client.deliver((web) =>
      web.chat.postMessage({
        ...thread,
        text: message.text,
        blocks: blocksOf(message),
        unfurl_links: false,
        unfurl_media: false,
      }),
    );
    return ts;
  } catch (error) {
    if (!isAboutBlocks(error)) throw error;
    logger.warn({ reason: (error as Error).message }, 'Slack refused blocks; the words were sent');
  }
  let first: string | undefined;
  for (const text of inWordsAlone(message)) {
    const { ts } = await client.deliver((web) => web.chat.postMessage({ ...thread, text }));
    first ??= ts;
  }
  return first;
}

function isAboutBlocks(error: unknown): boolean {
  return error instanceof SlackCallFailed && /blocks|markdown/.test(error.code);
}

function formIn({ attachments = [] }: Partial<Activity>): CardData<'profile-form'> | undefined {
  const form = attachments.find(
    ({ contentType, name }) => contentType === cardDataType && name === 'profile-form',
  );
  return form && cardSchemas['profile-form'].parse(form.content);
}

/** Resolves to whether the window stands open; a press that is too long ago opens none. */
async function openForm(
  { client, place, userId }: SlackOutletOptions,
  triggerId: string,
  form: CardData<'profile-form'>,
): Promise<boolean> {
  const view = profileWindow(form, { conversationId: conversationIdOf(place), userId });
  return client
    .attempt((web) => web.views.open({ trigger_id: triggerId, view }))
    .then(
      () => true,
      () => false,
    );
}

/** Offers what the bot suggests as Slack's own prompts; resolves to whether Slack took them. */
async function suggestOnArrival(
  { client, place, isArrival }: SlackOutletOptions,
  { suggestedActions }: Partial<Activity>,
): Promise<boolean> {
  const words = (suggestedActions?.actions ?? []).map(({ value }) => String(value));
  if (!isArrival || words.length === 0) return false;
  return suggestPrompts(client, place, words);
}

/** Puts up to four prompts above the place where the person writes; resolves to whether Slack took them. Never rejects. */
export async function suggestPrompts(
  client: SlackClient,
  { channelId, threadTs }: Pick<SlackPlace, 'channelId'> & Partial<SlackPlace>,
  words: readonly string[],
): Promise<boolean> {
  const prompts = words
    .slice(0, slackLimits.promptsPerThread)
    .map((message) => ({ title: shorten(message, slackLimits.buttonText), message }));
  return client
    .attempt((web) =>
      web.assistant.threads.setSuggestedPrompts({
        channel_id: channelId,
        ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
        prompts,
      }),
    )
    .then(
      () => true,
      () => false,
    );
}

function withoutSuggestions(activity: Partial<Activity>): Partial<Activity> {
  const { suggestedActions: _taken, ...rest } = activity;
  return rest;
}

function filesIn({ attachments = [] }: Partial<Activity>): Attachment[] {
  return attachments.filter(({ contentUrl }) => contentUrl?.startsWith('data:'));
}

/** Uploads a file; where that fails, its text comes as messages, since what people ask for is theirs to get. */
async function sendFile(options: SlackOutletOptions, file: Attachment): Promise<void> {
  const { client, place, logger } = options;
  try {
    await uploadFile(file, place, client);
  } catch (error) {
    logger.warn({ reason: (error as Error).message }, 'Slack took no file; its text was sent');
    for (const piece of splitText(dataOf(file.contentUrl ?? '').toString('utf8'), fileTextRoom)) {
      const markdown = `\`\`\`\n${piece}\n\`\`\``;
      await post(options, { markdown, below: [], text: file.name ?? 'A file' });
    }
  }
}

const fileTextRoom = 5_000;
