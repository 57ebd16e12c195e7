import { appendFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Request, Server } from 'restify';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import type { WebSignIn } from '#api/sign-in/web-sign-in.ts';
import type { RateLimits } from '#services/rate-limits/port.ts';
import type { HistoryRange, PresentedPoint } from '#services/telemetry/port.ts';
import { openAuditLog } from './audit-log.ts';
import type { Core } from './core.ts';
import { isOneOfSeveral } from './one-of-several.ts';
import type { Instrumentation } from './telemetry.ts';

export interface MonitoringOptions {
  readonly publicUrl: string;
  readonly authenticate: Authenticate;
  readonly rateLimits: RateLimits;
  /** Absent: the dashboard asks for a token. */
  readonly webSignIn?: WebSignIn | undefined;
  /** Whether people are served just now, by the same checks as /health/ready. */
  readonly isReady: () => Promise<boolean>;
}

/** How often figures are read, rules held against them, and viewers told. */
const sampleMs = 10_000;
/** What the dashboard shows at once: the newest points as they come, an hour in minutes, a day in quarters of an hour. */
const livePoints = 20;
const hourSlotSeconds = 60;
const daySlotSeconds = 900;
/** A topic that fewer people share might show who asked. */
const minimumPeople = 3;
const mostTopics = 12;

/** Adds metrics, dashboard and alerts to the server, and keeps their history. */
export async function attachMonitoring(
  server: Server,
  core: Core,
  instrumentation: Instrumentation,
  options: MonitoringOptions,
) {
  const { config, logger } = core;
  const [
    { openHistory },
    { presentPoint, presentSlots, reportWeeks },
    { attachLiveSocket },
    dashboard,
    metrics,
    edge,
  ] = await Promise.all([
    import('#services/telemetry/history.ts'),
    import('#services/telemetry/present-history.ts'),
    import('#api/monitoring/live-socket.ts'),
    import('#api/monitoring/dashboard-page.ts'),
    import('#api/monitoring/metrics-route.ts'),
    openEdge(core, options),
  ]);
  const { openTelemetry, database } = instrumentation;
  const history = openHistory({ database, logger, now, elapsedMs });
  const watching = await openAlerts(core, instrumentation, { ...options, within: history.within });
  const { alerts, deliveries, limits } = watching;
  const points = (range: HistoryRange): PresentedPoint[] => history.points(range).map(presentPoint);
  const hourSlots = () => presentSlots(history.points('hour'), hourSlotSeconds);
  const daySlots = () => presentSlots(history.points('day'), daySlotSeconds);
  const alertsNow = () => ({
    alerts: alerts.list(),
    maintenanceUntil: alerts.maintenanceUntil() ?? null,
  });

  dashboard.attachDashboardPage(server, {
    webFolder: join(root, 'web'),
    signIn: options.webSignIn,
  });
  metrics.attachMetrics(server, {
    async prometheusText() {
      instrumentation.standing.isReady = await options.isReady();
      return openTelemetry.prometheusText();
    },
    authenticate: edge.authenticate,
    isLocal: edge.isLocal,
    metricsToken: config.telemetry.metricsToken,
  });
  const live = attachLiveSocket(server, {
    isAllowedOrigin: edge.isOwnOrigin,
    authorize: edge.authorize,
    isServedElsewhere: edge.isServedElsewhere,
    greeting: () => ({
      replica: isOneOfSeveral(config) ? hostname() : null,
      limits,
      live: points('hour').slice(-livePoints),
      hour: hourSlots(),
      day: daySlots(),
      ...alertsNow(),
    }),
    logger,
  });
  await attachMonitoringRoutes(server, core, instrumentation, {
    ...options,
    edge,
    alerts,
    points,
    weeks: () => reportWeeks([...history.points('quarter'), ...unjoined(history.points('day'))]),
    onChange: () => live.publish({ type: 'alerts', ...alertsNow() }),
  });

  /** Points of the day that are not part of an hour yet: without them the report would lag behind. */
  function unjoined<Point extends { readonly at: string }>(day: readonly Point[]): Point[] {
    const last = history.points('quarter').at(-1)?.at ?? '';
    return day.filter(({ at }) => at > last);
  }

  const sample = async () => {
    instrumentation.standing.isReady = await options.isReady();
    const point = history.sample(await openTelemetry.readMetrics());
    alerts.evaluate();
    if (live.viewers() > 0)
      live.publish({
        type: 'point',
        live: presentPoint(point),
        hour: hourSlots().at(-1) ?? null,
        day: daySlots().at(-1) ?? null,
        ...alertsNow(),
      });
  };
  let sampling: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    sampling = sample().catch((error: unknown) =>
      logger.error({ err: error }, 'the figures could not be read'),
    );
  }, sampleMs).unref();
  return {
    async close(): Promise<void> {
      clearInterval(timer);
      live.close();
      deliveries.stop();
      await sampling;
    },
  };
}

