import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { Server as HttpServer } from 'node:http';
import { join } from 'node:path';
import type { TurnContext } from 'botbuilder';
import type { Server } from 'restify';
import { z } from 'zod';
import type { ChannelCapabilities } from '#bot/channels/channel.ts';
import type { TerminalOutput } from '#bot/channels/terminal/terminal-adapter.ts';
import type { Config } from '#config.ts';
import { MentorError } from '#errors.ts';
import { publishArticles } from '#ingestion/publish-articles.ts';
import { createLogger, type Logger } from '#log.ts';
import { createAnswerQuestion } from '#mentor/answer-question.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { loadPrompts } from '#mentor/load-prompts.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import type { LanguageModel } from '#services/model/port.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';

/** GPT-4-class models answer best for this product with some freedom in the wording; fixed by the architecture. */
const temperature = 0.7;
const maxAnswerTokens = 1_000;
const modelTimeoutMs = 30_000;

/** Everything but the ways in: stores, index, models and the mentor's pipeline. */
export type Core = Awaited<ReturnType<typeof openCore>>;

/** Opens the stores and wires the pipeline; loads neither Bot Framework nor a web server. */
export async function openCore(config: Config, logger: Logger = createLogger(config.logLevel)) {
  const { database, keptAside } = openDatabase(join(config.dataDirectory, 'career-mentor.sqlite'));
  if (keptAside !== undefined)
    logger.error(
      { keptAside },
      'the data file was damaged; it was kept aside, and a new one begun',
    );
  const index = createSqliteKnowledgeIndex(database);
  const taxonomy = readTaxonomy(config.knowledgeDirectory);
  const expander = createQueryExpander(taxonomy);
  const screen = readScreeningRules(join(import.meta.dirname, 'mentor/screening-rules.json'));
  const fallback = createExtractiveModel();
  const model = (await openModel(config)) ?? fallback;
  const embeddings = await openEmbeddings(config);
  const answerQuestion = createAnswerQuestion({
    index,
    ...(embeddings === undefined ? {} : { embeddings }),
    expander,
    model,
    fallback,
    screen,
    render: loadPrompts(join(import.meta.dirname, 'mentor/prompts')),
    countTokens: await openTokenCounter(model),
    roleName: (id) => taxonomy.roles.find((role) => role.id === id)?.name,
    newId: () => crypto.randomUUID(),
    temperature,
    maxAnswerTokens,
    elapsedMs: () => performance.now(),
    now: () => new Date(),
  });
  let articleCount = 0;
  return {
    config,
    logger,
    database,
    index,
    taxonomy,
    expander,
    model,
    embeddings,
    answerQuestion,
    screen,
    profiles: createSqliteProfileStore(database),
    conversations: createSqliteConversationStore(database),
    botState: createSqliteBotStateStorage(database),
    transcripts: createSqliteTranscriptStore(database),
    activityLog: createSqliteActivityLog(database),
    /** Three or four questions to begin with. */
    starters: z
      .array(z.string())
      .parse(JSON.parse(readFileSync(join(config.knowledgeDirectory, 'starters.json'), 'utf8'))),
    /** How many articles answers come from just now. */
    articleCount: () => articleCount,
    /** Brings the index up to date with the built-in articles; a bad article is named and the rest published. */
    async publishBuiltInArticles(): Promise<void> {
      const report = await publishArticles(join(config.knowledgeDirectory, 'articles'), {
        index,
        collection: 'articles',
        ...(embeddings === undefined ? {} : { embeddings }),
      });
      for (const { file, line, message } of report.refused)
        logger.warn({ file, line, problem: message }, 'an article was left out');
      if (report.embeddingFailure !== undefined)
        logger.warn(
          { err: report.embeddingFailure },
          'articles were published for full text alone',
        );
      articleCount = (await index.listDocuments()).length;
      const { added, changed, removed, unchanged } = report;
      logger.debug(
        { added: added.length, changed: changed.length, removed: removed.length, unchanged },
        'published the articles',
      );
    },
    close(): void {
      database.close();
    },
  };
}

/** Wires the bot onto a core; what a channel keeps of a person is deleted through the hooks. */
async function openBot(
  core: Core,
  extra: {
    readonly publicUrl?: string;
    readonly deleteHooks: readonly ((person: {
      channelId: string;
      userId: string;
    }) => Promise<unknown>)[];
  },
) {
  const [{ createCareerMentorBot }, { createTranscriptMiddleware }, { createTurnErrorHandler }] =
    await Promise.all([
      import('#bot/career-mentor-bot.ts'),
      import('#bot/middleware/transcript-middleware.ts'),
      import('#bot/middleware/turn-errors.ts'),
    ]);
  const { logger, expander, screen, transcripts } = core;
  const bot = createCareerMentorBot({
    answerQuestion: core.answerQuestion,
    conversations: core.conversations,
    profiles: core.profiles,
    storage: core.botState,
    transcripts,
    deleteHooks: extra.deleteHooks,
    matchRole: (text) => expander.rolesIn(text)[0],
    suggestStarters: () => core.starters,
    isCrisis: (text) => {
      const screening = screen(text);
      return !screening.pass && screening.kind === 'crisis';
    },
    articleCount: core.articleCount,
    ...(extra.publicUrl === undefined ? {} : { publicUrl: extra.publicUrl }),
    logger,
  });
  return {
    bot,
    transcriptMiddleware: createTranscriptMiddleware({
      transcripts,
      logger,
      clock: () => new Date(),
    }),
    onTurnError: createTurnErrorHandler({ logger, clearDialog: bot.clearDialog }),
  };
}

