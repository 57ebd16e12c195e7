import { join } from 'node:path';
import type { Tracer } from '@opentelemetry/api';
import type { Server } from 'restify';
import { texts } from '#bot/texts.ts';
import type { TurnInbox } from '#bot/turn-inbox.ts';
import type { Config, ModelServer } from '#config.ts';
import type { Logger } from '#log.ts';
import { chosenReviews } from '#services/telemetry/chosen-reviews.ts';
import type { Instruments } from '#services/telemetry/instruments.ts';
import type { ModelObserver } from '#services/telemetry/observe-model.ts';
import type { Standing } from '#services/telemetry/observe-process.ts';
import type { ReviewQueue } from '#services/telemetry/port.ts';
import type { Observe } from './observe.ts';
import { observeAnswers } from './observe-answers.ts';
import { observeInbox } from './observe-inbox.ts';
import { isOneOfSeveral } from './one-of-several.ts';

/** Figures that parts which open later put in the place of nothing. */
interface LateStanding {
  queue: Standing['queue'];
  circuits: Standing['circuits'];
  waitingWrites: Standing['waitingWrites'];
  isReady: boolean;
}

/** The process's telemetry, and what the monitoring routes are made of. */
export type Instrumentation = Awaited<ReturnType<typeof openInstrumentation>>;

/** Active means within the last while; beyond so many the figures are too low. */
const activeWindowMs = 15 * 60_000;
const mostActive = 50_000;
/** Nothing is worth holding up the end of the process for longer. */
const closeWithinMs = 3_000;

/** Opens the telemetry; before everything else, for what is opened earlier would not report. */
export async function openInstrumentation(config: Config, logger: Logger) {
  const { telemetry: settings, dataDirectory } = config;
  const [
    { openOpenTelemetry },
    { createInstruments },
    { createTurnTelemetry },
    { createActiveKeys },
    { observeProcess },
    { openDatabase },
    { openReviewQueue },
    { readProgramVersion },
  ] = await Promise.all([
    import('#services/telemetry/open-telemetry.ts'),
    import('#services/telemetry/instruments.ts'),
    import('#services/telemetry/observe-turn.ts'),
    import('#services/telemetry/active-keys.ts'),
    import('#services/telemetry/observe-process.ts'),
    import('#services/database/open-database.ts'),
    import('#services/telemetry/review-queue.ts'),
    import('./program-version.ts'),
  ]);
  const { applicationInsights, otlp, serviceName, samplingRatio } = settings;
  const openTelemetry = await openOpenTelemetry({
    serviceName,
    serviceVersion: readProgramVersion(),
    samplingRatio,
    logger,
    ...(applicationInsights === undefined ? {} : { applicationInsights }),
    ...(otlp === undefined ? {} : { otlp }),
  });
  const { meter, tracer } = openTelemetry;
  const instruments = createInstruments(meter);
  const { database, keptAside } = openDatabase(join(dataDirectory, 'monitoring.sqlite'));
  if (keptAside !== undefined)
    logger.error({ keptAside }, 'the file of the monitoring was damaged; a new one was begun');
  const reviews = openReviewQueue(database, {
    now: () => new Date(),
    newId: () => crypto.randomUUID(),
  });
  const keysOf = () => createActiveKeys({ windowMs: activeWindowMs, most: mostActive, elapsedMs });
  const active = { conversations: keysOf(), people: keysOf() };
  const late: LateStanding = {
    queue: () => ({ depth: 0, oldestSeconds: 0 }),
    circuits: () => [],
    waitingWrites: () => 0,
    isReady: false,
  };
  const watched = observeProcess(meter, {
    queue: () => late.queue(),
    circuits: () => late.circuits(),
    waitingWrites: () => late.waitingWrites(),
    isReady: () => late.isReady,
    active: () => ({
      conversations: active.conversations.count(),
      people: active.people.count(),
    }),
    droppedTelemetry: openTelemetry.dropped,
  });
  const onActive = (conversationId: string, userId: string) => {
    active.conversations.see(conversationId);
    active.people.see(userId);
  };
  return {
    openTelemetry,
    instruments,
    telemetry: createTurnTelemetry({ tracer, instruments, elapsedMs }),
    observe: await createObserve({
      tracer,
      isTracing: applicationInsights !== undefined || otlp !== undefined,
      instruments,
      settings,
      reviews: chosenReviews(reviews, settings.reviewsAnswers),
      onActive,
    }),
    reviews,
    /** Reports how many turns wait, and carries their traces. */
    watchInbox(inbox: TurnInbox): TurnInbox {
      const isShared = isOneOfSeveral(config);
      const watchedInbox = observeInbox(inbox, { isShared });
      late.queue = watchedInbox.standing;
      return watchedInbox.inbox;
    },
    /** Reports every request of a server. */
    async observeServer(server: Server): Promise<void> {
      const [{ observeRequests }, { withUserType }, { continueTrace }] = await Promise.all([
        import('#api/monitoring/observe-requests.ts'),
        import('#services/telemetry/spans.ts'),
        import('#services/telemetry/trace-headers.ts'),
      ]);
      const { sendEvent } = openTelemetry;
      const { recordRequest } = instruments;
      observeRequests(server, { tracer, recordRequest, sendEvent, continueTrace, withUserType });
    },
    /** Puts the figures of what opened later in the place of nothing. */
    watch: (parts: Pick<LateStanding, 'circuits' | 'waitingWrites'>) =>
      void Object.assign(late, parts),
    /** Holds history, alerts and reviews. */
    database,
    standing: late,
    async close(): Promise<void> {
      watched.stop();
      await openTelemetry.close(closeWithinMs);
      database.close();
    },
  };
}

