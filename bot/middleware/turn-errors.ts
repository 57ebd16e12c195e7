import { randomUUID } from 'node:crypto';
import type { TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import { texts } from '#bot/texts.ts';
import { deliveryOf } from '#bot/turn-delivery.ts';
import { mayPass, thrownBy } from '#bot/turn-failure.ts';
import { turnSignalOf } from '#bot/turn-keys.ts';
import { errorTable, toMentorError } from '#errors.ts';

export interface TurnErrorOptions {
  readonly logger: Pick<Logger, 'error'>;
  /** Ends the active dialog and leaves everything else of the conversation as it is. */
  readonly clearDialog: (context: TurnContext) => Promise<void>;
  readonly newId?: () => string;
}

/**
 * What an adapter does when a turn throws (`adapter.onTurnError`): logs it under an id, ends only the dialog, and tells the
 * person in one sentence with that id. A turn that was stopped on purpose rejects again, and so does one whose words did not
 * get through to a channel that may be back soon, so that it can be run once more.
 */
export function createTurnErrorHandler({
  logger,
  clearDialog,
  newId = shortId,
}: TurnErrorOptions): (context: TurnContext, error: Error) => Promise<void> {
  return async (context, wrapped) => {
    const error = thrownBy(wrapped);
    if (turnSignalOf(context)?.aborted) throw error;
    const delivery = deliveryOf(context);
    if (delivery?.isUndelivered(error) && mayPass(error)) throw error;
    const reference = newId();
    const { channelId, conversation, type } = context.activity;
    const mentorError = toMentorError(error);
    logger.error(
      {
        err: error,
        code: mentorError.code,
        reference,
        channelId,
        conversationId: conversation?.id,
      },
      'a turn failed',
    );
    // An invoke gets its answer in the response; a sentence in the chat would come out of nowhere.
    if (type === 'invoke') return;
    try {
      await clearDialog(context);
    } catch (second) {
      logger.error({ err: second, reference }, 'the dialog could not be ended after a failed turn');
    }
    try {
      const { userText } = errorTable[mentorError.code];
      await context.sendActivity(texts.errorWithId(userText, reference));
    } catch (second) {
      logger.error({ err: second, reference }, 'the person could not be told about a failed turn');
      if (delivery?.isUndelivered(second) && mayPass(second)) throw second;
    }
  };
}

/** Short enough to read to somebody on the phone. */
function shortId(): string {
  return randomUUID().slice(0, 8);
}
