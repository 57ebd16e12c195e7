import {
  type Activity,
  ActivityTypes,
  type Attachment,
  type Middleware,
  type TranscriptStore,
  type TurnContext,
} from 'botbuilder';
import type { Logger } from 'pino';
import { isForgotten, isGroup } from '#bot/turn-keys.ts';
import { keptWords } from '#bot/words-not-kept.ts';

/**
 * Keeps what was said: each message that came in and each final one that went out, once the turn is over. No typing, no
 * growing text, no file contents, nothing of groups, where one person's words are not theirs alone to delete. A store that
 * fails is logged and never harms the turn.
 */
export function createTranscriptMiddleware({
  transcripts,
  logger,
  clock,
}: {
  readonly transcripts: TranscriptStore;
  readonly logger: Pick<Logger, 'error'>;
  readonly clock: () => Date;
}): Middleware {
  return {
    async onTurn(context, next) {
      const said: Activity[] = [];
      if (isGroup(context.activity)) return next();
      if (context.activity.type === ActivityTypes.Message) said.push(copyOf(context.activity));
      context.onSendActivities(async (_context, activities, send) => {
        const responses = await send();
        activities.forEach((activity, index) => {
          if (activity.type !== ActivityTypes.Message) return;
          const id = responses[index]?.id;
          const timestamp = clock();
          said.push(
            copyOf({ ...activity, timestamp, ...(id === undefined ? {} : { id }) } as Activity),
          );
        });
        return responses;
      });
      try {
        await next();
      } finally {
        await keep(context, said);
      }
    },
  };

  async function keep(context: TurnContext, said: readonly Activity[]): Promise<void> {
    if (isForgotten(context)) return;
    try {
      await Promise.all(
        said.map((activity) => transcripts.logActivity(withKeptWords(context, activity))),
      );
    } catch (error) {
      logger.error({ err: error }, 'a transcript could not be kept');
    }
  }
}

/** What the person said, where its words may be kept; what the mentor said always. */
function withKeptWords(context: TurnContext, activity: Activity): Activity {
  const isTheirs = activity.from?.id === context.activity.from?.id && activity.text !== undefined;
  return isTheirs ? { ...activity, text: keptWords(context, activity.text) } : activity;
}

function copyOf(activity: Activity): Activity {
  const { attachments, ...rest } = activity;
  return structuredClone({
    ...rest,
    ...(attachments === undefined ? {} : { attachments: attachments.map(withoutContents) }),
  }) as Activity;
}

/** A file inside an address is the file itself; the transcript keeps that there was one. */
function withoutContents(attachment: Attachment): Attachment {
  const { contentUrl, ...rest } = attachment;
  return contentUrl === undefined || contentUrl.startsWith('data:')
    ? rest
    : { ...rest, contentUrl };
}
