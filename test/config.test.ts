import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { settingsSchema } from '#config/settings-schema.ts';
import { readConfig } from '#config.ts';
import type { MentorError } from '#errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The names of the settings that are refused, in the order they are reported. */
function refusedIn(environment: Environment): string[] {
  return mistakesIn(environment).map((line) => line.split(':')[0] ?? '');
}

function mistakesIn(environment: Environment): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    assert.equal((error as MentorError).code, 'config-invalid');
    return (error as Error).message
      .split('\n')
      .filter((line) => line.startsWith('  - '))
      .map((line) => line.slice(4));
  }
}

test('without any setting the program runs whole, on this machine alone', () => {
  assert.deepEqual(readConfig({}), {
    port: 3978,
    host: '127.0.0.1',
    dataDirectory: resolve('data'),
    knowledgeDirectory: resolve('knowledge'),
    logLevel: 'info',
    botFramework: { appId: '', appPassword: '', appType: '', tenantId: '' },
    embeddingDimensions: 1536,
    maxAnswerTokens: 1000,
    reserveTokens: 0,
    answerCacheSeconds: 300,
    retentionDays: 365,
    role: 'all',
    minimumAge: 16,
    allowedOrigins: [],
    telemetry: {
      isDisabled: false,
      serviceName: 'career-mentor',
      samplingRatio: 1,
      includesContent: false,
      reviewsAnswers: 'thumbs',
      modelPrices: {},
      alerts: { targets: [] },
    },
  });
});

test('the address of an Azure service switches it on, with a key or without', () => {
  const { search, cosmos, storage } = readConfig({
    AZURE_SEARCH_ENDPOINT: 'https://s.search.windows.net',
    AZURE_COSMOS_ENDPOINT: 'https://c.documents.azure.com',
    AZURE_COSMOS_KEY: 'k',
    RETENTION_DAYS: '30',
    AZURE_STORAGE_ACCOUNT_URL: 'https://a.blob.core.windows.net',
  });
  assert.deepEqual(search, {
    endpoint: 'https://s.search.windows.net',
    indexName: 'knowledge-base-index',
  });
  assert.deepEqual(cosmos, {
    endpoint: 'https://c.documents.azure.com',
    databaseId: 'career-mentor',
    key: 'k',
    retentionDays: 30,
  });
  assert.deepEqual(storage, { accountUrl: 'https://a.blob.core.windows.net' });
});

test('an empty value counts as absent, and spaces around a value do not', () => {
  const names = Object.keys(settingsSchema.shape);
  const blank = Object.fromEntries(
    names.map((name, index) => [name, index % 2 === 0 ? '' : ' \t']),
  );
  assert.deepEqual(readConfig(blank), readConfig({}));
  assert.equal(readConfig({ PORT: ' 8080 ', HOST: '127.0.0.1\r' }).port, 8080);
});

test('everything in the environment that is not a setting is left alone', () => {
  assert.deepEqual(readConfig({ PATH: '/bin', port: 'x', OPENAI_ORG: 'y' }), readConfig({}));
});

test('all mistakes are reported at once, each by name', () => {
  const refused = refusedIn({
    PORT: 'abc',
    HOST: '0.0.0.0',
    PUBLIC_URL: 'mentor.example.org',
    LOG_LEVEL: 'loud',
    MicrosoftAppType: 'Shared',
    OPENAI_BASE_URL: 'ftp://127.0.0.1',
    OPENAI_CONTEXT_TOKENS: '1000',
    EMBEDDING_DIMENSIONS: '0',
    ALLOWED_ORIGINS: 'https://a.example/path',
  });
  assert.deepEqual(refused.toSorted(), [
    'ALLOWED_ORIGINS',
    'EMBEDDING_DIMENSIONS',
    'HOST',
    'LOG_LEVEL',
    'MAX_ANSWER_TOKENS',
    'MicrosoftAppType',
    'OPENAI_BASE_URL',
    'OPENAI_CONTEXT_TOKENS',
    'OPENAI_MODEL',
    'PORT',
    'PUBLIC_URL',
  ]);
});

test('a mistake says what would be right, and never repeats a secret', () => {
  const [mistake] = mistakesIn({ PORT: '3978.5' });
  assert.equal(mistake, 'PORT: must be a whole number from 0 to 65535');
  const secrets = { OPENAI_API_KEY: 'sk-secret', MicrosoftAppPassword: 'hunter2' };
  const text = mistakesIn({ ...secrets, PORT: 'x', MicrosoftAppId: 'id' }).join();
  assert.doesNotMatch(text, /sk-secret|hunter2/);
});

