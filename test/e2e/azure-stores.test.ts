import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type AiSearchServer, startAiSearchServer } from '#test/helpers/ai-search-server.ts';
import { type Azurite, startAzurite } from '#test/helpers/azurite.ts';
import { type CosmosEmulator, startCosmosEmulator } from '#test/helpers/cosmos-emulator.ts';
import { connectClient } from '#test/helpers/direct-line-client.ts';
import { openSession } from '#test/helpers/direct-line-http.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

const questions = [
  'how do I become an ML engineer?',
  'and for seniors?',
  'should I learn langchain?',
  'how do I negotiate a job offer?',
  'what is the weather in paris?',
];

/** The real program with every store in Azure, by settings alone. */
describe('the program on Azure', () => {
  let folder: string;
  let azurite: Azurite;
  let cosmos: CosmosEmulator;
  let search: AiSearchServer;
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
      },
    });

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'career-mentor-azure-'));
    [azurite, cosmos, search] = await Promise.all([
      startAzurite(),
      startCosmosEmulator(),
      startAiSearchServer(),
    ]);
    program = await start();
  });

  after(async () => {
    await program.stop();
    await Promise.all([azurite.close(), cosmos.close(), search.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('answers with sources, keeps every turn once, and goes on after a restart', async () => {
    const session = await openSession(program.origin);
    const client = connectClient({
      domain: `${program.origin}/v3/directline`,
      token: session.token,
    });
    const answers: string[] = [];
    for (const question of questions) {
      const postedId = await client.say(question);
      const answer = await client.waitFor(
        ({ type, from, ...activity }) =>
          type === 'message' &&
          from.role === 'bot' &&
          (activity as { replyToId?: string }).replyToId === postedId &&
          (activity as { channelData?: { streamType?: string } }).channelData?.streamType ===
            'final',
      );
      answers.push(String(answer.text));
    }
    assert.match(answers[0] ?? '', /\[1\]/);
    assert.match(answers.at(-1) ?? '', /have no article/);
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
    const mine = returning.received.filter(({ text }) => questions.includes(String(text)));
    assert.equal(mine.length, questions.length);
    returning.end();
  });

  it('keeps nothing on the machine but its key', async () => {
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.includes('sqlite')),
      [],
    );
  });
});
