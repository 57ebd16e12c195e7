import { type Activity, ActivityTypes, type TurnContext } from 'botbuilder';

/** The one that writes into a growing message. Every call waits until the channel has taken what came before. */
export interface StreamWriter {
  /** Whether text shows while it grows. */
  readonly grows: boolean;
  /** Says what is being done; without streaming, that somebody is typing, once. */
  inform(text: string): Promise<void>;
  /** Shows the text so far, whole. */
  grow(text: string): Promise<void>;
  /** Ends with this message; resolves to its activity id. */
  finish(message: Partial<Activity>): Promise<string | undefined>;
}

/**
 * Writes Bot Framework's streaming activities. Teams reads the entity `streaminfo`, Web Chat 4.18 `channelData`, so both go
 * out; the stream's id is the id of the first activity, and the final message has no sequence number.
 */
export function createStreamWriter(context: TurnContext, streaming: boolean): StreamWriter {
  let streamId: string | undefined;
  let sequence = 0;
  let lastInformed = '';
  let usable = streaming;

  const send = async (streamType: 'informative' | 'streaming', text: string) => {
    sequence += 1;
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
      streamId ??= response?.id;
      // Without an id nothing can be added to what was sent.
      usable = streamId !== undefined;
    } catch {
      // A channel that refuses a part still gets the whole: `finish` sends it as one message.
      usable = false;
    }
  };

  return {
    get grows() {
      return usable;
    },
    async inform(text) {
      if (text === lastInformed) return;
      const isFirst = lastInformed === '';
      lastInformed = text;
      if (usable) await send('informative', text);
      else if (isFirst) await context.sendActivity({ type: ActivityTypes.Typing });
    },
    async grow(text) {
      if (usable) await send('streaming', text);
    },
    async finish(message) {
      if (streamId === undefined) return (await context.sendActivity(message))?.id;
      const info = { streamId, streamType: 'final' };
      try {
        const response = await context.sendActivity({
          ...message,
          channelData: { ...message.channelData, ...info },
          entities: [{ type: 'streaminfo', ...info }, ...(message.entities ?? [])],
        });
        return response?.id;
      } catch (error) {
        if (usable) throw error;
        return (await context.sendActivity(message))?.id;
      }
    },
  };
}
