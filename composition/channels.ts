import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TurnContext } from 'botbuilder';
import type { Server } from 'restify';
import type { ChannelCapabilities } from '#bot/channels/channel.ts';
import { MentorError } from '#errors.ts';
import { openBot } from './bot.ts';
import type { Core } from './core.ts';

/** One line a channel: to add one, add its line here. */
export async function attachChannels(server: Server, core: Core, publicUrl: string) {
  const { config, logger } = core;
  const [
    { HostAdapter },
    { attachBotFrameworkRoutes },
    { createDirectLineServer },
    { directLineCapabilities },
    { createTurnInbox },
  ] = await Promise.all([
    import('#bot/channels/bot-framework/host-adapter.ts'),
    import('#bot/channels/bot-framework/routes.ts'),
    import('#bot/channels/direct-line/direct-line-server.ts'),
    import('#bot/channels/direct-line/capabilities.ts'),
    import('#bot/turn-inbox.ts'),
  ]);
  const { bot, transcriptMiddleware, onTurnError } = await openBot(core, {
    publicUrl,
    deleteHooks: [
      async ({ channelId, userId }) =>
        channelId === 'directline' ? directLine.deleteUser(userId) : undefined,
    ],
  });
  const capabilities = new Map([
    ['directline', directLineCapabilities],
    ['webchat', directLineCapabilities],
  ]);
  const inbox = createTurnInbox({ logger });
  const adapter = new HostAdapter({
    credentials: config.botFramework,
    capabilitiesOf: (channelId) => capabilities.get(channelId) ?? otherChannelCapabilities,
  });
  adapter.use(transcriptMiddleware);
  adapter.onTurnError = onTurnError;
  const logic = (context: TurnContext) => bot.run(context);
  const directLine = createDirectLineServer({
    adapter,
    inbox,
    logic,
    log: core.activityLog,
    signingKey: readSigningKey(config.dataDirectory),
    filesFolder: join(config.dataDirectory, 'files'),
    allowedOrigins: config.allowedOrigins,
    logger,
  });
  directLine.attach(server);
  attachBotFrameworkRoutes(server, { adapter, inbox, logic, logger });
  return { inbox, directLine };
}

/** What any channel of Azure Bot Service can show. */
const otherChannelCapabilities: ChannelCapabilities = {
  streaming: false,
  adaptiveCards: '1.5',
  citations: 'entities',
  suggestedActions: true,
  markdown: true,
  maxTextLength: 20_000,
};

/** The key behind this server's tokens: made once, readable by its owner alone, the same after a restart. */
function readSigningKey(dataDirectory: string): Uint8Array {
  const file = join(dataDirectory, 'signing-key');
  try {
    writeFileSync(file, randomBytes(32), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new MentorError('data-unavailable', `Cannot write ${file}`, { cause: error });
  }
  const key = readFileSync(file);
  if (key.length < 32)
    throw new MentorError(
      'data-corrupt',
      `${file} is too short to be a key. Delete it; open pages will then begin a new conversation.`,
    );
  return key;
}
