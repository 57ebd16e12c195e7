import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Activity, TranscriptStore } from 'botbuilder';
import { openCosmosDatabase } from '#services/azure/cosmos-database.ts';
import { createCosmosConversationStore } from '#services/conversations/azure-cosmos.ts';
import { createBlobTranscriptStore } from '#services/transcripts/azure-blobs.ts';
import { type AiSearchServer, startAiSearchServer } from '#test/helpers/ai-search-server.ts';
import {
  type AzureOpenAiServer,
  startAzureOpenAiServer,
} from '#test/helpers/azure-openai-server.ts';
import { type Azurite, azuriteConnection, startAzurite } from '#test/helpers/azurite.ts';
import { cardWords } from '#test/helpers/bot-harness.ts';
import { type CosmosEmulator, startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import {
  connectClient,
  type ReceivedActivity,
  type TestClient,
} from '#test/helpers/direct-line-client.ts';
import { openSession, type WebChatSession } from '#test/helpers/direct-line-http.ts';
import { type FaultProxy, startFaultProxy } from '#test/helpers/fault-proxy.ts';
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
  return String((await askForMessage(client, question)).text);
}

async function askForMessage(client: TestClient, question: string): Promise<ReceivedActivity> {
  const postedId = await client.say(question);
  return await client.waitFor(
    ({ type, from, channelData, ...activity }) =>
      type === 'message' &&
      from.role === 'bot' &&
      activity['replyToId'] === postedId &&
      channelData?.['streamType'] === 'final',
  );
}

interface HealthReport {
  readonly waitingWrites: number;
  readonly dependencies: readonly { readonly name: string; readonly status: string }[];
}

async function readReport({ origin }: Program): Promise<HealthReport> {
  const response = await fetch(`${origin}/health/ready`);
  assert.equal(response.status, 200, 'a service that is away hinders nobody');
  return (await response.json()) as HealthReport;
}

/** Waits until nothing waits any more and every service is found to be there. */
async function untilCaughtUp(program: Program): Promise<HealthReport> {
  for (;;) {
    const report = await readReport(program);
    const isWell = report.dependencies.every(({ status }) => status === 'up');
    if (report.waitingWrites === 0 && isWell) return report;
    await wait(500);
  }
}

/** A turn is kept after its answer was sent: reads until there are so many, or more. */
async function untilWhole<Item>(
  count: number,
  read: () => Promise<readonly Item[]>,
): Promise<readonly Item[]> {
  for (;;) {
    const items = await read();
    if (items.length >= count) return items;
    await wait(100);
  }
}

async function readTranscript(
  transcripts: TranscriptStore,
  conversationId: string,
): Promise<(string | undefined)[]> {
  const texts: (string | undefined)[] = [];
  let token: string | undefined;
  do {
    const page = await transcripts.getTranscriptActivities('directline', conversationId, token);
    texts.push(...page.items.map(({ text }) => text));
    token = page.continuationToken;
  } while (token);
  return texts;
}

const skip = process.env['CI'] === undefined && whyNoRedis();

