import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { MentorError } from '#errors.ts';
import { createOpenAiModel } from '#services/model/openai.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';

async function failureOf(body: string): Promise<MentorError> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(body);
  });
  const baseUrl = `http://127.0.0.1:${await listenLocally(server)}/v1`;
  const model = createOpenAiModel({
    baseUrl,
    apiKey: 'k',
    timeoutMs: 5_000,
    model: 'gpt-test',
    contextTokens: 4_000,
  });
  const messages = [{ role: 'user', content: 'Hello' }] as const;
  try {
    await Array.fromAsync(model.stream({ messages, temperature: 0, maxAnswerTokens: 5 }));
  } catch (error) {
    return error as MentorError;
  } finally {
    await stopServer(server);
  }
  throw new Error('It did not fail');
}

for (const [what, body] of [
  ['a line that is no JSON', 'data: {"the words of a person": \n\n'],
  ['an error that quotes', 'data: {"error": {"message": "the words of a person"}}\n\n'],
] as const)
  test(`${what} is told with the setting to look at, and none of it reaches the log or the console`, async (t) => {
    const printed: unknown[] = [];
    for (const name of ['error', 'warn', 'log', 'info'] as const)
      t.mock.method(console, name, (...given: unknown[]) => printed.push(...given));
    const failure = await failureOf(body);
    assert.match(failure.message, /check OPENAI_BASE_URL/);
    assert.doesNotMatch(inspect(failure, { depth: 10 }), /words of a person/);
    assert.deepEqual(printed, []);
  });

test('an answer without a word names the setting of the model', async () => {
  const chunk = { choices: [{ delta: {}, finish_reason: 'stop' }] };
  const failure = await failureOf(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  assert.equal(
    failure.message,
    'The OpenAI server (gpt-test) answered without a word; check OPENAI_MODEL.',
  );
  assert.equal(failure.details['isRetryable'], false);
});
