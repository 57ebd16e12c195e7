import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { resolve } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createAzureAiSearchIndex } from '#services/knowledge-index/azure-ai-search.ts';
import { type AiSearchServer, startAiSearchServer } from '#test/helpers/ai-search-server.ts';
import {
  type AzureOpenAiServer,
  startAzureOpenAiServer,
} from '#test/helpers/azure-openai-server.ts';
import { type Azurite, azuriteConnection, startAzurite } from '#test/helpers/azurite.ts';
import { type CosmosEmulator, startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { startIdentityServer } from '#test/helpers/identity-server.ts';
import { startKeyVaultServer } from '#test/helpers/key-vault-server.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { type RedisServer, startRedisServer, whyNoRedis } from '#test/helpers/redis-server.ts';
import { runCommand } from '#test/helpers/run-command.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly setting?: string;
    readonly latencyMs: number;
  }[];
  readonly embedded: readonly string[];
}

describe('npm run doctor', () => {
  const folder = createTemporaryFolder();
  after(() => folder.remove());

  /** Runs the command where only the articles are those of the program. */
  const run = (words: readonly string[], environment: Record<string, string> = {}) =>
    runCommand(resolve('cli/doctor.ts'), words, {
      folder: folder.path,
      environment: { PORT: '0', KNOWLEDGE_DIR: resolve('knowledge'), ...environment },
    });
  async function examine(environment: Record<string, string>) {
    const { stdout, stderr, status } = await run(['--json'], environment);
    assert.equal(stderr, '');
    const report = JSON.parse(stdout) as Report;
    const find = (name: string) => report.checks.find((check) => check.name === name);
    return { report, status, stdout, find };
  }

  it('finds a bare machine fine, one line for each check and one for what is embedded', async () => {
    const { stdout, stderr, status } = await run([]);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const lines = stdout.trimEnd().split('\n');
    const expected = [
      /^ok {7}settings: 2 set \(tried /,
      /^ok {7}Node\.js: version 24/,
      /^(ok {6}|warning) data directory: [\d,]+ MB free; the first start makes the folder \(/,
      /^ok {7}port: a free port will be taken \(/,
      /^ok {7}knowledge folder: \d+ articles, all valid \(tried reading all articles, \d+ ms\)$/,
      /^embedded answers.*; knowledge index; conversations and profiles; bot state and transcripts; cache/,
      /^$/,
      /^Everything that is configured works\.$/,
    ];
    assert.equal(lines.length, expected.length, stdout);
    for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? '', pattern);
  });

  it('tells how it is used where it does not understand', async () => {
    for (const words of [['--loud'], ['now'], ['--timeout', 'soon'], ['--timeout', '0']]) {
      const { stderr, status } = await run(words);
      assert.equal(status, 2);
      assert.match(stderr, /^Usage: npm run doctor/);
    }
  });

  it('lists every mistake in the settings, and says which name is likely misspelt', async () => {
    const { status, find } = await examine({ PORT: 'abc', LOG_LEVEL: 'loud' });
    assert.equal(status, 1);
    assert.match(find('settings')?.message ?? '', /2 mistakes:\n {2}- PORT: .*\n {2}- LOG_LEVEL: /);
    const misspelt = await examine({ AZURE_SEARCH_ENDPIONT: 'https://s.search.windows.net' });
    assert.equal(misspelt.status, 0);
    assert.match(
      misspelt.find('settings')?.message ?? '',
      /AZURE_SEARCH_ENDPIONT is none: is AZURE_SEARCH_ENDPOINT meant\?/,
    );
  });

  it('says that a port is taken, a folder cannot be used, and articles are missing', async (t) => {
    const other = createServer((_request, response) => response.end('something else'));
    const port = await listenLocally(other);
    t.after(() => stopServer(other));
    const { status, find } = await examine({
      PORT: String(port),
      DATA_DIR: resolve('package.json'),
      KNOWLEDGE_DIR: resolve('test'),
    });
    assert.equal(status, 1);
    assert.match(find('port')?.message ?? '', /in use by another program; stop that, or set PORT/);
    assert.match(find('data directory')?.message ?? '', /cannot write to .*check DATA_DIR/);
    assert.match(find('knowledge folder')?.message ?? '', /check KNOWLEDGE_DIR/);
  });

  it('takes a port for fine where Career Mentor itself listens', async (t) => {
    const running = createServer((_request, response) => response.end('{"status":"live"}'));
    const port = await listenLocally(running);
    t.after(() => stopServer(running));
    const { status, find } = await examine({ PORT: String(port) });
    assert.equal(status, 0);
    assert.equal(find('port')?.message, 'Career Mentor runs there already');
  });

  it('says of a name that does not resolve, of a port where nobody is, and of a server without TLS', async (t) => {
    const plain = createServer();
    const port = await listenLocally(plain);
    t.after(() => stopServer(plain));
    const unresolved = await examine({
      OPENAI_BASE_URL: 'http://nowhere.invalid/v1',
      OPENAI_MODEL: 'm',
      AZURE_SEARCH_ENDPOINT: `https://127.0.0.1:${port}`,
      AZURE_SEARCH_API_KEY: 'search-key',
      AZURE_COSMOS_ENDPOINT: 'http://127.0.0.1:1/',
      AZURE_COSMOS_KEY: Buffer.from('cosmos-key').toString('base64'),
    });
    assert.equal(unresolved.status, 1);
    assert.match(
      unresolved.find('chat model')?.message ?? '',
      /check OPENAI_BASE_URL\. The name nowhere\.invalid does not resolve\./,
    );
    assert.match(
      unresolved.find('Azure AI Search')?.message ?? '',
      /check AZURE_SEARCH_ENDPOINT .*nothing speaks TLS/i,
    );
    assert.match(
      unresolved.find('Azure Cosmos DB')?.message ?? '',
      /check AZURE_COSMOS_ENDPOINT\. Nothing takes connections at 127\.0\.0\.1, port 1/,
    );
  });

  it('waits no longer than it may for a service that hangs', async (t) => {
    const silent = createServer(() => {});
    const port = await listenLocally(silent);
    t.after(() => stopServer(silent));
    // Long enough that what works on this machine answers in time, however busy it is.
    const { stdout, status } = await run(['--timeout', '4'], {
      OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`,
      OPENAI_MODEL: 'm',
    });
    assert.equal(status, 1);
    assert.match(
      stdout,
      /FAILED {3}chat model: there was no answer within 4 s; check OPENAI_BASE_URL/,
    );
    assert.match(stdout, /\n1 of \d+ do not work\.\n$/);
  });

  it('reads secrets from the key vault by the identity, and tries them', async (t) => {
    const models = await startAzureOpenAiServer();
    const vault = await startKeyVaultServer({ 'AZURE-OPENAI-API-KEY': models.apiKey });
    const { token } = (await vault.credential.getToken('')) ?? { token: '' };
    const identity = await startIdentityServer(() => token);
    t.after(() => Promise.all([models.close(), vault.close(), identity.close()]));
    const settings = {
      AZURE_KEY_VAULT_URL: vault.url,
      AZURE_OPENAI_ENDPOINT: models.endpoint,
      AZURE_OPENAI_DEPLOYMENT: 'gpt-4o',
    };
    const fine = await examine({ ...settings, ...identity.environment });
    assert.equal(fine.find('Azure Key Vault')?.message, 'it holds AZURE_OPENAI_API_KEY');
    assert.equal(fine.find('chat model')?.status, 'ok');
    assert.equal(fine.status, 0);
    await vault.close();
    const broken = await examine({ ...settings, ...identity.environment });
    assert.equal(broken.status, 1);
    assert.match(
      broken.find('Azure Key Vault')?.message ?? '',
      /check AZURE_KEY_VAULT_URL\. Nothing takes connections/,
    );
  });
});

const skip = process.env['CI'] === undefined && whyNoRedis();

describe('npm run doctor on Azure', { skip }, () => {
  const folder = createTemporaryFolder();
  let azurite: Azurite;
  let cosmos: CosmosEmulator;
  let search: AiSearchServer;
  let models: AzureOpenAiServer;
  let redis: RedisServer;
  let working: Record<string, string>;

  before(async () => {
    [azurite, cosmos, search, models, redis] = await Promise.all([
      startAzurite(),
      startCosmosEmulator(),
      startAiSearchServer(),
      startAzureOpenAiServer(),
      startRedisServer(),
    ]);
    working = {
      PORT: '0',
      KNOWLEDGE_DIR: resolve('knowledge'),
      AZURE_SEARCH_ENDPOINT: search.endpoint,
      AZURE_SEARCH_API_KEY: search.adminKey,
      AZURE_COSMOS_ENDPOINT: cosmos.endpoint,
      AZURE_COSMOS_KEY: cosmos.key,
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      AZURE_OPENAI_ENDPOINT: models.endpoint,
      AZURE_OPENAI_API_KEY: models.apiKey,
      AZURE_OPENAI_DEPLOYMENT: 'gpt-4o',
      AZURE_OPENAI_FAST_DEPLOYMENT: 'gpt-4o-mini',
      AZURE_OPENAI_EMBEDDING_DEPLOYMENT: 'text-embedding-3-small',
      EMBEDDING_DIMENSIONS: '8',
      REDIS_URL: redis.url,
    };
  });
  after(async () => {
    const stores = [azurite.close(), cosmos.close(), search.close(), models.close()];
    await Promise.all([...stores, redis.kill()]);
    folder.remove();
  });

  async function examine(changes: Record<string, string> = {}) {
    const { stdout, stderr, status } = await runCommand(resolve('cli/doctor.ts'), ['--json'], {
      folder: folder.path,
      environment: { ...working, ...changes },
    });
    assert.equal(stderr, '');
    const { checks } = JSON.parse(stdout) as Report;
    const find = (name: string) => checks.find((check) => check.name === name);
    return { checks, status, stdout, find };
  }
  const openIndex = (dimensions: number) =>
    createAzureAiSearchIndex({
      endpoint: search.endpoint,
      indexName: 'knowledge-base-index',
      apiKey: search.adminKey,
      dimensions,
      timeoutMs: 10_000,
      allowInsecureConnection: true,
    });

  it('before the first start, says what that will make, and makes nothing itself', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { checks, status, find } = await examine();
      assert.equal(status, 0);
      assert.deepEqual(
        checks.filter(({ status }) => status === 'failed'),
        [],
      );
      assert.match(
        find('Azure AI Search')?.message ?? '',
        /the first start makes it.*AZURE_SEARCH_INDEX/,
      );
      assert.match(
        find('Azure Cosmos DB')?.message ?? '',
        /the first start makes it.*AZURE_COSMOS_DATABASE/,
      );
      assert.match(
        find('Azure Blob Storage')?.message ?? '',
        /the first start makes what is missing/,
      );
    }
    assert.equal(search.indexes.size, 0);
    assert.ok(search.journal.every(({ method }) => method === 'GET'));
  });

  it('finds every service working, with what each holds', async () => {
    await openIndex(8).ensureIndex();
    const { status, find } = await examine();
    assert.equal(status, 0);
    const names = ['chat model', 'fast model', 'embeddings', 'Azure AI Search', 'Redis'];
    for (const name of names) assert.equal(find(name)?.status, 'ok', name);
    assert.equal(find('embeddings')?.message, 'vectors of 8 dimensions');
    assert.equal(find('Azure AI Search')?.message, '0 passages, vectors of 8 dimensions');
  });

  it('names the setting of every wrong key, and shows none of them', async () => {
    const wrong = {
      AZURE_SEARCH_API_KEY: 'wrong-search-key',
      AZURE_COSMOS_KEY: Buffer.from('wrong-cosmos-key').toString('base64'),
      AZURE_STORAGE_CONNECTION_STRING: azuriteConnection(
        azurite.port,
        Buffer.from('wrong-blob-key').toString('base64'),
      ),
      AZURE_OPENAI_API_KEY: 'wrong-model-key',
      REDIS_URL: redis.url.replace('redis://', 'redis://ada:wrong-redis-password@'),
    };
    const { status, stdout, find } = await examine(wrong);
    assert.equal(status, 1);
    const expected = {
      'chat model': 'AZURE_OPENAI_API_KEY',
      'fast model': 'AZURE_OPENAI_API_KEY',
      embeddings: 'AZURE_OPENAI_API_KEY',
      'Azure AI Search': 'AZURE_SEARCH_API_KEY',
      'Azure Cosmos DB': 'AZURE_COSMOS_KEY',
      'Azure Blob Storage': 'AZURE_STORAGE_CONNECTION_STRING',
      Redis: 'REDIS_URL',
    };
    for (const [name, setting] of Object.entries(expected)) {
      assert.equal(find(name)?.status, 'failed', name);
      assert.equal(find(name)?.setting, setting, name);
      assert.match(find(name)?.message ?? '', new RegExp(setting), name);
    }
    for (const secret of Object.values(wrong)) assert.ok(!stdout.includes(secret));
    assert.doesNotMatch(stdout, /wrong-|AccountKey|d3Jvbmct/);
  });

  it('names deployments that are not there, and vectors of another length', async () => {
    models.embedWith({ dimensions: 5 });
    const { status, find } = await examine({
      AZURE_OPENAI_DEPLOYMENT: 'gpt-9',
      AZURE_OPENAI_FAST_DEPLOYMENT: 'gpt-9-mini',
    });
    assert.equal(status, 1);
    assert.match(find('chat model')?.message ?? '', /no "gpt-9" .*AZURE_OPENAI_DEPLOYMENT/);
    assert.match(
      find('fast model')?.message ?? '',
      /no "gpt-9-mini" .*AZURE_OPENAI_FAST_DEPLOYMENT/,
    );
    assert.match(
      find('embeddings')?.message ?? '',
      /length 5 where 8 are wanted; set EMBEDDING_DIMENSIONS/,
    );
  });

  it('says what an index was made for, where it is another one', async () => {
    await openIndex(5).ensureIndex({ recreate: true });
    const { status, find } = await examine();
    assert.equal(status, 1);
    assert.match(
      find('Azure AI Search')?.message ?? '',
      /contentVector has 5 dimensions instead of 8.*EMBEDDING_DIMENSIONS.*npm run ingest -- --recreate/,
    );
    assert.equal(find('Azure AI Search')?.setting, 'EMBEDDING_DIMENSIONS');
    search.deleteIndex('knowledge-base-index');
  });

  it('says that Redis is gone', async () => {
    await redis.kill();
    const { status, find } = await examine();
    assert.equal(status, 1);
    assert.match(find('Redis')?.message ?? '', /check REDIS_URL\. Nothing takes connections/);
    await redis.start();
  });
});
