import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import type { Answer } from '#mentor/answer.ts';
import { type OpenAiServer, startOpenAiServer } from '#test/helpers/openai-server.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

describe('npm run ask', () => {
  const folder = createTemporaryFolder();
  let server: OpenAiServer;
  before(async () => {
    server = await startOpenAiServer();
  });
  after(async () => {
    await server.close();
    folder.remove();
  });

  /** Runs the command in an environment that holds nothing but these settings. */
  async function ask(words: readonly string[], settings: Record<string, string> = {}) {
    const child = spawn(process.execPath, ['cli/ask.ts', ...words], {
      env: { PATH: process.env['PATH'], DATA_DIR: folder.path, ...settings },
    });
    const [stdout, stderr, status] = await Promise.all([
      Array.fromAsync(child.stdout).then((chunks) => Buffer.concat(chunks).toString()),
      Array.fromAsync(child.stderr).then((chunks) => Buffer.concat(chunks).toString()),
      new Promise<number | null>((resolve) => {
        child.on('close', resolve);
      }),
    ]);
    return { stdout, stderr, status };
  }

  test('with --json it prints one answer with its citations, and nothing else', async () => {
    const { stdout, stderr, status } = await ask([
      '--json',
      'What is',
      'retrieval augmented generation?',
    ]);
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const answer = JSON.parse(stdout) as Answer;
    assert.equal(answer.state, 'grounded');
    assert.equal(answer.writtenBy, 'passages');
    assert.ok(answer.citations.length > 0);
    for (const { number, passage, sourceUrl, citedSentences } of answer.citations) {
      assert.ok(answer.text.includes(`[${number}]`));
      assert.match(sourceUrl, /^\/articles\//);
      for (const sentence of citedSentences) assert.ok(passage.includes(sentence));
    }
  });

  test('as text it reads in the order of the answer card', async () => {
    const { stdout, status } = await ask(['What is retrieval augmented generation?']);
    assert.equal(status, 0);
    const parts = ['[1]', '\n\nNext: ', '\n\nSources:\n  [1] ', '\n\nYou could ask:\n  - '];
    const places = parts.map((part) => stdout.indexOf(part));
    assert.ok(
      places.every((place) => place >= 0),
      stdout,
    );
    assert.deepEqual(
      places,
      places.toSorted((left, right) => left - right),
    );
    assert.ok(stdout.endsWith('\n'));
  });

  test('with a model it is the model that answers, from the articles it is given', async () => {
    server.chatWith({
      pieces: ['Retrieval augmented generation gives a model ', 'documents to answer from [1].'],
    });
    const { stdout, status } = await ask(['--json', 'What is retrieval augmented generation?'], {
      OPENAI_BASE_URL: server.baseUrl,
      OPENAI_MODEL: 'gpt-test',
    });
    assert.equal(status, 0);
    const answer = JSON.parse(stdout) as Answer;
    assert.equal(answer.writtenBy, 'model');
    assert.equal(answer.model, 'gpt-test');
    assert.equal(answer.citations.length, 1);
    assert.deepEqual(answer.tokens, { prompt: 21, answer: 7 });
    const messages = server.journal.at(-1)?.body['messages'] as { content: string }[] | undefined;
    assert.match(messages?.at(-1)?.content ?? '', /What is retrieval augmented generation\?/);
  });

  test('a model that refuses leaves the answer to the articles', async () => {
    server.chatWith({ status: 401 });
    const { stdout, status } = await ask(['--json', 'What is retrieval augmented generation?'], {
      OPENAI_BASE_URL: server.baseUrl,
      OPENAI_MODEL: 'gpt-test',
      LOG_LEVEL: '',
    });
    assert.equal(status, 0);
    const answer = JSON.parse(stdout) as Answer;
    assert.equal(answer.state, 'degraded');
    assert.equal(answer.writtenBy, 'passages');
  });

  test('without a question, or with an unknown option, it tells how it is used', async () => {
    for (const words of [[], ['  '], ['--json'], ['--yaml', 'What is RAG?']]) {
      const { stdout, stderr, status } = await ask(words);
      assert.equal(status, 2);
      assert.equal(stdout, '');
      assert.match(stderr, /^Usage: npm run ask/);
    }
  });

  test('what goes wrong is said on standard error, in a sentence and with its reason', async () => {
    const settings = await ask(['What is RAG?'], { PORT: 'abc', LOG_LEVEL: 'loud' });
    assert.equal(settings.status, 1);
    assert.match(settings.stderr, /2 mistakes:\n {2}- PORT: .*\n {2}- LOG_LEVEL: /);
    const empty = await ask(['😀']);
    assert.equal(empty.status, 1);
    assert.equal(empty.stdout, '');
    assert.match(empty.stderr, /could not find a question/);
    assert.doesNotMatch(empty.stderr, /\n {4}at /);
  });
});
