import type { SlackPlace } from './conversation-id.ts';
import { toMrkdwn, withoutMentions } from './mrkdwn.ts';
import { SlackCallFailed, type SlackClient } from './slack-client.ts';
import { blocksOf, type SlackMessage } from './slack-message.ts';

export interface SlackStreamOptions {
  readonly client: SlackClient;
  readonly place: SlackPlace;
  /** The person's id in Slack, whom the stream is for. */
  readonly recipientId: string;
  readonly now: () => number;
}

/**
 * One message that grows. Where Slack does not stream, an ordinary message is written anew as it grows; where that fails
 * too, nothing shows before the end. Nothing here ever rejects.
 */
export interface SlackStream {
  /** The message's name, once it stands. */
  readonly ts: string | undefined;
  /** Shows the text so far, whole. What Slack could not take now comes with the next part or with the end. */
  grow(text: string): Promise<void>;
  /** Ends with this message; resolves to its `ts`, or to nothing where no message stands and it has to be posted. */
  finish(message: SlackMessage): Promise<string | undefined>;
  /** Ends it with what it shows. */
  abandon(): Promise<void>;
}

/** An update carries the whole text, and Slack takes fewer of them than parts of a stream. */
const updateIntervalMs = 1_500;

type State =
  | { readonly kind: 'not-begun' }
  /** Slack appends to what is shown; once `isSure` is false, nobody knows what that is. */
  | { readonly kind: 'streaming'; readonly ts: string; shown: string; isSure: boolean }
  | { readonly kind: 'updating'; readonly ts: string }
  | { readonly kind: 'over' };

/** Makes the message; it begins with the first text. */
export function createSlackStream(options: SlackStreamOptions): SlackStream {
  const { client, place, now } = options;
  const message = { channel: place.channelId, thread_ts: place.threadTs };
  let state: State = { kind: 'not-begun' };
  let notBefore = 0;

  /** Whether it was only too soon; the text then comes later. */
  const isTooSoon = (error: unknown): boolean => {
    if (!(error instanceof SlackCallFailed) || error.retryAfterMs === undefined) return false;
    notBefore = now() + error.retryAfterMs;
    return true;
  };

  const begin = async (markdown: string): Promise<void> => {
    try {
      const ts = await startStream(options, markdown);
      state = { kind: 'streaming', ts, shown: markdown, isSure: true };
    } catch (error) {
      if (isTooSoon(error)) return;
      // Whether a call that got no answer did anything is unknown: what comes next must not begin a second message.
      state = isRefusal(error) ? await beginUpdating(markdown) : { kind: 'over' };
    }
  };

  const beginUpdating = async (markdown: string): Promise<State> => {
    try {
      const { ts } = await client.attempt((web) =>
        web.chat.postMessage({ ...message, ...contentsOf(markdown), unfurl_links: false }),
      );
      notBefore = now() + updateIntervalMs;
      return ts ? { kind: 'updating', ts } : { kind: 'over' };
    } catch {
      return { kind: 'over' };
    }
  };

  const append = async (stream: State & { kind: 'streaming' }, markdown: string): Promise<void> => {
    if (!markdown.startsWith(stream.shown)) stream.isSure = false;
    const added = markdown.slice(stream.shown.length);
    if (!stream.isSure || added === '') return;
    try {
      await client.attempt((web) =>
        web.chat.appendStream({ channel: message.channel, ts: stream.ts, markdown_text: added }),
      );
      stream.shown = markdown;
    } catch (error) {
      if (!isTooSoon(error)) stream.isSure = false;
    }
  };

  const update = async (ts: string, markdown: string): Promise<void> => {
    notBefore = now() + updateIntervalMs;
    await client
      .attempt((web) => web.chat.update({ channel: message.channel, ts, ...contentsOf(markdown) }))
      .catch(isTooSoon);
  };

  return {
    get ts() {
      return 'ts' in state ? state.ts : undefined;
    },
    async grow(text) {
      const markdown = withoutMentions(text);
      if (markdown === '' || now() < notBefore) return;
      if (state.kind === 'not-begun') await begin(markdown);
      else if (state.kind === 'streaming') await append(state, markdown);
      else if (state.kind === 'updating') await update(state.ts, markdown);
    },
    async finish(final) {
      const ended = state;
      state = { kind: 'over' };
      if (ended.kind === 'streaming')
        return (await endStream(options, ended, final)) ?? rewrite(options, ended.ts, final);
      return ended.kind === 'updating' ? rewrite(options, ended.ts, final) : undefined;
    },
    async abandon() {
      if (state.kind === 'streaming') await closeStream(options, state.ts);
      state = { kind: 'over' };
    },
  };
}

/** A message that an earlier run left growing: nobody knows what it shows, so its end takes its place. */
export function resumeSlackStream(
  options: SlackStreamOptions,
  ts: string,
): Pick<SlackStream, 'finish'> {
  return {
    async finish(final) {
      await closeStream(options, ts);
      return rewrite(options, ts, final);
    },
  };
}

async function startStream(
  { client, place, recipientId }: SlackStreamOptions,
  markdown: string,
): Promise<string> {
  const { ts } = await client.attempt((web) =>
    web.chat.startStream({
      channel: place.channelId,
      thread_ts: place.threadTs,
      recipient_team_id: place.teamId,
      recipient_user_id: recipientId,
      markdown_text: markdown,
    }),
  );
  if (!ts) throw new Error('Slack began a stream without a timestamp.');
  return ts;
}

/** Appends the rest and what stands below; resolves to nothing where the message did not become what it should be. */
async function endStream(
  { client, place }: SlackStreamOptions,
  { ts, shown, isSure }: State & { kind: 'streaming' },
  { markdown, below }: SlackMessage,
): Promise<string | undefined> {
  const stream = { channel: place.channelId, ts };
  if (!isSure || !markdown.startsWith(shown)) {
    await closeStream({ client, place }, ts);
    return undefined;
  }
  const rest = markdown.slice(shown.length);
  try {
    await client.deliver((web) =>
      web.chat.stopStream({
        ...stream,
        ...(rest === '' ? {} : { markdown_text: rest }),
        ...(below.length === 0 ? {} : { blocks: [...below] }),
      }),
    );
    return ts;
  } catch {
    return undefined;
  }
}

async function closeStream(
  { client, place }: Pick<SlackStreamOptions, 'client' | 'place'>,
  ts: string,
): Promise<void> {
  await client
    .attempt((web) => web.chat.stopStream({ channel: place.channelId, ts }))
    .catch(() => undefined);
}

/** Puts the final message in place of the growing one; where that fails the growing one goes, so that nothing stands twice. */
async function rewrite(
  { client, place }: SlackStreamOptions,
  ts: string,
  final: SlackMessage,
): Promise<string | undefined> {
  const message = { channel: place.channelId, ts };
  try {
    await client.deliver((web) =>
      web.chat.update({ ...message, text: final.text, blocks: blocksOf(final) }),
    );
    return ts;
  } catch {
    await client.attempt((web) => web.chat.delete(message)).catch(() => undefined);
    return undefined;
  }
}

function contentsOf(markdown: string) {
  return { text: toMrkdwn(markdown), blocks: [{ type: 'markdown' as const, text: markdown }] };
}

/** Slack said no, in so many words; the other failures leave open what it did. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof SlackCallFailed &&
    error.code !== 'unreachable' &&
    !error.code.startsWith('http_')
  );
}
