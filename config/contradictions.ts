const loopbackHosts = new Set(['127.0.0.1', 'localhost', '::1']);

type Given = Readonly<Record<string, string | undefined>>;

/** Mistakes that no single setting shows, each with its cure. */
export function contradictionsIn(given: Given): string[] {
  return [
    ...botFrameworkContradictions(given),
    ...modelContradictions(given),
    ...windowContradictions(given),
    ...signInContradictions(given),
    ...storageContradictions(given),
    ...slackContradictions(given),
    ...telemetryContradictions(given),
  ];
}

function botFrameworkContradictions(given: Given): string[] {
  const host = given['HOST'] ?? '127.0.0.1';
  if (given['MicrosoftAppId'] === undefined)
    return loopbackHosts.has(host)
      ? []
      : [
          `HOST: ${host} is reachable from other machines, but without MicrosoftAppId the bot accepts unsigned calls. Set MicrosoftAppId, or leave HOST at 127.0.0.1.`,
        ];
  if (given['MicrosoftAppType'] === 'UserAssignedMSI') return managedIdentityMistakes(given);
  const mistakes: string[] = [];
  if (given['MicrosoftAppPassword'] === undefined)
    mistakes.push(
      'MicrosoftAppPassword: is needed with MicrosoftAppId, unless MicrosoftAppType is UserAssignedMSI.',
    );
  if (given['MicrosoftAppType'] !== 'MultiTenant' && given['MicrosoftAppTenantId'] === undefined)
    mistakes.push('MicrosoftAppTenantId: is needed for a single-tenant MicrosoftAppId.');
  return mistakes;
}

function managedIdentityMistakes(given: Given): string[] {
  return [
    ...(given['MicrosoftAppTenantId'] === undefined
      ? ['MicrosoftAppTenantId: is needed for a managed identity: the tenant that it belongs to.']
      : []),
    ...(given['MicrosoftAppPassword'] === undefined
      ? []
      : [
          'MicrosoftAppPassword: must not be set with MicrosoftAppType=UserAssignedMSI; remove it.',
        ]),
  ];
}

