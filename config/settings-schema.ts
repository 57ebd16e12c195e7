import { z } from 'zod';
import { containerNamePattern } from '#services/document-source/container-address.ts';
import { modelPrices } from '#services/telemetry/model-prices.ts';

/** A whole number in digits, without JavaScript's other spellings such as `1e3`. */
function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, error)
    .transform(Number)
    .pipe(z.number().min(least, error).max(most, error));
}

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an address that begins with http:// or https://',
});
/** What is believed about people must come over a connection that nobody can change. */
const secureUrl = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with https://' })
  .refine(
    (url) =>
      URL.canParse(url) && (url.startsWith('https:') || isLoopbackName(new URL(url).hostname)),
    'must begin with https://, unless it is on this machine',
  );

function isLoopbackName(host: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(host);
}

const originsError =
  'must be origins such as https://example.org, without a path, separated by commas';
const originList = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((origin) => origin !== ''))
  .pipe(
    z.array(
      z
        .url({ protocol: /^https?$/, error: originsError })
        .transform((url) => new URL(url))
        .refine((url) => url.pathname === '/' && url.search === '', originsError)
        .transform((url) => url.origin),
    ),
  );

/** What the sign-in itself says; https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest */
const ownParameters = new Set([
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
]);
const parametersError =
  'must be names and values such as resource=api://career-mentor&prompt=consent, and none that the sign-in sets itself';
const parameterList = z
  .string()
  .transform((text) => [...new URLSearchParams(text)])
  .refine(
    (pairs) => pairs.every(([name, value]) => name && value && !ownParameters.has(name)),
    parametersError,
  )
  .transform((pairs) => Object.fromEntries(pairs));
const scopeList = z
  .string()
  .transform((text) => text.split(/\s+/).join(' '))
  .refine(
    (text) => text.split(' ').includes('openid'),
    'must name openid, as in openid profile offline_access',
  );

const pricesError =
  'must be JSON such as {"gpt-4o":{"prompt":2.5,"answer":10}}: US dollars for a million tokens';
const priceTable = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue(pricesError);
      return z.NEVER;
    }
  })
  .refine((value) => modelPrices.safeParse(value).success, pricesError)
  .transform((value) => modelPrices.parse(value));

const headersError = 'must be names and values such as api-key=abc, separated by commas';
/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables */
const headerList = z
  .string()
  .regex(/^\s*[\w-]+=[^,]*(?:,\s*[\w-]+=[^,]*)*$/, headersError)
  .transform((text) =>
    Object.fromEntries(
      text.split(',').map((pair) => {
        const at = pair.indexOf('=');
        return [pair.slice(0, at).trim(), decodeHeader(pair.slice(at + 1).trim())];
      }),
    ),
  );

