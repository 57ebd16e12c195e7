import type { Activity, TurnContext } from 'botbuilder';
import { readStreamRefusal, type StreamRefusal, StreamStopped } from './stream-refusal.ts';

/**
 * Ends a stream with its whole message; where the channel refuses that, the message takes the place of what the stream showed,
 * and where it refuses that too, it goes out as a message of its own. Resolves to the ids under which the channel may name
 * it. Throws StreamStopped, and what the last way threw.
 */
export async function endStream(
  context: TurnContext,
  message: Partial<Activity>,
  { streamId, hasExpired }: { readonly streamId: string; readonly hasExpired: boolean },
): Promise<readonly string[]> {
  if (!hasExpired) {
    const { id, refusal } = await sendFinal(context, message, streamId);
    if (refusal === 'stopped') throw new StreamStopped();
    if (refusal === undefined) return idsOf(streamId, id);
  }
  const isReplaced = await replace(context, message, streamId);
  return isReplaced ? [streamId] : sendWhole(context, message);
}

/** The final message goes by the stream's id in Teams, by its own in other channels. */
function idsOf(...ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined && id !== ''))] as string[];
}

async function sendFinal(
  context: TurnContext,
  message: Partial<Activity>,
  streamId: string,
): Promise<{ readonly id?: string | undefined; readonly refusal?: StreamRefusal }> {
  const info = { streamId, streamType: 'final' };
  try {
    const response = await context.sendActivity({
      ...message,
      channelData: { ...message.channelData, ...info },
      entities: [{ type: 'streaminfo', ...info }, ...(message.entities ?? [])],
    });
    return { id: response?.id };
  } catch (error) {
    return { refusal: readStreamRefusal(error) };
  }
}

/** Puts the message where the stream was; resolves to whether the channel let it. */
async function replace(
  context: TurnContext,
  message: Partial<Activity>,
  streamId: string,
): Promise<boolean> {
  try {
    await context.updateActivity({ ...message, id: streamId });
    return true;
  } catch {
    return false;
  }
}

/** Sends the message on its own. A message that is too large with its card still says the same without it. */
export async function sendWhole(
  context: TurnContext,
  message: Partial<Activity>,
): Promise<string[]> {
  try {
    return idsOf((await context.sendActivity(message))?.id);
  } catch (error) {
    const { attachments, ...words } = message;
    if (attachments === undefined || readStreamRefusal(error) !== 'too-large') throw error;
    return idsOf((await context.sendActivity(words))?.id);
  }
}
