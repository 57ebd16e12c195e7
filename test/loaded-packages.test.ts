import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startAiSearchServer } from '#test/helpers/ai-search-server.ts';
import { startAzureOpenAiServer } from '#test/helpers/azure-openai-server.ts';
import { startAzurite } from '#test/helpers/azurite.ts';
import { startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { startRedisServer, whyNoRedis } from '#test/helpers/redis-server.ts';
import { startProgram } from '#test/helpers/start-program.ts';

/**
 * What only a service away from this machine needs. Bot Framework loads `@azure/identity` by itself, for the tokens of its
 * own channels.
 */
const servicePackages = new Set([
  '@azure/cosmos',
  '@azure/keyvault-secrets',
  '@azure/monitor-opentelemetry',
  '@azure/openai',
  '@azure/search-documents',
  '@azure/service-bus',
  '@azure/storage-blob',
  '@opentelemetry/exporter-metrics-otlp-http',
  '@opentelemetry/exporter-trace-otlp-http',
  '@redis/client',
  'applicationinsights',
  'botbuilder-azure-blobs',
  'cockatiel',
  'gpt-tokenizer',
  'openai',
  'redis',
  'undici',
]);

const recorder = pathToFileURL(join(import.meta.dirname, 'helpers', 'record-packages.ts')).href;

describe('the packages that a start loads', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-packages-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  /** Starts and ends the program with these settings; resolves to what it loaded for services. */
  const loadedWith = async (
    name: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<string[]> => {
    const file = join(folder, `${name}.json`);
    const program = await startProgram({
      dataFolder: join(folder, name),
      environment: {
        NODE_OPTIONS: `--import ${recorder}`,
        RECORD_PACKAGES: file,
        ...environment,
      },
    });
    assert.equal(await program.stop(), 0);
    const loaded = JSON.parse(await readFile(file, 'utf8')) as string[];
    assert.ok(loaded.includes('zod'), 'packages are recorded');
    return loaded.filter((name) => servicePackages.has(name));
  };

  it('are none of a service where none is set', async () => {
    assert.deepEqual(await loadedWith('embedded', {}), []);
  });

  it('are those of Azure AI Search where only that is set', async () => {
    const server = await startAiSearchServer();
    const loaded = await loadedWith('search', {
      AZURE_SEARCH_ENDPOINT: server.endpoint,
      AZURE_SEARCH_API_KEY: server.adminKey,
    });
    await server.close();
    assert.deepEqual(loaded, ['@azure/search-documents', 'cockatiel']);
  });

  it('are those of Cosmos DB where only that is set', async () => {
    const server = await startCosmosEmulator();
    const loaded = await loadedWith('cosmos', {
      AZURE_COSMOS_ENDPOINT: server.endpoint,
      AZURE_COSMOS_KEY: server.key,
    });
    await server.close();
    assert.deepEqual(loaded, ['@azure/cosmos', 'cockatiel']);
  });

  it('are those of Blob Storage where only that is set', async () => {
    const server = await startAzurite();
    const loaded = await loadedWith('blobs', {
      AZURE_STORAGE_CONNECTION_STRING: server.connectionString,
    });
    await server.close();
    assert.deepEqual(loaded, ['@azure/storage-blob', 'botbuilder-azure-blobs', 'cockatiel']);
  });

  it('are those of Azure OpenAI where only that is set', async () => {
    const server = await startAzureOpenAiServer();
    const loaded = await loadedWith('models', {
      AZURE_OPENAI_ENDPOINT: server.endpoint,
      AZURE_OPENAI_API_KEY: server.apiKey,
      AZURE_OPENAI_DEPLOYMENT: 'gpt-4o',
    });
    await server.close();
    assert.deepEqual(loaded, ['cockatiel', 'gpt-tokenizer', 'openai', 'undici']);
  });

  const skip = process.env['CI'] === undefined && whyNoRedis();
  it('are those of Redis where only that is set', { skip }, async () => {
    const server = await startRedisServer();
    const loaded = await loadedWith('redis', { REDIS_URL: server.url });
    await server.kill();
    assert.deepEqual(loaded, ['@redis/client', 'cockatiel', 'redis']);
  });
});