test('numbers are whole numbers in digits, within their limits', () => {
  for (const PORT of ['-1', '65536', '1e3', '0x50', '80 81', 'NaN', '3978.0'])
    assert.deepEqual(refusedIn({ PORT }), ['PORT'], PORT);
  assert.equal(readConfig({ PORT: '0' }).port, 0);
  assert.equal(readConfig({ PORT: '65535' }).port, 65_535);
});

const appId = '00000000-0000-0000-0000-000000000001';
const singleTenant = {
  MicrosoftAppId: appId,
  MicrosoftAppPassword: 'secret',
  MicrosoftAppTenantId: 'tenant',
};

test('another address than this machine needs a bot that checks who calls', () => {
  for (const HOST of ['0.0.0.0', '::', '192.168.1.5', 'mentor.example.org'])
    assert.deepEqual(refusedIn({ HOST }), ['HOST'], HOST);
  for (const HOST of ['127.0.0.1', 'localhost', '::1'])
    assert.equal(readConfig({ HOST }).host, HOST);
  assert.equal(readConfig({ HOST: '0.0.0.0', ...singleTenant }).host, '0.0.0.0');
});

test('each type of app registration needs what it signs with', () => {
  assert.deepEqual(refusedIn({ MicrosoftAppId: appId }), [
    'MicrosoftAppPassword',
    'MicrosoftAppTenantId',
  ]);
  assert.deepEqual(refusedIn({ MicrosoftAppId: appId, MicrosoftAppType: 'MultiTenant' }), [
    'MicrosoftAppPassword',
  ]);
  const managed = { MicrosoftAppId: appId, MicrosoftAppType: 'UserAssignedMSI' };
  assert.deepEqual(refusedIn(managed), ['MicrosoftAppTenantId']);
  assert.deepEqual(refusedIn({ ...managed, MicrosoftAppTenantId: 'tenant' }), []);
  assert.deepEqual(
    refusedIn({ ...managed, MicrosoftAppTenantId: 'tenant', MicrosoftAppPassword: 'secret' }),
    ['MicrosoftAppPassword'],
  );
  assert.deepEqual(readConfig(singleTenant).botFramework, {
    appId,
    appPassword: 'secret',
    appType: 'SingleTenant',
    tenantId: 'tenant',
  });
});

test('a model needs a server and a server needs a model', () => {
  assert.deepEqual(refusedIn({ OPENAI_API_KEY: 'k' }), ['OPENAI_MODEL']);
  assert.deepEqual(refusedIn({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }), ['OPENAI_MODEL']);
  assert.deepEqual(refusedIn({ OPENAI_MODEL: 'm' }), ['OPENAI_BASE_URL or OPENAI_API_KEY']);
  assert.deepEqual(refusedIn({ OPENAI_EMBEDDING_MODEL: 'm' }), [
    'OPENAI_BASE_URL or OPENAI_API_KEY',
  ]);
});

test('with a key alone the model is at OpenAI, with an address alone no key is asked for', () => {
  assert.deepEqual(readConfig({ OPENAI_API_KEY: 'k', OPENAI_MODEL: 'gpt-4o' }).model, {
    server: { kind: 'openai', baseUrl: 'https://api.openai.com/v1', apiKey: 'k' },
    model: 'gpt-4o',
    contextTokens: 16_000,
  });
  const local = readConfig({
    OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1',
    OPENAI_EMBEDDING_MODEL: 'nomic',
    EMBEDDING_DIMENSIONS: '768',
  });
  assert.equal(local.model, undefined);
  assert.deepEqual(local.embeddings, {
    server: { kind: 'openai', baseUrl: 'http://127.0.0.1:11434/v1', apiKey: 'none' },
    model: 'nomic',
    dimensions: 768,
  });
});

test('an embedding model in this process has no server, and takes no turns with one', () => {
  const LOCAL_EMBEDDING_MODEL = 'maker/model';
  assert.deepEqual(readConfig({ LOCAL_EMBEDDING_MODEL, EMBEDDING_DIMENSIONS: '384' }).embeddings, {
    model: LOCAL_EMBEDDING_MODEL,
    dimensions: 384,
  });
  assert.deepEqual(
    refusedIn({
      LOCAL_EMBEDDING_MODEL,
      OPENAI_API_KEY: 'k',
      OPENAI_EMBEDDING_MODEL: 'm',
    }),
    ['LOCAL_EMBEDDING_MODEL'],
  );
});

