import type { Attachment, Middleware } from 'botbuilder';
import type { Server } from 'restify';
import type { TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import { placeOf } from './conversation-id.ts';
import { downloadFile } from './files.ts';
import { createSlackEdge, type SlackIntakeOptions, slackEdge } from './intake.ts';
import { attachSlackRoutes, type SlackTakers } from './routes.ts';
import { SlackAdapter, type TurnLogic } from './slack-adapter.ts';
import { createSlackClient, type SlackClientOptions } from './slack-client.ts';
import { beginThread, createTakeCommand } from './take-command.ts';
import { createTakeEvent } from './take-event.ts';
import { createTakeInteraction, showPress } from './take-interaction.ts';
import { showTitle } from './take-message.ts';

export interface SlackChannelOptions
  extends Pick<SlackIntakeOptions, 'isEngaged' | 'suggestStarters'>,
    Pick<SlackClientOptions, 'timeoutMs' | 'retryDelayMs' | 'wait'> {
  readonly botToken: string;
  readonly apiUrl: string;
  readonly inbox: TurnInbox;
  readonly logic: TurnLogic;
  readonly middlewares: readonly Middleware[];
  readonly onTurnError: SlackAdapter['onTurnError'];
  readonly logger: TurnLogger;
  readonly now?: () => Date;
}

export interface SlackChannel {
  readonly adapter: SlackAdapter;
  /** What takes Slack's deliveries; over HTTP only after their signature was verified. */
  readonly takers: SlackTakers;
  /** Adds the routes. No body parser may run before them. */
  attach(server: Server, signingSecret: string): void;
  /** Asks Slack who the bot is, and tells the operator what its token lacks. Never rejects. */
  checkAccess(): Promise<void>;
  /** Reads a file that a person attached. Rejects with MentorError `request-invalid` where it may not or cannot be read. */
  readFile(attachment: Attachment): Promise<Buffer>;
}

/** Puts the channel together; nothing is sent to Slack yet. */
export function createSlackChannel(options: SlackChannelOptions): SlackChannel {
  const {
    botToken,
    apiUrl,
    inbox,
    logger,
    middlewares,
    onTurnError,
    now = () => new Date(),
  } = options;
  const client = createSlackClient(options);
  const adapter = new SlackAdapter({ client, logger });
  adapter.use(...middlewares);
  adapter.onTurnError = onTurnError;
  const intake = { ...options, client, adapter, now };
  inbox.serve(
    slackEdge,
    createSlackEdge(intake, {
      showPrelude: (prelude, activity) => {
        const place = placeOf(activity.conversation.id);
        return prelude.kind === 'title'
          ? showTitle(client, place, prelude.text)
          : showPress(client, prelude.press, place);
      },
      begin: (command) => beginThread(command, intake),
    }),
  );
  const takers: SlackTakers = {
    event: createTakeEvent(intake),
    interaction: createTakeInteraction(intake),
    command: createTakeCommand(intake),
  };
  return {
    adapter,
    takers,
    attach: (server, signingSecret) =>
      attachSlackRoutes(server, { signingSecret, takers, logger, now }),
    checkAccess: () => client.checkAccess(),
    readFile: (attachment) => downloadFile(attachment, { botToken, apiUrl }),
  };
}