function decodeHeader(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

/** Every setting with its meaning's type and default; .env.example lists the same names for people. */
export const settingsSchema = z.object({
  PORT: wholeNumber(0, 65_535).default(3_978),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: httpUrl.optional(),
  DATA_DIR: z.string().min(1).default('./data'),
  WEB_CHAT_SIGNING_KEY: z.string().min(32, 'must have 32 characters or more').optional(),
  FRONT_DOOR_ID: z
    .guid('must be the id of a Front Door, such as 00000000-0000-0000-0000-000000000000')
    .optional(),
  ROLE: z.enum(['all', 'web', 'worker'], { error: 'must be all, web or worker' }).default('all'),
  KNOWLEDGE_DIR: z.string().min(1).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  MicrosoftAppId: z.string().optional(),
  MicrosoftAppPassword: z.string().optional(),
  MicrosoftAppType: z
    .enum(['SingleTenant', 'MultiTenant', 'UserAssignedMSI'])
    .default('SingleTenant'),
  MicrosoftAppTenantId: z.string().optional(),
  SENSITIVITY_LABEL: z.string().max(100).optional(),
  SENSITIVITY_DESCRIPTION: z.string().max(500).optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_MODEL: z.string().optional(),
  OPENAI_FAST_MODEL: z.string().optional(),
  OPENAI_EMBEDDING_MODEL: z.string().optional(),
  AZURE_OPENAI_ENDPOINT: httpUrl.optional(),
  AZURE_OPENAI_API_KEY: z.string().optional(),
  OPENAI_API_VERSION: z.string().default('2024-10-21'),
  AZURE_OPENAI_DEPLOYMENT: z.string().optional(),
  AZURE_OPENAI_FAST_DEPLOYMENT: z.string().optional(),
  AZURE_OPENAI_EMBEDDING_DEPLOYMENT: z.string().optional(),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must begin with redis:// or rediss://' })
    .optional(),
  OPENAI_CONTEXT_TOKENS: wholeNumber(2_000, 10_000_000).default(16_000),
  MAX_ANSWER_TOKENS: wholeNumber(50, 100_000).default(1_000),
  RESERVE_TOKENS: wholeNumber(0, 1_000_000).default(0),
  ANSWER_CACHE_SECONDS: wholeNumber(0, 604_800).default(300),
  LOCAL_EMBEDDING_MODEL: z.string().optional(),
  EMBEDDING_DIMENSIONS: wholeNumber(1, 4_096).default(1_536),
  AZURE_SEARCH_ENDPOINT: httpUrl.optional(),
  AZURE_SEARCH_API_KEY: z.string().optional(),
  AZURE_SEARCH_INDEX: z.string().default('knowledge-base-index'),
  AZURE_SEARCH_SEMANTIC_CONFIGURATION: z.string().optional(),
  AZURE_COSMOS_ENDPOINT: httpUrl.optional(),
  AZURE_COSMOS_KEY: z.string().optional(),
  AZURE_COSMOS_DATABASE: z.string().default('career-mentor'),
  RETENTION_DAYS: wholeNumber(0, 36_500).default(365),
  AZURE_STORAGE_CONNECTION_STRING: z.string().optional(),
  AZURE_STORAGE_ACCOUNT_URL: httpUrl.optional(),
  AZURE_STORAGE_KNOWLEDGE_CONTAINER: z
    .string()
    .regex(containerNamePattern, 'must be the name of a container, such as knowledge')
    .optional(),
  SERVICE_BUS_CONNECTION: z
    .string()
    .startsWith('Endpoint=sb://', 'must be a connection string, which begins with Endpoint=sb://')
    .refine(
      (text) => !/;EntityPath=(?!chat-processing(?:;|$))/i.test(text),
      'names another queue than chat-processing behind EntityPath; take the connection string of that queue, or of the namespace',
    )
    .optional(),
  SERVICE_BUS_NAMESPACE: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]+$/i, 'must be a host such as my-bus.servicebus.windows.net')
    .optional(),
  AZURE_KEY_VAULT_URL: httpUrl.optional(),
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must be the bot token, which begins with xoxb-')
    .optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must be an app-level token, which begins with xapp-')
    .optional(),
  SLACK_API_URL: httpUrl.default('https://slack.com/api/'),
  AUTH_ISSUER: secureUrl.optional(),
  AUTH_AUDIENCE: z.string().optional(),
  AUTH_JWKS_URI: secureUrl.optional(),
  AUTH_METADATA_URI: secureUrl.optional(),
  AUTH_ADMIN_ROLE: z.string().default('admin'),
  AUTH_WEB_CLIENT_ID: z.string().optional(),
  AUTH_WEB_SCOPE: scopeList.default('openid profile offline_access'),
  AUTH_WEB_PARAMETERS: parameterList.default({}),
  MINIMUM_AGE: wholeNumber(13, 18).default(16),
  DAILY_TOKEN_BUDGET: wholeNumber(0, 1_000_000_000).default(0),
  DAILY_TOKEN_BUDGET_PER_TENANT: wholeNumber(0, 1_000_000_000_000).default(0),
  ALLOWED_ORIGINS: originList.default([]),
  RATE_LIMIT_PER_MINUTE: wholeNumber(0, 1_000_000).optional(),
  APPLICATIONINSIGHTS_CONNECTION_STRING: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().max(100).default('career-mentor'),
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: httpUrl.optional(),
  OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: httpUrl.optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_METRICS_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_LOGS_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_EXPORTER_OTLP_HEADERS: headerList.default({}),
  OTEL_METRIC_EXPORT_INTERVAL: wholeNumber(1_000, 3_600_000).default(60_000),
  TELEMETRY_SAMPLING_PERCENT: wholeNumber(0, 100).default(100),
  TELEMETRY_CONTENT: z.enum(['on', 'off']).default('off'),
  REVIEW_QUEUE: z.enum(['thumbs', 'on', 'off']).default('thumbs'),
  MODEL_PRICES: priceTable.default({}),
  METRICS_TOKEN: z.string().min(16, 'must have 16 characters or more').optional(),
  ALERT_RULES_FILE: z.string().optional(),
  ALERT_WEBHOOK_URL: secureUrl.optional(),
  ALERT_WEBHOOK_SECRET: z.string().min(16, 'must have 16 characters or more').optional(),
  ALERT_TEAMS_WEBHOOK_URL: secureUrl.optional(),
  ALERT_SLACK_WEBHOOK_URL: secureUrl.optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** Settings that may come out of a key vault instead of the environment. */
export const secretSettings = [
  'MicrosoftAppPassword',
  'OPENAI_API_KEY',
  'AZURE_OPENAI_API_KEY',
  'REDIS_URL',
  'AZURE_SEARCH_API_KEY',
  'AZURE_COSMOS_KEY',
  'AZURE_STORAGE_CONNECTION_STRING',
  'SERVICE_BUS_CONNECTION',
  'WEB_CHAT_SIGNING_KEY',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'METRICS_TOKEN',
  'ALERT_WEBHOOK_SECRET',
  'ALERT_TEAMS_WEBHOOK_URL',
  'ALERT_SLACK_WEBHOOK_URL',
] as const satisfies (keyof typeof settingsSchema.shape)[];