test('Azure OpenAI is named by its deployments, with a key or with the identity', () => {
  const settings = {
    AZURE_OPENAI_ENDPOINT: 'https://r.openai.azure.com',
    AZURE_OPENAI_DEPLOYMENT: 'gpt-4o',
    AZURE_OPENAI_FAST_DEPLOYMENT: 'gpt-4o-mini',
    AZURE_OPENAI_EMBEDDING_DEPLOYMENT: 'embed',
  };
  const server = {
    kind: 'azure-openai',
    endpoint: 'https://r.openai.azure.com',
    apiVersion: '2024-10-21',
  };
  const { model, embeddings } = readConfig(settings);
  assert.deepEqual(model, {
    server,
    model: 'gpt-4o',
    fastModel: 'gpt-4o-mini',
    contextTokens: 16_000,
  });
  assert.deepEqual(embeddings, { server, model: 'embed', dimensions: 1536 });
  const keyed = readConfig({ ...settings, AZURE_OPENAI_API_KEY: 'k' });
  assert.deepEqual(keyed.model?.server, { ...server, apiKey: 'k' });
});

test('answer and reserve leave room for a prompt in the window', () => {
  const window = {
    OPENAI_CONTEXT_TOKENS: '4000',
    MAX_ANSWER_TOKENS: '2500',
    RESERVE_TOKENS: '500',
  };
  assert.equal(readConfig(window).maxAnswerTokens, 2_500);
  assert.deepEqual(refusedIn({ ...window, RESERVE_TOKENS: '501' }), ['MAX_ANSWER_TOKENS']);
});

test('the number of messages is limited where others reach the server, or where it is asked for', () => {
  const messagesIn = (environment: Environment) => readConfig(environment).messagesPerMinute;
  assert.equal(messagesIn({}), undefined);
  assert.equal(messagesIn({ PUBLIC_URL: 'https://mentor.example' }), 60);
  assert.equal(messagesIn(singleTenant), 60);
  assert.equal(messagesIn({ RATE_LIMIT_PER_MINUTE: '5' }), 5);
  assert.equal(messagesIn({ ...singleTenant, RATE_LIMIT_PER_MINUTE: '0' }), undefined);
});

test('origins are lists of whatever separators, without paths', () => {
  const { allowedOrigins } = readConfig({
    ALLOWED_ORIGINS: 'https://A.example.org/, http://127.0.0.1:8080\nhttps://b.example',
  });
  assert.deepEqual(allowedOrigins, [
    'https://a.example.org',
    'http://127.0.0.1:8080',
    'https://b.example',
  ]);
  for (const ALLOWED_ORIGINS of ['*', 'example.org', 'https://a.example/?q', 'javascript:alert(1)'])
    assert.deepEqual(refusedIn({ ALLOWED_ORIGINS }), ['ALLOWED_ORIGINS'], ALLOWED_ORIGINS);
});

test('the public address ends without a slash', () => {
  assert.equal(
    readConfig({ PUBLIC_URL: 'https://m.example/chat//' }).publicUrl,
    'https://m.example/chat',
  );
});

test('nobody can change the settings afterwards', () => {
  const config = readConfig({
    ...singleTenant,
    OPENAI_API_KEY: 'k',
    OPENAI_MODEL: 'm',
    OPENAI_EMBEDDING_MODEL: 'e',
    ALLOWED_ORIGINS: 'https://a.example',
  });
  const parts = [
    config,
    config.botFramework,
    config.model,
    config.embeddings,
    config.allowedOrigins,
  ];
  for (const part of parts) assert.ok(Object.isFrozen(part));
});

test('.env.example lists exactly the settings, each commented out, with its meaning and its default', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const listed = lines.flatMap((line, index) => {
    const name = /^#([A-Za-z_]+)=(.+)$/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, explanation: lines[index - 1] ?? '' }];
  });
  assert.deepEqual(
    listed.map(({ name }) => name).toSorted(),
    Object.keys(settingsSchema.shape).toSorted(),
  );
  for (const { name, explanation } of listed) assert.match(explanation, /^# .*Default: /, name);
  assert.ok(lines.every((line) => line === '' || line.startsWith('#')));
});