/** The real program with every service in Azure, by settings alone. */
describe('the program on Azure', { skip }, () => {
  let folder: string;
  let azurite: Azurite;
  let blobProxy: FaultProxy;
  let cosmos: CosmosEmulator;
  let cosmosProxy: FaultProxy;
  let search: AiSearchServer;
  let searchProxy: FaultProxy;
  let models: AzureOpenAiServer;
  let modelsProxy: FaultProxy;
  let redis: RedisServer;
  let program: Program;

  const start = () =>
    startProgram({
      dataFolder: folder,
      environment: {
        AZURE_SEARCH_ENDPOINT: `http://127.0.0.1:${searchProxy.port}`,
        AZURE_SEARCH_API_KEY: search.adminKey,
        AZURE_COSMOS_ENDPOINT: `http://127.0.0.1:${cosmosProxy.port}/`,
        AZURE_COSMOS_KEY: cosmos.key,
        AZURE_STORAGE_CONNECTION_STRING: azuriteConnection(blobProxy.port),
        AZURE_OPENAI_ENDPOINT: `http://127.0.0.1:${modelsProxy.port}`,
        AZURE_OPENAI_API_KEY: models.apiKey,
        AZURE_OPENAI_DEPLOYMENT: 'gpt-4o',
        AZURE_OPENAI_FAST_DEPLOYMENT: 'gpt-4o-mini',
        AZURE_OPENAI_EMBEDDING_DEPLOYMENT: 'text-embedding-3-small',
        EMBEDDING_DIMENSIONS: '8',
        REDIS_URL: redis.url,
      },
    });

  const openTalk = ({ token }: WebChatSession) =>
    connectClient({ domain: `${program.origin}/v3/directline`, token });

  /** From the beginning of the conversation on. */
  const resumeTalk = ({ token, conversationId }: WebChatSession) =>
    connectClient({
      domain: `${program.origin}/v3/directline`,
      token,
      conversationId,
      watermark: '',
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
    [blobProxy, cosmosProxy, searchProxy, modelsProxy] = await Promise.all([
      startFaultProxy(azurite.port),
      startFaultProxy(cosmos.port),
      startFaultProxy(Number(new URL(search.endpoint).port)),
      startFaultProxy(Number(new URL(models.endpoint).port)),
    ]);
    program = await start();
  });

  after(async () => {
    // Where it never became ready, the rest must end all the same.
    await Promise.allSettled([program?.stop()]);
    await Promise.all(
      [blobProxy, cosmosProxy, searchProxy, modelsProxy].map((proxy) => proxy.close()),
    );
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
    const client = openTalk(session);
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
    const returning = resumeTalk(again);
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
    const client = openTalk(session);
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

  it('keeps nothing of a conversation on the machine once it was answered: only what waits, and its own figures', async () => {
    const kept = (await readdir(folder)).filter((name) => /sqlite/.test(name));
    assert.deepEqual(
      kept.filter((name) => !/^(waiting-writes|turns|monitoring)\.sqlite/.test(name)),
      [],
    );
  });

  it('answers each of ten turns honestly while one service after another goes away, and stores every message once', async (context) => {
    const session = await openSession(program.origin);
    const client = openTalk(session);
    context.after(() => client.end());
    const asked: string[] = [];
    /** Asks; resolves to the answer's text and all that its card says. */
    const turn = async (question: string) => {
      asked.push(question);
      const message = await askForMessage(client, question);
      return { text: String(message.text), card: cardWords(message as unknown as Activity) };
    };
    const forgotten = /could not look at our earlier conversation/;

    const whole = await turn('what does a data engineer do?');
    assert.doesNotMatch(whole.card, /just now/);

    models.chatOfWith('gpt-4o', ...Array.from({ length: 3 }, () => ({ status: 503 })));
    const withoutModel = await turn('what does a product manager for AI do?');
    assert.match(withoutModel.text, /\[1\]/);
    assert.match(withoutModel.card, /language model is not answering just now/);

    search.faults.fail({ type: 'status', status: 503 }, { times: Number.POSITIVE_INFINITY });
    const withoutSearch = await turn('how do I write a resume for AI jobs?');
    assert.match(withoutSearch.text, /cannot reach my sources/);
    assert.doesNotMatch(withoutSearch.text, /\[1\]/);
    search.faults.clear();
    const again = await turn('which projects belong in a portfolio?');
    assert.doesNotMatch(again.card, /just now/);

    cosmosProxy.fail({ status: 503 });
    for (const question of ['how do I learn python?', 'what is a vector database?'])
      assert.match((await turn(question)).card, forgotten);
    assert.ok((await readReport(program)).waitingWrites > 0);
    cosmosProxy.heal();

    blobProxy.fail('gone');
    for (const question of ['how do I ask for a raise?', 'what is prompt engineering?'])
      assert.match((await turn(question)).text, /\S/);
    blobProxy.heal();

    await redis.kill();
    assert.match((await turn('what is a technical screen?')).text, /\S/);
    await redis.start();

    // Each circuit tries its service again after a minute.
    const caughtUp = await untilCaughtUp(program);
    assert.deepEqual(
      caughtUp.dependencies.filter(({ status }) => status !== 'up'),
      [],
    );
    const last = await turn('how do I grow into a staff engineer?');
    assert.doesNotMatch(last.card, forgotten);
    assert.equal(asked.length, 10);

    const userTexts = (texts: readonly (string | undefined)[]) =>
      texts.filter((text) => asked.some((question) => question === text));
    const database = openCosmosDatabase({
      endpoint: cosmos.endpoint,
      access: { key: cosmos.key },
      databaseId: 'career-mentor',
    });
    const conversations = createCosmosConversationStore(database);
    // The turn without sources has no answer; what was asked is kept all the same.
    const answers = asked.length - 1;
    const messages = await untilWhole(asked.length + answers, async () => {
      const key = `directline:${session.conversationId}`;
      return (await conversations.listMessages(key, { limit: 200 })).messages;
    });
    database.close();
    assert.deepEqual(
      messages.filter(({ role }) => role === 'user').map(({ content }) => content),
      asked,
    );
    assert.equal(messages.filter(({ role }) => role === 'assistant').length, answers);
    assert.equal(new Set(messages.map(({ messageId }) => messageId)).size, messages.length);

    const transcripts = createBlobTranscriptStore({
      access: { connectionString: azurite.connectionString },
    });
    const said = await untilWhole(asked.length, async () =>
      userTexts(await readTranscript(transcripts, session.conversationId)),
    );
    assert.deepEqual(said, asked);

    const resumed = await openSession(program.origin, { resumeToken: session.resumeToken });
    const returning = resumeTalk(resumed);
    context.after(() => returning.end());
    for (const question of asked) await returning.waitFor(({ text }) => text === question);
    assert.deepEqual(userTexts(returning.received.map(({ text }) => text)), asked);
  });

  it('answers from the articles when the model dies in the middle of its words, and admits it when search is gone', async (context) => {
    const session = await openSession(program.origin);
    const client = openTalk(session);
    context.after(() => client.end());
    modelsProxy.fail('cut');
    const cut = await askForMessage(client, 'what does an analytics engineer do?');
    assert.match(cardWords(cut as unknown as Activity), /just now|not finish|cut off/);
    modelsProxy.fail('gone');
    const withoutModel = await askForMessage(client, 'how do I prepare for a phone screen?');
    assert.match(String(withoutModel.text), /\[1\]/);
    modelsProxy.heal();

    searchProxy.fail('gone');
    const withoutSearch = await ask(client, 'how do I choose a first project?');
    assert.match(withoutSearch, /cannot reach my sources/);
    assert.doesNotMatch(withoutSearch, /\[1\]/);
    searchProxy.heal();
    await untilCaughtUp(program);
    assert.doesNotMatch(
      await ask(client, 'how do I build a portfolio?'),
      /cannot reach my sources/,
    );
  });

  it('runs on with every service switched off, and has all it had when they are switched on again', async () => {
    const question = 'what does a data analyst do?';
    const onAzure = await openSession(program.origin);
    const client = openTalk(onAzure);
    assert.match(await ask(client, question), /\S/);
    client.end();
    assert.equal(await program.stop(), 0);

    program = await startProgram({ dataFolder: folder });
    const { dependencies } = await readReport(program);
    assert.doesNotMatch(JSON.stringify(dependencies), /azure|cosmos|blob|redis/i);
    const onLaptop = await openSession(program.origin);
    const local = openTalk(onLaptop);
    assert.match(await ask(local, question), /\[1\]/);
    local.end();
    assert.equal(await program.stop(), 0);

    program = await start();
    const resumed = await openSession(program.origin, { resumeToken: onAzure.resumeToken });
    assert.equal(resumed.conversationId, onAzure.conversationId);
    const returning = resumeTalk(resumed);
    await returning.waitFor(({ text, from }) => text === question && from.role !== 'bot');
    assert.match(await ask(returning, 'how do I become a data scientist?'), /\S/);
    returning.end();
  });
});