function modelContradictions(given: Given): string[] {
  const has = (...names: string[]) => names.some((name) => given[name] !== undefined);
  const openAi = {
    server: ['OPENAI_BASE_URL', 'OPENAI_API_KEY'],
    model: ['OPENAI_MODEL', 'OPENAI_EMBEDDING_MODEL'],
  };
  const azure = {
    server: ['AZURE_OPENAI_ENDPOINT'],
    model: ['AZURE_OPENAI_DEPLOYMENT', 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT'],
  };
  const mistakes: string[] = [];
  if (
    has('LOCAL_EMBEDDING_MODEL') &&
    has('OPENAI_EMBEDDING_MODEL', 'AZURE_OPENAI_EMBEDDING_DEPLOYMENT')
  )
    mistakes.push(
      'LOCAL_EMBEDDING_MODEL: takes the place of a server that embeds; remove it, or OPENAI_EMBEDDING_MODEL and AZURE_OPENAI_EMBEDDING_DEPLOYMENT.',
    );
  if (has(...openAi.server) && !has(...openAi.model))
    mistakes.push(
      'OPENAI_MODEL: is needed with OPENAI_BASE_URL or OPENAI_API_KEY, for example OPENAI_MODEL=gpt-4o or, with Ollama, OPENAI_MODEL=llama3.1.',
    );
  if (has(...openAi.model) && !has(...openAi.server))
    mistakes.push(
      'OPENAI_BASE_URL or OPENAI_API_KEY: one of them is needed with OPENAI_MODEL, for example OPENAI_BASE_URL=http://127.0.0.1:11434/v1 for Ollama.',
    );
  if (has(...azure.server) && !has(...azure.model))
    mistakes.push(
      'AZURE_OPENAI_DEPLOYMENT: is needed with AZURE_OPENAI_ENDPOINT: the name of the deployment that writes the answers.',
    );
  if (has(...azure.model, 'AZURE_OPENAI_API_KEY') && !has(...azure.server))
    mistakes.push(
      'AZURE_OPENAI_ENDPOINT: is needed with the other AZURE_OPENAI settings, for example https://my-resource.openai.azure.com.',
    );
  if (has('OPENAI_MODEL') && has('AZURE_OPENAI_DEPLOYMENT'))
    mistakes.push(
      'OPENAI_MODEL and AZURE_OPENAI_DEPLOYMENT: only one model can write the answers; remove one of them.',
    );
  return mistakes;
}

/** Instructions, question and one passage need about so many. */
const leastPromptTokens = 1_000;

/** Values that are no numbers are reported on their own. */
function windowContradictions(given: Given): string[] {
  const context = Number(given['OPENAI_CONTEXT_TOKENS'] ?? 16_000);
  const taken = Number(given['MAX_ANSWER_TOKENS'] ?? 1_000) + Number(given['RESERVE_TOKENS'] ?? 0);
  return context - taken < leastPromptTokens
    ? [
        `MAX_ANSWER_TOKENS: with RESERVE_TOKENS it takes ${taken} of the ${context} tokens of OPENAI_CONTEXT_TOKENS, and at least ${leastPromptTokens} must be left for the prompt.`,
      ]
    : [];
}

function storageContradictions(given: Given): string[] {
  const hasAccount =
    given['AZURE_STORAGE_CONNECTION_STRING'] !== undefined ||
    given['AZURE_STORAGE_ACCOUNT_URL'] !== undefined;
  return given['AZURE_STORAGE_KNOWLEDGE_CONTAINER'] === undefined || hasAccount
    ? []
    : [
        'AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL: one of them is needed with AZURE_STORAGE_KNOWLEDGE_CONTAINER, to say which account the container is in.',
      ];
}

function slackContradictions(given: Given): string[] {
  const ways = ['SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'].filter(
    (name) => given[name] !== undefined,
  );
  if (given['SLACK_BOT_TOKEN'] !== undefined && ways.length === 0)
    return [
      'SLACK_SIGNING_SECRET: is needed with SLACK_BOT_TOKEN, since it proves that a call comes from Slack; for development alone SLACK_APP_TOKEN and `npm run slack:dev` do.',
    ];
  if (given['SLACK_BOT_TOKEN'] === undefined && ways.length > 0)
    return [
      `SLACK_BOT_TOKEN: is needed with ${ways.join(' and ')}; the app's page shows it under OAuth & Permissions once the app is installed.`,
    ];
  return [];
}

function telemetryContradictions(given: Given): string[] {
  return [
    ...(given['ALERT_WEBHOOK_SECRET'] !== undefined && given['ALERT_WEBHOOK_URL'] === undefined
      ? ['ALERT_WEBHOOK_URL: is needed with ALERT_WEBHOOK_SECRET: where signed alerts are sent.']
      : []),
    ...(given['OTEL_EXPORTER_OTLP_HEADERS'] !== undefined &&
    given['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined
      ? ['OTEL_EXPORTER_OTLP_ENDPOINT: is needed with OTEL_EXPORTER_OTLP_HEADERS.']
      : []),
  ];
}

/** Without an audience a token that the issuer gave for any other program would open this one. */
function signInContradictions(given: Given): string[] {
  const needing = (needed: string, ...names: string[]) =>
    given[needed] !== undefined
      ? []
      : names
          .filter((name) => given[name] !== undefined)
          .map((name) => `${needed}: is needed with ${name}.`);
  const withoutClient = needing('AUTH_WEB_CLIENT_ID', 'AUTH_WEB_SCOPE', 'AUTH_WEB_PARAMETERS');
  if (given['AUTH_ISSUER'] !== undefined)
    return given['AUTH_AUDIENCE'] === undefined
      ? [
          'AUTH_AUDIENCE: is needed with AUTH_ISSUER: what the issuer writes into tokens for this program, such as api://career-mentor.',
          ...withoutClient,
        ]
      : withoutClient;
  return [
    ...needing(
      'AUTH_ISSUER',
      'AUTH_AUDIENCE',
      'AUTH_JWKS_URI',
      'AUTH_METADATA_URI',
      'AUTH_ADMIN_ROLE',
      'AUTH_WEB_CLIENT_ID',
    ),
    ...withoutClient,
  ];
}
