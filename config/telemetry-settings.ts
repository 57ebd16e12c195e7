import type { Settings } from './settings-schema.ts';

/** Where telemetry goes, and who is told of alerts. */
export interface TelemetryConfig {
  readonly serviceName: string;
  /** Absent: nothing is sent to Application Insights. */
  readonly applicationInsights?: { readonly connectionString: string };
  /** Absent: nothing is sent by OTLP. */
  readonly otlp?: {
    readonly tracesUrl: string;
    readonly metricsUrl: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly metricsIntervalMs: number;
  };
  /** 0 to 1: how much of the traces is sent. */
  readonly samplingRatio: number;
  /** Whether questions and answers, redacted, go with the traces. */
  readonly includesContent: boolean;
  /** Whether administrators see answers that got a thumb down or found no firm ground. */
  readonly reviewsAnswers: boolean;
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
  const endpoint = settings.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  return Object.freeze({
    serviceName: settings.OTEL_SERVICE_NAME,
    ...(connectionString !== undefined && { applicationInsights: { connectionString } }),
    ...(endpoint !== undefined && {
      otlp: {
        // https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp
        tracesUrl: `${endpoint}/v1/traces`,
        metricsUrl: `${endpoint}/v1/metrics`,
        headers: settings.OTEL_EXPORTER_OTLP_HEADERS,
        metricsIntervalMs: settings.OTEL_METRIC_EXPORT_INTERVAL,
      },
    }),
    samplingRatio: settings.TELEMETRY_SAMPLING_PERCENT / 100,
    includesContent: settings.TELEMETRY_CONTENT === 'on',
    reviewsAnswers: settings.REVIEW_QUEUE === 'on',
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

function targetOf(kind: 'webhook' | 'teams' | 'slack', url: string | undefined, secret?: string) {
  if (url === undefined) return [];
  return [{ kind, url, ...(secret === undefined ? {} : { secret }) }];
}
