import type { Settings } from './settings-schema.ts';

/** Where telemetry goes, and who is told of alerts. */
export interface TelemetryConfig {
  /** Nothing is measured at all, and there is no dashboard. */
  readonly isDisabled: boolean;
  readonly serviceName: string;
  /** Absent: nothing is sent to Application Insights. */
  readonly applicationInsights?: { readonly connectionString: string };
  /** Absent: nothing is sent by OTLP. */
  readonly otlp?: {
    readonly tracesUrl?: string;
    readonly metricsUrl?: string;
    readonly logsUrl?: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly metricsIntervalMs: number;
  };
  /** 0 to 1: how much of the traces is sent. */
  readonly samplingRatio: number;
  /** Whether questions and answers, redacted, go with the traces. */
  readonly includesContent: boolean;
  /** Whether administrators see answers that got a thumb down or found no firm ground. */
  readonly reviewsAnswers: 'thumbs' | 'on' | 'off';
  /** US dollars for a million tokens, by model or deployment; they come before the price list. */
  readonly modelPrices: Readonly<
    Record<string, { readonly prompt: number; readonly answer: number }>
  >;
  /** Lets a collector from elsewhere read `/metrics`. */
  readonly metricsToken?: string;
  readonly alerts: {
    /** Absent: the rules that come with the program. */
    readonly rulesFile?: string;
    readonly targets: readonly {
      readonly kind: 'webhook' | 'teams' | 'slack';
      readonly url: string;
      readonly secret?: string;
    }[];
  };
}

/** The telemetry's part of the settings. */
export function telemetryOf(settings: Settings): TelemetryConfig {
  const connectionString = settings.APPLICATIONINSIGHTS_CONNECTION_STRING;
  const otlp = otlpOf(settings);
  return Object.freeze({
    isDisabled: settings.OTEL_SDK_DISABLED === 'true',
    serviceName: settings.OTEL_SERVICE_NAME,
    ...(connectionString !== undefined && { applicationInsights: { connectionString } }),
    ...(otlp !== undefined && { otlp }),
    samplingRatio: settings.TELEMETRY_SAMPLING_PERCENT / 100,
    includesContent: settings.TELEMETRY_CONTENT === 'on',
    reviewsAnswers: settings.REVIEW_QUEUE,
    modelPrices: settings.MODEL_PRICES,
    ...(settings.METRICS_TOKEN !== undefined && { metricsToken: settings.METRICS_TOKEN }),
    alerts: {
      ...(settings.ALERT_RULES_FILE !== undefined && { rulesFile: settings.ALERT_RULES_FILE }),
      targets: [
        ...targetOf('webhook', settings.ALERT_WEBHOOK_URL, settings.ALERT_WEBHOOK_SECRET),
        ...targetOf('teams', settings.ALERT_TEAMS_WEBHOOK_URL),
        ...targetOf('slack', settings.ALERT_SLACK_WEBHOOK_URL),
      ],
    },
  });
}

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp: an address of its own is taken as it is. */
function otlpOf(settings: Settings): TelemetryConfig['otlp'] {
  const shared = settings.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  const urlOf = (exporter: 'otlp' | 'none', own: string | undefined, path: string) =>
    exporter === 'none' ? undefined : (own ?? (shared && `${shared}/v1/${path}`));
  const tracesUrl = urlOf(
    settings.OTEL_TRACES_EXPORTER,
    settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
    'traces',
  );
  const metricsUrl = urlOf(
    settings.OTEL_METRICS_EXPORTER,
    settings.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT,
    'metrics',
  );
  const logsUrl = urlOf(
    settings.OTEL_LOGS_EXPORTER,
    settings.OTEL_EXPORTER_OTLP_LOGS_ENDPOINT,
    'logs',
  );
  if ([tracesUrl, metricsUrl, logsUrl].every((url) => url === undefined)) return undefined;
  return {
    ...(tracesUrl !== undefined && { tracesUrl }),
    ...(metricsUrl !== undefined && { metricsUrl }),
    ...(logsUrl !== undefined && { logsUrl }),
    headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
    metricsIntervalMs: settings.OTEL_METRIC_EXPORT_INTERVAL,
  };
}

function targetOf(kind: 'webhook' | 'teams' | 'slack', url: string | undefined, secret?: string) {
  if (url === undefined) return [];
  return [{ kind, url, ...(secret === undefined ? {} : { secret }) }];
}
