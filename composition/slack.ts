import type { TurnContext } from 'botbuilder';
import type { Server } from 'restify';
import type { SlackChannel, SlackChannelOptions } from '#bot/channels/slack/slack-channel.ts';
import type { Config, SlackConfig } from '#config.ts';
import { MentorError } from '#errors.ts';
import type { Logger } from '#log.ts';
import { openBot } from './bot.ts';
import { type Core, openCore } from './core.ts';

type BotParts = Pick<SlackChannelOptions, 'inbox' | 'logic' | 'middlewares' | 'onTurnError'>;

/** Adds Slack to the server, where its token and its signing secret are set. */
export async function attachSlack(server: Server, core: Core, parts: BotParts): Promise<void> {
  const { slack } = core.config;
  if (slack?.signingSecret === undefined) return;
  const channel = await openSlack(core, slack, parts);
  channel.attach(server, slack.signingSecret);
  // Not awaited: Slack may be slow, and what it says changes nothing about the start.
  void channel.checkAccess();
}

/** Opens the same bot for a workspace by Socket Mode, without a server; see cli/slack-dev.ts. Rejects where Slack refuses the token. */
export async function openSlackSocketMode(config: Config, logger: Logger) {
  const { slack } = config;
  if (slack?.appToken === undefined)
    throw new MentorError(
      'config-invalid',
      'SLACK_BOT_TOKEN and SLACK_APP_TOKEN: both are needed for Socket Mode; docs/slack.md says where they come from.',
    );
  const core = await openCore(config, logger);
  await core.publishBuiltInArticles();
  const [{ createTurnInbox }, { createSlackSocket }] = await Promise.all([
    import('#bot/turn-inbox.ts'),
    import('#bot/channels/slack/socket.ts'),
  ]);
  const { publicUrl } = config;
  const { bot, sessionOnly, transcriptMiddleware, onTurnError } = await openBot(core, {
    deleteHooks: [],
    ...(publicUrl === undefined ? {} : { publicUrl }),
  });
  const inbox = createTurnInbox({ logger });
  const channel = await openSlack(core, slack, {
    inbox,
    logic: (context: TurnContext) => bot.run(context),
    middlewares: [transcriptMiddleware],
    onTurnError,
  });
  const { appToken, apiUrl } = slack;
  const socket = createSlackSocket({ appToken, apiUrl, takers: channel.takers, logger });
  await channel.checkAccess();
  await socket.open();
  return {
    /** Takes nothing new, lets running turns end within the time, then closes everything. */
    async close(drainMs: number): Promise<void> {
      await inbox.drain(drainMs);
      await socket.close();
      await sessionOnly.close();
      await core.close();
    },
  };
}

async function openSlack(
  { botState, starters, logger }: Core,
  { botToken, apiUrl }: SlackConfig,
  parts: BotParts,
): Promise<SlackChannel> {
  const { createSlackChannel } = await import('#bot/channels/slack/slack-channel.ts');
  return createSlackChannel({
    ...parts,
    botToken,
    apiUrl,
    logger,
    suggestStarters: () => starters,
    async isEngaged(conversationId) {
      // Bot Framework's own key for what ConversationState keeps: it exists once a turn has ended there.
      const kept = await botState.read([`slack/conversations/${conversationId}/`]);
      return Object.keys(kept).length > 0;
    },
  });
}
