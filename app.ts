import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Server } from 'restify';
import type { TerminalOutput } from '#bot/channels/terminal/terminal-adapter.ts';
import { attachApi } from '#composition/api.ts';
import { openBot } from '#composition/bot.ts';
import { attachChannels } from '#composition/channels.ts';
import { type Core, openCore } from '#composition/core.ts';
import { attachMonitoring } from '#composition/monitoring.ts';
import { publishAtStart } from '#composition/publish-at-start.ts';
import { openRateLimits } from '#composition/rate-limits.ts';
import { startRetention } from '#composition/retention.ts';
import { attachWebSignIn, openSignIn } from '#composition/sign-in.ts';
import { openInstrumentation } from '#composition/telemetry.ts';
import { openTurnQueue } from '#composition/turns.ts';
import type { Config } from '#config.ts';
import { MentorError } from '#errors.ts';
import { createLogger, type Logger } from '#log.ts';

/** How long a process that goes still takes what others send it before they have learnt of it. */
const readinessGraceMs = 3_000;
/** The template engine takes the thread for a third of a second: not while the first requests come. */
const prepareAfterMs = 1_000;

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
  // Before everything that reports.
  const instrumentation = config.telemetry.isDisabled
    ? undefined
    : await openInstrumentation(config, logger);
  const [core, rateLimits, turns, { createHttpServer }, { attachHealth }, { attachWebPages }] =
    await Promise.all([
      openCore(config, logger, instrumentation),
      openRateLimits(config, logger),
      openTurnQueue(config, logger),
      import('#api/http-server.ts'),
      import('#api/health.ts'),
      import('#api/web-pages.ts'),
    ]);
  const server = createHttpServer({ logger });
  if (config.frontDoorId !== undefined) {
    const { admitFrontDoorAlone } = await import('#api/front-door.ts');
    admitFrontDoorAlone(server, config.frontDoorId);
  }
  await instrumentation?.observeServer(server);
  let isServing = false;
  let channels: Awaited<ReturnType<typeof attachChannels>> | undefined;
  let api: Awaited<ReturnType<typeof attachApi>> | undefined;
  let monitoring: Awaited<ReturnType<typeof attachMonitoring>> | undefined;
  let publishing: Awaited<ReturnType<typeof publishAtStart>> | undefined;
  let retention: ReturnType<typeof startRetention> | undefined;
  const circuits = [...core.circuits, ...(rateLimits.circuit ? [rateLimits.circuit] : [])];
  instrumentation?.watch({ circuits: () => circuits, waitingWrites: core.waitingWrites });
  const isReady = attachHealth(server, {
    isServing: () => isServing,
    circuits,
    dependencies: [...core.dependencies, turns.dependency],
    waitingWrites: core.waitingWrites,
  });
  const webFolder = join(import.meta.dirname, 'web');
  const webSignIn = await attachWebSignIn(server, { config, logger, webFolder });
  attachWebPages(server, {
    webFolder,
    signIn: webSignIn,
    index: core.index,
    allowedOrigins: config.allowedOrigins,
    articleCount: core.articleCount,
  });
  return {
    async listen() {
      const port = await listenOn(server, config);
      const host = config.host.includes(':') ? `[${config.host}]` : config.host;
      const origin = `http://${host}:${port}`;
      const publicUrl = config.publicUrl ?? origin;
      const shared = { publicUrl, rateLimits, authenticate: await openSignIn(config) };
      channels = await attachChannels(server, core, { ...shared, queue: turns.queue });
      api = await attachApi(server, core, { ...channels, ...shared });
      if (instrumentation !== undefined)
        monitoring = await attachMonitoring(server, core, instrumentation, {
          ...shared,
          webSignIn,
          isReady,
        });
      publishing = await publishAtStart(core.publishBuiltInArticles, logger);
      // What a killed process left behind runs at once: loading beside it would hold up what tells that an answer is out.
      if (config.role !== 'web' && turns.queue.waiting() > 0) await channels.prepareBot();
      if (config.role !== 'web') channels.inbox.start();
      isServing = true;
      retention = startRetention(config, logger);
      void fetchWebChat(logger);
      void prepareLater(core, channels.prepareBot, logger);
      return publicUrl;
    },
    async close(drainMs) {
      isServing = false;
      // Whoever shares the load learns of it from the readiness, and sends nothing more.
      if (config.serviceBus !== undefined) await wait(readinessGraceMs);
      const unfinished = (await channels?.inbox.drain(drainMs)) ?? 0;
      if (unfinished > 0)
        logger.warn({ unfinished }, 'turns were still running at the end; they run again');
      publishing?.stop();
      retention?.stop();
      await api?.close();
      await monitoring?.close();
      await channels?.sessionOnly.close();
      await channels?.directLine.close();
      server.server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(resolve));
      await rateLimits.close();
      await turns.queue.close();
      await core.close();
      await instrumentation?.close();
    },
  };
}

/** Makes the first answer as quick as the second, once whoever waits for the server has it. */
async function prepareLater(
  { index, config }: Pick<Core, 'index' | 'config'>,
  prepareBot: () => Promise<unknown>,
  logger: Logger,
): Promise<void> {
  await wait(prepareAfterMs, undefined, { ref: false });
  try {
    await prepareBot();
    // The embedded index reads all that it has; a service elsewhere has that behind it, and counts what it is asked.
    if (config.search === undefined) await index.search({ text: 'career', limit: 1 });
    const { withoutTraits } = await import('#mentor/without-traits.ts');
    withoutTraits('career', () => false);
    const { prepareCards } = await import('#cards/render-card.ts');
    await prepareCards();
    await releaseGarbage();
  } catch (error) {
    logger.error({ err: error }, 'the first answer could not be prepared');
  }
}

/**
 * Gives back what reading modules, articles and lists at the start left behind: a sixth of what the process holds, which V8
 * itself would keep until it needs the room.
 */
async function releaseGarbage(): Promise<void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([
    import('node:v8'),
    import('node:vm'),
  ]);
  // The collector is reachable only where a flag says so, and from a context that is made after it was set.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  await collect({ type: 'major', execution: 'async', flavor: 'last-resort' });
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
  const { bot, sessionOnly, transcriptMiddleware, onTurnError } = await openBot(core, {
    deleteHooks: [],
  });
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
    async close() {
      await sessionOnly.close();
      await core.close();
    },
  };
}

function listenOn(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    /** Restify passes its listener's errors on as its own, where one without an ear ends the process. */
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