const root = join(import.meta.dirname, '..');
const now = () => new Date();
const elapsedMs = () => performance.now();
const newId = () => crypto.randomUUID();

/** Who may call, and from where. */
async function openEdge({ config }: Core, { authenticate }: MonitoringOptions) {
  const [
    { asOperator, requireAdmin },
    { findForeignPart },
    { isAllowedOrigin },
    { directLineRoot },
  ] = await Promise.all([
    import('#api/monitoring/authorize.ts'),
    import('#bot/channels/bot-framework/local-caller.ts'),
    import('#bot/channels/direct-line/origins.ts'),
    import('#bot/channels/direct-line/protocol.ts'),
  ]);
  const asking = asOperator(authenticate);
  const directLineStream = new RegExp(`^${directLineRoot}/conversations/[^/]+/stream$`);
  return {
    authenticate: asking,
    authorize: (request: IncomingMessage) => requireAdmin(asking, request),
    // Sites that may embed the chat are not thereby the operator's.
    isOwnOrigin: (request: IncomingMessage) => isAllowedOrigin(request, []),
    /** A proxy on this machine forwards for others. */
    isLocal: (request: IncomingMessage) =>
      config.signIn === undefined &&
      request.headers['x-forwarded-for'] === undefined &&
      findForeignPart(request, 'http://localhost') === undefined,
    isServedElsewhere: (path: string) => directLineStream.test(path),
  };
}

async function openAlerts(
  { config, logger }: Core,
  { database }: Instrumentation,
  {
    publicUrl,
    within,
  }: Pick<MonitoringOptions, 'publicUrl'> &
    Pick<import('#services/telemetry/history.ts').KeptHistory, 'within'>,
) {
  const [{ createAlerts }, { openAlertStore }, { openAlertDeliveries }, { readAlertRules }] =
    await Promise.all([
      import('#services/telemetry/alerts.ts'),
      import('#services/telemetry/alert-store.ts'),
      import('#services/telemetry/alert-deliveries.ts'),
      import('#services/telemetry/alert-rules.ts'),
    ]);
  const { targets, rulesFile } = config.telemetry.alerts;
  const deliveries = openAlertDeliveries({ database, targets, logger, newId, now });
  const dashboardUrl = `${publicUrl}/monitoring/dashboard`;
  const rules = readAlertRules(rulesFile);
  const alerts = createAlerts({
    rules,
    store: openAlertStore(database),
    within,
    notify(notice, alert) {
      const { rule, severity, value } = alert;
      logger.warn({ rule, severity, value, notice }, 'an alert');
      deliveries.send({ notice, alert, dashboardUrl });
    },
    newId,
    now,
    elapsedMs,
  });
  /** What charts draw beside the figures. */
  const limits = rules.map(({ metric, comparison, threshold, severity, forSeconds }) => ({
    metric,
    comparison,
    threshold,
    severity,
    forSeconds,
  }));
  return { alerts, deliveries, limits };
}

type RoutesParts = Pick<
  import('#api/monitoring/monitoring-routes.ts').MonitoringRoutesOptions,
  'alerts' | 'points' | 'weeks' | 'onChange'
> &
  MonitoringOptions & { readonly edge: Awaited<ReturnType<typeof openEdge>> };

async function attachMonitoringRoutes(
  server: Server,
  { config, logger, conversations, isCrisis }: Core,
  { reviews }: Instrumentation,
  { edge, rateLimits, ...parts }: RoutesParts,
): Promise<void> {
  const [
    { attachRoutes },
    { monitoringRoutes },
    { createReviews },
    { createApiLimits },
    { redactPersonal },
    { groupByTopic },
  ] = await Promise.all([
    import('#api/v1/attach-routes.ts'),
    import('#api/monitoring/monitoring-routes.ts'),
    import('#api/monitoring/reviews.ts'),
    import('#api/v1/api-limits.ts'),
    import('#services/telemetry/redact.ts'),
    import('#services/telemetry/group-by-topic.ts'),
  ]);
  const casesFile = join(config.dataDirectory, 'evaluation-cases.jsonl');
  const routes = monitoringRoutes({
    ...parts,
    reviews: createReviews({
      queue: reviews,
      conversations,
      redact: redactPersonal,
      keepCase: (line) => appendFile(casesFile, `${line}\n`, { mode: 0o600 }),
    }),
    groupByTopic: (questions) => groupByTopic(questions, { minimumPeople, most: mostTopics }),
    minimumPeople,
    redact: redactPersonal,
  });
  attachRoutes(server, routes, {
    authenticate: edge.authenticate,
    isAllowedOrigin: (request: Request) => edge.isOwnOrigin(request),
    isBehindFrontDoor: config.frontDoorId !== undefined,
    limits: createApiLimits({ limits: rateLimits, messagesPerMinute: config.messagesPerMinute }),
    isCrisis,
    auditLog: openAuditLog(config, logger),
    logger,
  });
}
