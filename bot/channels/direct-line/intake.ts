import type { Activity, InvokeResponse } from 'botbuilder';
import type { TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import { userKeyOf } from '#bot/turn-keys.ts';
import { type Conversations, createTransientId } from './conversations.ts';
import type { FileStore } from './files.ts';
import {
  type BotAccount,
  createConversationUpdate,
  readClientActivity,
  toTurnActivity,
} from './incoming-activity.ts';
import type { PublicAddress } from './origins.ts';
import { presentActivity } from './present.ts';
import { DirectLineError } from './protocol.ts';
import type { Attachment } from './receive-upload.ts';
import type { Participant } from './tokens.ts';

/** Names this way in, in what is kept of a turn. */
export const directLineEdge = 'direct-line';

export interface IntakeOptions {
  readonly conversations: Conversations;
  readonly files: FileStore;
  readonly inbox: TurnInbox;
  readonly bot: BotAccount;
  readonly now: () => Date;
  readonly logger: TurnLogger;
  /** Runs the bot on an invoke; resolves with its answer. */
  readonly runTurn: (activity: Activity) => Promise<InvokeResponse | undefined>;
}

export interface PostedActivity {
  readonly posted: Readonly<Record<string, unknown>>;
  readonly attachments?: readonly Attachment[];
  /** Where the client reached us, for the addresses of its files. */
  readonly address: PublicAddress;
}

/** What people send, on its way to the bot. */
export interface Intake {
  /** Opens the conversation and, the first time only, tells the bot; resolves to whether it was new. */
  start(participant: Participant, locale?: string): Promise<boolean>;
  /** Shows the activity to its sender and hands it to the bot; resolves to its id, before the bot's turn has run. */
  post(participant: Participant, activity: PostedActivity): Promise<string>;
}

export function createIntake(options: IntakeOptions): Intake {
  const { conversations, files, inbox, bot, now } = options;

  const enqueue = async (activity: Activity): Promise<void> => {
    const acceptance = await inbox.accept({
      channelId: activity.channelId,
      conversationId: activity.conversation.id,
      activityId: activity.id,
      edge: directLineEdge,
      person: userKeyOf(activity),
      payload: { activity },
    });
    if (acceptance === 'closed') throw shuttingDown();
  };

  const start = async (participant: Participant, locale?: string): Promise<boolean> => {
    if (!inbox.accepting) throw shuttingDown();
    const { conversationId, userId } = participant;
    const isNew = await conversations.start(conversationId, userId);
    if (!isNew) return false;
    const id = createTransientId(conversationId);
    await enqueue(createConversationUpdate(participant, { id, bot, now: now(), locale }));
    return true;
  };

  const takeBack = (conversationId: string, activityId: string): Promise<unknown> =>
    conversations.replace(conversationId, activityId, undefined).catch((error: unknown) => {
      options.logger.warn(
        { err: error, activityId },
        'a message that was not accepted could not be taken back',
      );
    });

  return {
    start,
    async post(participant, { posted, attachments = [], address }) {
      const { conversationId } = participant;
      const activity = {
        ...readClientActivity(posted, participant, now()),
        ...(attachments.length > 0 && { attachments }),
      };
      // Also opens a conversation anew after the person had all of it deleted.
      await start(participant);
      // Typing is of the moment, and an invoke is a question to the bot that shows nothing.
      const isKept = activity.type !== 'typing' && activity.type !== 'invoke';
      const shown = await (isKept
        ? conversations.add(conversationId, activity)
        : conversations.show(conversationId, activity));
      const turnActivity = toTurnActivity(presentActivity(shown, files, address), bot);
      if (activity.type === 'invoke') await runInvoke(turnActivity, options);
      else
        await enqueue(turnActivity).catch(async (error: unknown) => {
          // Whoever reads their own words takes them for heard.
          if (isKept) await takeBack(conversationId, shown.id);
          throw error;
        });
      return shown.id;
    },
  };
}

/** An invoke's answer belongs into the response, so its turn is awaited; Direct Line passes on only whether it went well. */
async function runInvoke(activity: Activity, { runTurn, logger }: IntakeOptions): Promise<void> {
  const response = await runTurn(activity).catch((error: unknown) => {
    logger.error({ err: error, activityId: activity.id }, 'an invoke failed');
    throw new DirectLineError(502, 'BotError', 'The bot could not answer.');
  });
  if (response && response.status >= 400)
    throw new DirectLineError(502, 'BotRejectedActivity', `The bot answered ${response.status}.`);
}

function shuttingDown(): DirectLineError {
  return new DirectLineError(503, 'ServiceError', 'The server is restarting; try again.');
}