const elapsedMs = () => performance.now();

interface ObserveParts {
  readonly tracer: Tracer;
  /** Whether anybody receives spans. */
  readonly isTracing: boolean;
  readonly instruments: Instruments;
  readonly settings: Config['telemetry'];
  readonly reviews: Pick<ReviewQueue, 'add'>;
  readonly onActive: (conversationId: string, userId: string) => void;
}

async function createObserve({
  tracer,
  isTracing,
  instruments,
  settings,
  reviews,
  onActive,
}: ObserveParts): Promise<Observe> {
  const [models, stores, { createPricing, readPriceList }] = await Promise.all([
    import('#services/telemetry/observe-model.ts'),
    import('#services/telemetry/observe-stores.ts'),
    import('#services/telemetry/prices.ts'),
  ]);
  const priceOf = createPricing({ ...readPriceList().models, ...settings.modelPrices });
  const observerOf = (server: ModelServer | undefined): ModelObserver => ({
    tracer,
    instruments,
    provider: providerOf(server),
    ...serverAddressOf(server),
    // What is put together from passages costs nothing.
    costOf: server === undefined ? () => 0 : priceOf,
    elapsedMs,
  });
  const traced = <Port extends object>(
    port: Port,
    names: readonly (keyof Port & string)[],
    part: string,
  ) => (isTracing ? stores.traceMethods(port, names, { tracer, part }) : port);
  const reasonOf = (reason: string | undefined) =>
    texts.feedbackReasons.find((offered) => reason?.startsWith(offered)) ??
    (reason === undefined ? 'none' : 'own words');
  return {
    stores: (given) => ({
      ...given,
      index: stores.observeIndex(
        traced(given.index, ['search', 'getDocument'], 'knowledge-index'),
        instruments,
      ),
      conversations: stores.observeConversations(
        traced(
          given.conversations,
          ['get', 'appendTurn', 'listMessages', 'setFeedback'],
          'conversations',
        ),
        { instruments, reviews, reasonOf, onActive },
      ),
      profiles: stores.observeProfiles(
        traced(given.profiles, ['get', 'put'], 'profiles'),
        instruments,
      ),
      botState: traced(given.botState, ['read', 'write'], 'bot-state'),
    }),
    cache: (cache) => stores.observeCache(cache, instruments),
    model: (model, server) =>
      (model && models.observeModel(model, observerOf(server))) as typeof model,
    helper: (helper, server) =>
      (helper && models.observeHelper(helper, observerOf(server))) as typeof helper,
    embeddings: (embeddings, server) =>
      (embeddings && models.observeEmbeddings(embeddings, observerOf(server))) as typeof embeddings,
    answers: (answerQuestion) =>
      observeAnswers(answerQuestion, {
        tracer,
        instruments,
        includesContent: settings.includesContent,
        elapsedMs,
      }),
  };
}

function serverAddressOf(server: ModelServer | undefined): { readonly serverAddress?: string } {
  if (server === undefined) return {};
  return {
    serverAddress: new URL('baseUrl' in server ? server.baseUrl : server.endpoint).hostname,
  };
}

/** As the semantic conventions name them. */
function providerOf(server: ModelServer | undefined): string {
  if (server === undefined) return 'career-mentor';
  return server.kind === 'azure-openai' ? 'azure.ai.openai' : 'openai';
}
