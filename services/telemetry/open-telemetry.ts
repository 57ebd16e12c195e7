import { hostname } from 'node:os';
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import {
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Logger } from '#log.ts';
import { InProcessMetricReader } from './metric-reader.ts';
import { type Exports, noExports, type OtlpOptions, openOtlp } from './open-otlp.ts';
import { createPassThroughTracer } from './pass-through-tracer.ts';
import { propagateTraces } from './propagate-traces.ts';
import { reportProblems } from './report-problems.ts';

export interface OpenTelemetryOptions {
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** Sends requests, dependencies, metrics and events to Application Insights. */
  readonly applicationInsights?: { readonly connectionString: string };
  /** 0 to 1: how much of the traces is sent. */
  readonly samplingRatio: number;
  /** Learns why something could not be sent. */
  readonly logger: Pick<Logger, 'warn'>;
  /** Addresses to send to by OTLP over HTTP, each with the headers that the receiver wants. */
  readonly otlp?: OtlpOptions;
}

/** An event with a name and plain figures, for whoever collects such; never a person's words. */
export type SendEvent = (
  name: string,
  properties: Readonly<Record<string, string | number>>,
) => void;

export interface OpenTelemetry {
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly sendEvent: SendEvent;
  /** All series in Prometheus' text format. */
  prometheusText(): Promise<string>;
  readMetrics(): Promise<ResourceMetrics>;
  /** How many spans and log records were thrown away because nobody took them. */
  dropped(): number;
  /** Sends what is left, within the time, and ends. */
  close(timeoutMs: number): Promise<void>;
}

const scope = 'career-mentor';

/**
 * The one instrumentation of the process. Exporters load only where they are configured; without any, nothing is recorded of
 * spans, which then only carry the trace id that log lines show.
 */
export async function openOpenTelemetry(options: OpenTelemetryOptions): Promise<OpenTelemetry> {
  const reader = new InProcessMetricReader();
  const exports = options.otlp === undefined ? noExports : await openOtlp(options.otlp);
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: options.serviceName,
    [ATTR_SERVICE_VERSION]: options.serviceVersion,
    'service.instance.id': hostname(),
  });
  const parts = {
    resource,
    ...exports,
    metricReaders: [reader, ...exports.metricReaders],
    samplingRatio: options.samplingRatio,
  };
  const sdk =
    options.applicationInsights === undefined
      ? await openOwnProviders(parts)
      : await openApplicationInsights(options.applicationInsights, parts);
  // After the exporters: one of them would write to the console.
  reportProblems(options.logger);
  const propagation = propagateTraces();
  return {
    meter: sdk.meter,
    tracer: sdk.tracer,
    sendEvent: sdk.sendEvent,
    async prometheusText() {
      // With the first scrape: most starts see none.
      const { PrometheusSerializer } = await import('@opentelemetry/exporter-prometheus');
      const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
      return `${serializer.serialize(await reader.read())}`;
    },
    readMetrics: () => reader.read(),
    dropped: exports.dropped,
    async close(timeoutMs) {
      propagation.stop();
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      // What cannot be sent at the end is nobody's concern any more.
      await Promise.race([sdk.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

interface SdkParts extends Omit<Exports, 'dropped'> {
  readonly resource: ReturnType<typeof resourceFromAttributes>;
  readonly samplingRatio: number;
}

interface Sdk {
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly sendEvent: SendEvent;
  shutdown(): Promise<void>;
}

async function openOwnProviders({
  resource,
  metricReaders,
  spanProcessors,
  logProcessors,
  samplingRatio,
}: SdkParts): Promise<Sdk> {
  const meterProvider = new MeterProvider({ resource, readers: [...metricReaders] });
  const tracerProvider = new NodeTracerProvider({
    resource,
    spanProcessors: [...spanProcessors],
    sampler: ownSampler(samplingRatio),
  });
  // For the context that follows a call through its awaits; a second registration changes nothing.
  tracerProvider.register();
  const records = logProcessors.length === 0 ? undefined : await openLogs(resource, logProcessors);
  return {
    meter: meterProvider.getMeter(scope),
    tracer:
      spanProcessors.length === 0 ? createPassThroughTracer() : tracerProvider.getTracer(scope),
    sendEvent: () => undefined,
    async shutdown() {
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown(), records?.shutdown()]);
    },
  };
}

/** From here on what is logged is sent too, until it is shut down. */
async function openLogs(
  resource: SdkParts['resource'],
  processors: SdkParts['logProcessors'],
): Promise<{ shutdown(): Promise<void> }> {
  const { LoggerProvider } = await import('@opentelemetry/sdk-logs');
  const provider = new LoggerProvider({ resource, processors: [...processors] });
  logs.setGlobalLoggerProvider(provider);
  return {
    async shutdown() {
      logs.disable();
      await provider.shutdown();
    },
  };
}

/**
 * How much is sent is decided here: a stranger who asks for more does not get it, and a caller who records nothing of its own
 * hides nothing. All that use the same share agree on a trace, since its id decides.
 */
function ownSampler(samplingRatio: number): ParentBasedSampler {
  const root = new TraceIdRatioBasedSampler(samplingRatio);
  return new ParentBasedSampler({ root, remoteParentSampled: root, remoteParentNotSampled: root });
}

async function openApplicationInsights(
  settings: NonNullable<OpenTelemetryOptions['applicationInsights']>,
  { resource, metricReaders, spanProcessors, logProcessors, samplingRatio }: SdkParts,
): Promise<Sdk> {
  // Otherwise the package also tells its maker how it is used: what leaves goes to the operator's own resource alone.
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] ??= 'true';
  const { shutdownAzureMonitor, useAzureMonitor } = await import('applicationinsights');
  useAzureMonitor({
    azureMonitorExporterOptions: {
      connectionString: settings.connectionString,
      // It would fill a folder for temporary files while nobody takes what it sends.
      disableOfflineStorage: true,
    },
    samplingRatio,
    // Otherwise five traces a second are kept, whatever the ratio.
    tracesPerSecond: 0,
    enableLiveMetrics: true,
    enableAutoCollectExceptions: false,
    /** Our own spans are the requests and dependencies; the console is nobody's log here. */
    instrumentationOptions: {
      http: { enabled: false },
      azureSdk: { enabled: false },
      mongoDb: { enabled: false },
      mySql: { enabled: false },
      postgreSql: { enabled: false },
      redis: { enabled: false },
      redis4: { enabled: false },
      bunyan: { enabled: false },
      winston: { enabled: false },
      console: { enabled: false },
    },
    resource,
    metricReaders: [...metricReaders] as never,
    spanProcessors: [...spanProcessors],
    logRecordProcessors: [...logProcessors] as never,
  });
  const logger = logs.getLogger(scope);
  return {
    meter: metrics.getMeter(scope),
    tracer: trace.getTracer(scope),
    /** https://learn.microsoft.com/azure/azure-monitor/app/opentelemetry-add-modify#send-custom-events */
    sendEvent: (name, properties) =>
      logger.emit({ attributes: { 'microsoft.custom_event.name': name, ...properties } }),
    shutdown: shutdownAzureMonitor,
  };
}
