import { hostname } from 'node:os';
import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  type IMetricReader,
  MeterProvider,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import {
  AlwaysOffSampler,
  NodeTracerProvider,
  ParentBasedSampler,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Logger } from '#log.ts';
import { InProcessMetricReader } from './metric-reader.ts';
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

export interface OtlpOptions {
  readonly tracesUrl?: string;
  readonly metricsUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How often metrics are sent. */
  readonly metricsIntervalMs: number;
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
  /** How many spans were thrown away because nobody took them. */
  droppedSpans(): number;
  /** Sends what is left, within the time, and ends. */
  close(timeoutMs: number): Promise<void>;
}

const scope = 'career-mentor';

/**
 * The one instrumentation of the process. Exporters load only where they are configured; without any, spans are not recorded
 * and only carry the trace id that log lines show.
 */
export async function openOpenTelemetry(options: OpenTelemetryOptions): Promise<OpenTelemetry> {
  const reader = new InProcessMetricReader();
  const otlp = options.otlp && (await openOtlp(options.otlp));
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: options.serviceName,
    [ATTR_SERVICE_VERSION]: options.serviceVersion,
    'service.instance.id': hostname(),
  });
  const parts = {
    resource,
    metricReaders: [reader, ...(otlp?.metricReaders ?? [])],
    spanProcessors: otlp?.spanProcessors ?? [],
    samplingRatio: options.samplingRatio,
  };
  const sdk =
    options.applicationInsights === undefined
      ? openOwnProviders(parts)
      : await openApplicationInsights(options.applicationInsights, parts);
  // After the exporters: one of them would write to the console.
  reportProblems(options.logger);
  const serializer = new PrometheusSerializer(undefined, false, undefined, true, true);
  return {
    meter: sdk.meter,
    tracer: sdk.tracer,
    sendEvent: sdk.sendEvent,
    async prometheusText() {
      return `${serializer.serialize(await reader.read())}`;
    },
    readMetrics: () => reader.read(),
    droppedSpans: () => otlp?.droppedSpans() ?? 0,
    async close(timeoutMs) {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, timeoutMs);
      // What cannot be sent at the end is nobody's concern any more.
      await Promise.race([sdk.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

interface SdkParts {
  readonly resource: ReturnType<typeof resourceFromAttributes>;
  readonly metricReaders: readonly IMetricReader[];
  readonly spanProcessors: readonly SpanProcessor[];
  readonly samplingRatio: number;
}

interface Sdk {
  readonly meter: Meter;
  readonly tracer: Tracer;
  readonly sendEvent: SendEvent;
  shutdown(): Promise<void>;
}

function openOwnProviders({
  resource,
  metricReaders,
  spanProcessors,
  samplingRatio,
}: SdkParts): Sdk {
  const meterProvider = new MeterProvider({ resource, readers: [...metricReaders] });
  const tracerProvider = new NodeTracerProvider({
    resource,
    spanProcessors: [...spanProcessors],
    sampler:
      spanProcessors.length === 0
        ? new AlwaysOffSampler()
        : new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(samplingRatio) }),
  });
  // For the context that follows a call through its awaits; a second registration changes nothing.
  tracerProvider.register();
  return {
    meter: meterProvider.getMeter(scope),
    tracer: tracerProvider.getTracer(scope),
    sendEvent: () => undefined,
    async shutdown() {
      await Promise.all([meterProvider.shutdown(), tracerProvider.shutdown()]);
    },
  };
}

async function openApplicationInsights(
  settings: NonNullable<OpenTelemetryOptions['applicationInsights']>,
  { resource, metricReaders, spanProcessors, samplingRatio }: SdkParts,
): Promise<Sdk> {
  // Otherwise the package also tells its maker how it is used: what leaves goes to the operator's own resource alone.
  process.env['APPLICATION_INSIGHTS_NO_STATSBEAT'] ??= 'true';
  const [{ shutdownAzureMonitor, useAzureMonitor }, { logs }] = await Promise.all([
    import('applicationinsights'),
    import('@opentelemetry/api-logs'),
  ]);
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

async function openOtlp({ tracesUrl, metricsUrl, headers, metricsIntervalMs }: OtlpOptions) {
  const timeoutMillis = 10_000;
  const metricReaders: IMetricReader[] = [];
  const spanProcessors: SpanProcessor[] = [];
  let droppedSpans = () => 0;
  if (tracesUrl !== undefined) {
    const [{ OTLPTraceExporter }, { BatchSpanProcessor }, { createBoundedSpanProcessor }] =
      await Promise.all([
        import('@opentelemetry/exporter-trace-otlp-http'),
        import('@opentelemetry/sdk-trace-node'),
        import('./bounded-span-processor.ts'),
      ]);
    const processor = createBoundedSpanProcessor(
      new OTLPTraceExporter({ url: tracesUrl, headers: { ...headers }, timeoutMillis }),
      (exporter) => new BatchSpanProcessor(exporter, { exportTimeoutMillis: timeoutMillis }),
    );
    spanProcessors.push(processor);
    droppedSpans = () => processor.counts().dropped;
  }
  if (metricsUrl !== undefined) {
    const [{ OTLPMetricExporter }, { PeriodicExportingMetricReader }] = await Promise.all([
      import('@opentelemetry/exporter-metrics-otlp-http'),
      import('@opentelemetry/sdk-metrics'),
    ]);
    metricReaders.push(
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({
          url: metricsUrl,
          headers: { ...headers },
          timeoutMillis,
        }),
        exportIntervalMillis: metricsIntervalMs,
        exportTimeoutMillis: Math.min(timeoutMillis, metricsIntervalMs),
      }),
    );
  }
  return { metricReaders, spanProcessors, droppedSpans };
}
