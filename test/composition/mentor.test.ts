import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { openCore } from '#composition/core.ts';
import { readConfig } from '#config.ts';
import { startOpenAiServer } from '#test/helpers/openai-server.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

/** Asks one question twice; resolves to what the model was asked. */
async function askTwice(settings: Record<string, string>) {
  const server = await startOpenAiServer();
  const folder = createTemporaryFolder();
  const config = readConfig({
    DATA_DIR: folder.path,
    KNOWLEDGE_DIR: resolve('knowledge'),
    OPENAI_BASE_URL: server.baseUrl,
    OPENAI_MODEL: 'gpt-test',
    ...settings,
  });
  const core = await openCore(config, silentLogger);
  try {
    await core.publishBuiltInArticles();
    const question = {
      text: 'What is retrieval augmented generation?',
      conversationId: 'c',
      history: [],
    };
    for (let time = 0; time < 2; time += 1) {
      server.chatWith({
        pieces: ['Retrieval augmented generation gives a model passages to read [1].'],
      });
      await Array.fromAsync(core.answerQuestion(question));
    }
    return server.journal.map(({ body }) => body);
  } finally {
    await core.close();
    await server.close();
    folder.remove();
  }
}

const lengthOf = (body: Readonly<Record<string, unknown>> | undefined) =>
  JSON.stringify(body?.['messages']).length;

test('an answer may be so long as MAX_ANSWER_TOKENS says, and serves again', async () => {
  const usual = await askTwice({});
  assert.deepEqual(
    usual.map((body) => body['max_tokens']),
    [1_000],
  );
  const short = await askTwice({ MAX_ANSWER_TOKENS: '77' });
  assert.deepEqual(
    short.map((body) => body['max_tokens']),
    [77],
  );
});

test('ANSWER_CACHE_SECONDS=0 asks the model every time', async () => {
  assert.equal((await askTwice({ ANSWER_CACHE_SECONDS: '0' })).length, 2);
});

test('RESERVE_TOKENS leaves less room for the prompt', async () => {
  const window = { OPENAI_CONTEXT_TOKENS: '4000' };
  const [whole] = await askTwice(window);
  const [reserved] = await askTwice({ ...window, RESERVE_TOKENS: '2000' });
  assert.ok(lengthOf(reserved) < lengthOf(whole), `${lengthOf(reserved)} and ${lengthOf(whole)}`);
});
