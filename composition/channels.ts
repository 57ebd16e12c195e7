import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TurnContext } from 'botbuilder';
import type { Request, Server } from 'restify';
import { webChatUserIdOf } from '#api/sign-in/caller.ts';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import type { DeleteHook } from '#bot/personal-data.ts';
import type { Config } from '#config.ts';
import { MentorError } from '#errors.ts';
import type { Logger } from '#log.ts';
import type { RateLimits } from '#services/rate-limits/port.ts';
import type { TurnQueue } from '#services/turn-queue/port.ts';
import { openBot } from './bot.ts';
import type { Core } from './core.ts';
import { openMessageLimit, openTokenBudget } from './rate-limits.ts';
import { attachSlack } from './slack.ts';
import { otherWritersOf } from './turns.ts';

/** One line a channel: to add one, add its line here. */
export async function attachChannels(
  server: Server,
  core: Core,
  {
    publicUrl,
    rateLimits,
    authenticate,
    queue,
  }: {
    readonly publicUrl: string;
    readonly rateLimits: RateLimits;
    readonly authenticate: Authenticate;
    readonly queue: TurnQueue;
  },
) {
  const { config, logger } = core;
  const [
    { HostAdapter },
    { attachBotFrameworkRoutes },
    { createDirectLineServer },
    { capabilitiesForActivity },
    { readTeamsActivity },
    { createReferenceKeeper },
    { createProactiveMessenger },
    { createConversationReferences },
    { createTurnInbox },
    { createTelemetryMiddleware },
  ] = await Promise.all([
    import('#bot/channels/bot-framework/host-adapter.ts'),
    import('#bot/channels/bot-framework/routes.ts'),
    import('#bot/channels/direct-line/direct-line-server.ts'),
    import('#bot/channels/capabilities-table.ts'),
    import('#bot/channels/teams/read-teams-activity.ts'),
    import('#bot/channels/bot-framework/reference-keeper.ts'),
    import('#bot/channels/bot-framework/proactive-messenger.ts'),
    import('#services/conversation-references/bot-state.ts'),
    import('#bot/turn-inbox.ts'),
    import('#bot/middleware/telemetry.ts'),
  ]);
  const references = createConversationReferences(core.botState);
  /** Delete what is kept of a person outside the bot's own stores. */
  const deleteHooks: readonly DeleteHook[] = [
    ({ channelId, userId }) => references.delete(`${channelId}:${userId}`),
    async ({ channelId, userId }) =>
      channelId === 'directline' ? directLine.deleteUser(userId) : undefined,
    () => core.forgetAnswers(),
    ({ channelId, userId }) => queue.forgetPerson(`${channelId}:${userId}`),
  ];
  const { bot, isCrisis, personalData, sessionOnly, transcriptMiddleware, onTurnError } =
    await openBot(core, {
      publicUrl,
      deleteHooks,
      ...(await openTokenBudget(config, rateLimits)),
    });
  const { instrumentation } = core;
  const plainInbox = createTurnInbox({ logger, queue });
  const inbox = instrumentation?.watchInbox(plainInbox) ?? plainInbox;
  const adapter = new HostAdapter({
    credentials: config.botFramework,
    capabilitiesOf: capabilitiesForActivity,
    readers: new Map([['msteams', readTeamsActivity]]),
  });
  adapter.use(createReferenceKeeper({ references, logger }));
  /** What is stopped is not kept either, but counted. */
  const middlewares = [
    ...(instrumentation === undefined
      ? []
      : [createTelemetryMiddleware(instrumentation.telemetry)]),
    ...(await openMessageLimit(config, rateLimits, isCrisis)),
    transcriptMiddleware,
  ];
  adapter.use(...middlewares);
  adapter.onTurnError = onTurnError;
  const logic = (context: TurnContext) => bot.run(context);
  const directLine = createDirectLineServer({
    adapter,
    inbox,
    logic,
    log: core.activityLog,
    signingKey: readSigningKey(config, logger),
    filesFolder: join(config.dataDirectory, 'files'),
    allowedOrigins: config.allowedOrigins,
    otherWriters: otherWritersOf(core),
    ...(config.signIn === undefined ? {} : { identify: identifyBy(authenticate) }),
    logger,
  });
  directLine.attach(server);
  attachBotFrameworkRoutes(server, { adapter, inbox, logic, logger });
  await attachSlack(server, core, { inbox, logic, middlewares, onTurnError });
  const { appId } = config.botFramework;
  return {
    inbox,
    directLine,
    personalData,
    sessionOnly,
    /** Loads what the first turn needs. */
    prepareBot: bot.load,
    /** Writes to people first. */
    messenger: createProactiveMessenger({ adapter, appId, references, inbox }),
  };
}

/** Whoever brings a token of the issuer is the same person in the web chat as in the REST API. */
function identifyBy(authenticate: Authenticate) {
  return async (request: Request): Promise<string | undefined> =>
    request.headers.authorization === undefined
      ? undefined
      : webChatUserIdOf((await authenticate(request)).personId);
}

/** The key behind this server's tokens: the one that all processes were given, or one of this machine's own, made once. */
function readSigningKey(
  { webChatSigningKey, dataDirectory, serviceBus }: Config,
  logger: Pick<Logger, 'warn'>,
): Uint8Array {
  if (webChatSigningKey === undefined && serviceBus !== undefined)
    logger.warn(
      { setting: 'WEB_CHAT_SIGNING_KEY' },
      'other processes that serve the page do not know its visitors; give all of them the same key',
    );
  return webChatSigningKey === undefined
    ? readOwnSigningKey(dataDirectory)
    : Buffer.from(webChatSigningKey);
}

/** Readable by its owner alone, the same after a restart. */
function readOwnSigningKey(dataDirectory: string): Uint8Array {
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