test('the examples of .env.example are themselves right', () => {
  const example = Object.fromEntries(
    [...readFileSync('.env.example', 'utf8').matchAll(/^#([A-Za-z_]+)=(.+)$/gm)].map(
      ([, name = '', value]) => [name, value],
    ),
  );
  /** Only one server can write the answers, and only one model embed, so their examples are tried one at a time. */
  const { LOCAL_EMBEDDING_MODEL: _local, ...served } = example;
  const { OPENAI_MODEL: _openAi, ...withAzure } = served;
  const { AZURE_OPENAI_DEPLOYMENT: _azure, ...withOpenAi } = served;
  assert.deepEqual([mistakesIn(withAzure), mistakesIn(withOpenAi)], [[], []]);
  assert.match(mistakesIn(served).join(), /only one model can write/);
  assert.match(mistakesIn(example).join(), /LOCAL_EMBEDDING_MODEL: takes the place/);
});

test('a container of documents needs an account, and a name that a container can have', () => {
  const account = { AZURE_STORAGE_ACCOUNT_URL: 'https://a.blob.core.windows.net' };
  const AZURE_STORAGE_KNOWLEDGE_CONTAINER = 'knowledge';
  assert.equal(
    readConfig({ ...account, AZURE_STORAGE_KNOWLEDGE_CONTAINER }).knowledgeContainer,
    'knowledge',
  );
  assert.match(
    mistakesIn({ AZURE_STORAGE_KNOWLEDGE_CONTAINER }).join(),
    /AZURE_STORAGE_CONNECTION_STRING or AZURE_STORAGE_ACCOUNT_URL/,
  );
  for (const name of ['Knowledge', 'a', 'a--b', 'az://knowledge'])
    assert.deepEqual(refusedIn({ ...account, AZURE_STORAGE_KNOWLEDGE_CONTAINER: name }), [
      'AZURE_STORAGE_KNOWLEDGE_CONTAINER',
    ]);
});

test('Slack is switched on by its token, and needs what proves its calls or a way without calls', () => {
  const token = { SLACK_BOT_TOKEN: 'xoxb-1' };
  assert.equal(readConfig({}).slack, undefined);
  assert.deepEqual(readConfig({ ...token, SLACK_SIGNING_SECRET: 's' }).slack, {
    botToken: 'xoxb-1',
    signingSecret: 's',
    apiUrl: 'https://slack.com/api/',
  });
  const { slack } = readConfig({
    ...token,
    SLACK_APP_TOKEN: 'xapp-1',
    SLACK_API_URL: 'http://127.0.0.1:1/api',
  });
  assert.deepEqual([slack?.appToken, slack?.apiUrl], ['xapp-1', 'http://127.0.0.1:1/api/']);
  assert.deepEqual(refusedIn(token), ['SLACK_SIGNING_SECRET']);
  assert.deepEqual(refusedIn({ SLACK_SIGNING_SECRET: 's' }), ['SLACK_BOT_TOKEN']);
  assert.deepEqual(refusedIn({ ...token, SLACK_BOT_TOKEN: 'xoxp-1', SLACK_SIGNING_SECRET: 's' }), [
    'SLACK_BOT_TOKEN',
  ]);
});

test('turns wait in Service Bus by its connection string or its namespace, and each process has a role', () => {
  const connectionString = 'Endpoint=sb://bus.example/;SharedAccessKeyName=a;SharedAccessKey=b';
  assert.deepEqual(readConfig({ SERVICE_BUS_CONNECTION: connectionString }).serviceBus, {
    connectionString,
  });
  const namespace = 'my-bus.servicebus.windows.net';
  assert.deepEqual(readConfig({ SERVICE_BUS_NAMESPACE: namespace }).serviceBus, { namespace });
  assert.equal(readConfig({}).serviceBus, undefined);
  assert.equal(readConfig({ ROLE: 'worker' }).role, 'worker');
  assert.deepEqual(
    refusedIn({ ROLE: 'boss', SERVICE_BUS_CONNECTION: 'sb', SERVICE_BUS_NAMESPACE: 'sb://x' }),
    ['ROLE', 'SERVICE_BUS_CONNECTION', 'SERVICE_BUS_NAMESPACE'],
  );
});

test('processes that serve the same page share a long key, and a Front Door is known by its id', () => {
  const key = 'k'.repeat(32);
  assert.equal(readConfig({ WEB_CHAT_SIGNING_KEY: key }).webChatSigningKey, key);
  assert.equal(readConfig({}).webChatSigningKey, undefined);
  const id = '0a1b2c3d-0000-4000-8000-00000000abcd';
  assert.equal(readConfig({ FRONT_DOOR_ID: id }).frontDoorId, id);
  assert.deepEqual(
    refusedIn({ WEB_CHAT_SIGNING_KEY: 'k'.repeat(31), FRONT_DOOR_ID: 'afd-mentor' }),
    ['WEB_CHAT_SIGNING_KEY', 'FRONT_DOOR_ID'],
  );
});
