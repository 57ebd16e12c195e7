import { type Activity, ActivityTypes, type TurnContext } from 'botbuilder';
import type { StreamRules } from './channels/channel.ts';
import { endStream, sendWhole } from './end-stream.ts';
import { shorten } from './normalise-text.ts';
import { readRetryAfterMs, readStreamRefusal, StreamStopped } from './stream-refusal.ts';

/** The one that writes into a growing message. Every call waits until the channel has taken what came before. */
export interface StreamWriter {
  /** Whether text shows while it grows. */
  readonly grows: boolean;
  /** In how many milliseconds the channel takes the next part. */
  readyInMs(): number;
  /** Says what is being done; without streaming, that somebody is typing, once. Throws StreamStopped. */
  inform(text: string): Promise<void>;
  /** Shows the text so far, whole; resolves to whether the person has it before them. Throws StreamStopped. */
  grow(text: string): Promise<boolean>;
  /** Ends with this message; resolves to the ids under which the channel may name it. Throws StreamStopped. */
  finish(message: Partial<Activity>): Promise<readonly string[]>;
}

export interface StreamWriterOptions {
  readonly rules?: StreamRules | undefined;
  /** A stream that is open already. Nobody knows what it shows, so it grows no more and gets its end. */
  readonly resumedStreamId?: string | undefined;
  readonly now?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** After more failed parts in a row only the end is sent. */
const mostFailures = 2;
/** A channel that is asked too often is left alone for twice as long each time. */
const firstPauseMs = 1_000;
/** The end waits no longer than this: whoever sends it tries again where it came too early. */
const longestLastPauseMs = 5_000;

/**
 * Writes Bot Framework's streaming activities. Teams reads the entity `streaminfo`, Web Chat 4.18 `channelData`, so both go
 * out; the stream's id is the id of the first activity, and the final message has no sequence number. Whatever the channel
 * refuses on the way, the person gets the whole message once: as the end of the stream, else in place of what the stream
 * showed, else as a message of its own.
 */
export function createStreamWriter(
  context: TurnContext,
  streaming: boolean,
  {
    rules,
    resumedStreamId,
    now = () => performance.now(),
    wait = async () => undefined,
  }: StreamWriterOptions = {},
): StreamWriter {
  let streamId = resumedStreamId;
  let startedAt = now();
  let nextPartAt = Number.NEGATIVE_INFINITY;
  let sequence = 0;
  let failures = 0;
  let lastInformed = '';
  let lastGrown = '';
  let usable = streaming && resumedStreamId === undefined;

  const hasExpired = () =>
    streamId !== undefined &&
    now() - startedAt > (rules?.maxDurationMs ?? Number.POSITIVE_INFINITY);
  const readyInMs = () => Math.max(0, nextPartAt - now());
  const pause = (ms: number) => {
    nextPartAt = now() + ms;
  };

  const takeRefusal = (error: unknown) => {
    const refusal = readStreamRefusal(error);
    if (refusal === 'stopped') throw new StreamStopped();
    failures += 1;
    // A beginning that failed on the way may have begun all the same, and a chat takes one stream at a time.
    const passes =
      refusal === 'rate-limited' || (refusal === 'unavailable' && streamId !== undefined);
    usable = passes && failures <= mostFailures;
    if (refusal === 'rate-limited') pause(readRetryAfterMs(error) ?? firstPauseMs * 2 ** failures);
  };

  const sendPart = async (streamType: 'informative' | 'streaming', text: string) => {
    // A part that failed keeps its number: the channel may have taken it before it failed.
    sequence = streamId === undefined ? 1 : sequence + 1;
    const info = {
      ...(streamId === undefined ? {} : { streamId }),
      streamType,
      streamSequence: sequence,
    };
    try {
      const response = await context.sendActivity({
        type: ActivityTypes.Typing,
        text,
        channelData: info,
        entities: [{ type: 'streaminfo', ...info }],
      });
      failures = 0;
      pause(rules?.minIntervalMs ?? 0);
      if (streamId === undefined) {
        startedAt = now();
        streamId = response?.id || undefined;
        // Without an id nothing can be added to what was sent.
        usable = streamId !== undefined;
      }
      return true;
    } catch (error) {
      takeRefusal(error);
      return false;
    }
  };

  const mayGrow = (text: string) => {
    if (!usable || hasExpired()) return false;
    if (rules === undefined) return true;
    return text.length <= rules.maxTextLength && text.startsWith(lastGrown);
  };

  return {
    get grows() {
      return usable;
    },
    readyInMs,
    async inform(text) {
      if (text === lastInformed) return;
      const isFirst = lastInformed === '';
      lastInformed = text;
      const shown = shorten(text, rules?.maxStatusLength ?? text.length);
      if (usable) await sendPart('informative', shown);
      if (!usable && isFirst && streamId === undefined)
        await context.sendActivity({ type: ActivityTypes.Typing });
    },
    async grow(text) {
      if (!mayGrow(text)) return false;
      const isShown = await sendPart('streaming', text);
      if (isShown) lastGrown = text;
      return isShown;
    },
    async finish(message) {
      if (streamId === undefined) return sendWhole(context, message);
      if (rules !== undefined && readyInMs() > 0)
        await wait(Math.min(readyInMs(), longestLastPauseMs));
      return endStream(context, message, { streamId, hasExpired: hasExpired() });
    },
  };
}
