import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type AiSearchServer, startAiSearchServer } from '#test/helpers/ai-search-server.ts';
import {
  type AzureOpenAiServer,
  startAzureOpenAiServer,
} from '#test/helpers/azure-openai-server.ts';
import { type Azurite, startAzurite } from '#test/helpers/azurite.ts';
import { type CosmosEmulator, startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { connectClient, type TestClient } from '#test/helpers/direct-line-client.ts';
import { openSession } from '#test/helpers/direct-line-http.ts';
import { type RedisServer, startRedisServer, whyNoRedis } from '#test/helpers/redis-server.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

const questions = [
  'how do I become an ML engineer?',
  'and for seniors?',
  'should I learn langchain?',
  'how do I negotiate a job offer?',
  'do I need a degree to work in AI?',
] as const;

/** Asks in words and waits for the whole answer. */
async function ask(client: TestClient, question: string): Promise<string> {
  const postedId = await client.say(question);
  const answer = await client.waitFor(
    ({ type, from, channelData, ...activity }) =>
      type === 'message' &&
      from.role === 'bot' &&
      activity['replyToId'] === postedId &&
      channelData?.['streamType'] === 'final',
  );
  return String(answer.text);
}

const skip = process.env['CI'] === undefined && whyNoRedis();

/** The real program with every service in Azure, by settings alone. */
describe('the program on Azure', { skip }, () => {
  let folder: string;
  let azurite: Azurite;
  let cosmos: CosmosEmulator;
  let search: AiSearchServer;
  let models: AzureOpenAiServer;
  let redis: RedisServer;
  let program: Program;

  const start = () =>
    startProgram({
      dataFolder: folder,
      environment: {
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
      },
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-azure-'));
    [azurite, cosmos, search, models, redis] = await Promise.all([
      startAzurite(),
      startCosmosEmulator(),
      startAiSearchServer(),
      startAzureOpenAiServer(),
      startRedisServer(),
    ]);
    program = await start();
  });

  after(async () => {
    await program.stop();
    await Promise.all([
      azurite.close(),
      cosmos.close(),
      search.close(),
      models.close(),
      redis.kill(),
    ]);
    await rm(folder, { recursive: true, force: true });
  });

  it('answers with sources, keeps every turn once, and goes on after a restart', async () => {
    const session = await openSession(program.origin);
    const client = connectClient({
      domain: `${program.origin}/v3/directline`,
      token: session.token,
    });
    models.chatOfWith('gpt-4o', {
      pieces: ['An ML engineer builds and looks after ', 'machine learning models [1].'],
    });
    assert.match(await ask(client, questions[0]), /looks after machine learning models \[1\]/);
    for (const question of questions.slice(1)) assert.notEqual(await ask(client, question), '');
    client.end();

    assert.equal(await program.stop(), 0);
    program = await start();
    const again = await openSession(program.origin, { resumeToken: session.resumeToken });
    assert.equal(again.conversationId, session.conversationId);
    const returning = connectClient({
      domain: `${program.origin}/v3/directline`,
      token: again.token,
      conversationId: again.conversationId,
      watermark: '',
    });
    for (const question of questions)
      await returning.waitFor(({ text, from }) => text === question && from.role !== 'bot');
    const mine = returning.received.filter(({ text }) =>
      questions.some((question) => question === text),
    );
    assert.equal(mine.length, questions.length);
    returning.end();
  });

  it('says what is down, answers from the articles meanwhile, and recovers', async (context) => {
    const session = await openSession(program.origin);
    const client = connectClient({
      domain: `${program.origin}/v3/directline`,
      token: session.token,
    });
    context.after(() => client.end());
    await redis.kill();
    models.chatOfWith('gpt-4o', ...Array.from({ length: 3 }, () => ({ status: 503 })));
    const degraded = await ask(client, 'what does an MLOps engineer do?');
    assert.match(degraded, /\[1\]/);
    await redis.start();

    search.faults.fail({ type: 'status', status: 503 }, { times: Number.POSITIVE_INFINITY });
    const honest = await ask(client, 'how do I prepare for a behavioral interview?');
    assert.match(honest, /cannot reach my sources/);
    search.faults.clear();
    assert.match(await ask(client, 'how do I prepare for a system design interview?'), /\S/);
  });

  it('keeps nothing on the machine but its key', async () => {
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('sqlite')),
      [],
    );
  });
});