export interface App {
  /** Listens and makes everything ready; resolves to the address to open. Rejects where the port is taken. */
  listen(): Promise<string>;
  /** Takes nothing new, lets running turns end within the time, then closes everything. */
  close(drainMs: number): Promise<void>;
}

/** The whole server: the mentor, the bot, its channels, the page and the health routes. */
export async function createApp(
  config: Config,
  logger = createLogger(config.logLevel),
): Promise<App> {
  const [core, { createHttpServer }, { attachHealth }, { attachWebPages }] = await Promise.all([
    openCore(config, logger),
    import('#api/http-server.ts'),
    import('#api/health.ts'),
    import('#api/web-pages.ts'),
  ]);
  const server = createHttpServer({ logger });
  let isServing = false;
  let channels: Awaited<ReturnType<typeof attachChannels>> | undefined;
  attachHealth(server, {
    isServing: () => isServing,
    dependencies: [
      { name: 'knowledge-index', required: true, check: () => checkIndex(core) },
      {
        name: 'data-file',
        required: true,
        check: async () => void core.database.prepare('SELECT 1').get(),
      },
    ],
  });
  attachWebPages(server, {
    webFolder: join(import.meta.dirname, 'web'),
    index: core.index,
    allowedOrigins: config.allowedOrigins,
    articleCount: core.articleCount,
  });
  return {
    async listen() {
      const port = await listenOn(server.server, config);
      const host = config.host.includes(':') ? `[${config.host}]` : config.host;
      const origin = `http://${host}:${port}`;
      channels = await attachChannels(server, core, config.publicUrl ?? origin);
      await core.publishBuiltInArticles();
      isServing = true;
      void fetchWebChat(logger);
      /** Off the way to readiness: it makes the first card as quick as the second. */
      const { prepareCards } = await import('#cards/render-card.ts');
      prepareCards().catch((error: unknown) =>
        logger.error({ err: error }, 'the cards could not be prepared'),
      );
      return config.publicUrl ?? origin;
    },
    async close(drainMs) {
      isServing = false;
      const unfinished = (await channels?.inbox.drain(drainMs)) ?? 0;
      if (unfinished > 0) logger.warn({ unfinished }, 'turns were still running at the end');
      await channels?.directLine.close();
      server.server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(resolve));
      core.close();
    },
  };
}

/** The install brings the page's Web Chat; where it could not, the start tries once more, and the page says what to do. */
async function fetchWebChat(logger: Logger): Promise<void> {
  try {
    const { ensureWebChat } = await import('#web/fetch-web-chat.ts');
    await ensureWebChat();
  } catch (error) {
    logger.warn(
      { err: error },
      'the page has no Web Chat yet; run npm run postinstall when online',
    );
  }
}

/** One line a channel: to add one, add its line here. */
async function attachChannels(server: Server, core: Core, publicUrl: string) {
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

/** Opens the same bot for a terminal; see cli/chat.ts. */
export async function openTerminalChat(
  config: Config,
  logger: Logger,
  options: {
    readonly output: TerminalOutput;
    readonly userId: string;
    readonly conversationId: string;
  },
) {
  const core = await openCore(config, logger);
  await core.publishBuiltInArticles();
  const { TerminalAdapter } = await import('#bot/channels/terminal/terminal-adapter.ts');
  const { bot, transcriptMiddleware, onTurnError } = await openBot(core, { deleteHooks: [] });
  const adapter = new TerminalAdapter(options.output, options);
  adapter.use(transcriptMiddleware);
  adapter.onTurnError = onTurnError;
  const run = (text: string | undefined) => adapter.runTurn(text, (context) => bot.run(context));
  return {
    /** What the bot offered last: typing its number chooses it. */
    get offered() {
      return adapter.offered;
    },
    /** Greets whoever opened the terminal. */
    begin: () => run(undefined),
    say: (text: string) => run(text),
    close: () => core.close(),
  };
}

async function checkIndex({ index }: Core): Promise<void> {
  if ((await index.listDocuments()).length === 0)
    throw new MentorError('search-unavailable', 'the knowledge index holds no articles');
}

function listenOn(server: HttpServer, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use. Stop the program that uses it, or start with PORT=${port + 1}.`
          : `Cannot listen on ${host}:${port}: ${error.message}. Check HOST and PORT.`;
      reject(new MentorError('config-invalid', reason, { cause: error }));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

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

/** The configured language model, guarded; none where none is configured. */
async function openModel({ model }: Config): Promise<LanguageModel | undefined> {
  if (model === undefined) return undefined;
  const [{ createOpenAiModel }, { withResilience }] = await Promise.all([
    import('#services/model/openai.ts'),
    import('#services/model/with-resilience.ts'),
  ]);
  return withResilience(createOpenAiModel({ ...model, timeoutMs: modelTimeoutMs }));
}

async function openEmbeddings({ embeddings }: Config): Promise<EmbeddingModel | undefined> {
  if (embeddings === undefined) return undefined;
  const { createOpenAiEmbeddings } = await import('#services/embeddings/openai.ts');
  return createOpenAiEmbeddings({ ...embeddings, timeoutMs: modelTimeoutMs });
}

/** The tokenizer's tables are large: they load only for a model that has a window to fill. */
async function openTokenCounter(model: LanguageModel): Promise<(text: string) => number> {
  if (model.writes === 'from-passages') return (text) => Math.ceil(text.length / 4);
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base');
  return (text) => countTokens(text);
}
