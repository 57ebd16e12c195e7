import type { LogRecordProcessor } from '@opentelemetry/sdk-logs';
import type { IMetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import type { ExportCounts } from './export-bound.ts';

/** Where each kind of telemetry is sent by OTLP over HTTP; what has no address is not sent. */
export interface OtlpOptions {
  readonly tracesUrl?: string;
  readonly metricsUrl?: string;
  readonly logsUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** How often metrics are sent. */
  readonly metricsIntervalMs: number;
}

/** What hands telemetry over. */
export interface Exports {
  readonly metricReaders: readonly IMetricReader[];
  readonly spanProcessors: readonly SpanProcessor[];
  readonly logProcessors: readonly LogRecordProcessor[];
  /** How many spans and log records were thrown away because nobody took them. */
  dropped(): number;
}

export const noExports: Exports = {
  metricReaders: [],
  spanProcessors: [],
  logProcessors: [],
  dropped: () => 0,
};

const timeoutMillis = 10_000;

/** Opens the exporters that have an address; the others are not loaded. */
export async function openOtlp(options: OtlpOptions): Promise<Exports> {
  const { tracesUrl, metricsUrl, logsUrl, headers, metricsIntervalMs } = options;
  const at = (url: string) => ({ url, headers: { ...headers }, timeoutMillis });
  const spans = tracesUrl === undefined ? [] : [await openSpans(at(tracesUrl))];
  const records = logsUrl === undefined ? [] : [await openLogs(at(logsUrl))];
  const counted: readonly { counts(): ExportCounts }[] = [...spans, ...records];
  return {
    metricReaders:
      metricsUrl === undefined ? [] : [await openMetrics(at(metricsUrl), metricsIntervalMs)],
    spanProcessors: spans,
    logProcessors: records,
    dropped: () => counted.reduce((sum, { counts }) => sum + counts().dropped, 0),
  };
}

interface Address {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly timeoutMillis: number;
}

async function openSpans(address: Address) {
  const [{ OTLPTraceExporter }, { BatchSpanProcessor }, { createBoundedSpanProcessor }] =
    await Promise.all([
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/sdk-trace-node'),
      import('./bounded-span-processor.ts'),
    ]);
  return createBoundedSpanProcessor(
    new OTLPTraceExporter(address),
    (exporter) => new BatchSpanProcessor(exporter, { exportTimeoutMillis: timeoutMillis }),
  );
}

async function openLogs(address: Address) {
  const [{ OTLPLogExporter }, { BatchLogRecordProcessor }, { createBoundedLogProcessor }] =
    await Promise.all([
      import('@opentelemetry/exporter-logs-otlp-http'),
      import('@opentelemetry/sdk-logs'),
      import('./bounded-log-processor.ts'),
    ]);
  return createBoundedLogProcessor(
    new OTLPLogExporter(address),
    (exporter) => new BatchLogRecordProcessor({ exporter, exportTimeoutMillis: timeoutMillis }),
  );
}

async function openMetrics(address: Address, metricsIntervalMs: number): Promise<IMetricReader> {
  const [{ OTLPMetricExporter }, { PeriodicExportingMetricReader }] = await Promise.all([
    import('@opentelemetry/exporter-metrics-otlp-http'),
    import('@opentelemetry/sdk-metrics'),
  ]);
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(address),
    exportIntervalMillis: metricsIntervalMs,
    exportTimeoutMillis: Math.min(timeoutMillis, metricsIntervalMs),
  });
}
