import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { MentorError } from '#errors.ts';
import { createOpenAiModel } from '#services/model/openai.ts';
import type { ModelEvent, ModelRequest } from '#services/model/port.ts';
import { type OpenAiServer, startOpenAiServer } from '#test/helpers/openai-server.ts';

const request: ModelRequest = {
  messages: [
    { role: 'system', content: 'You are kind.' },
    { role: 'user', content: 'Hello?' },
  ],
  temperature: 0.7,
  maxAnswerTokens: 100,
};

describe('a model behind OpenAI chat completions', () => {
  let server: OpenAiServer;
  before(async () => {
    server = await startOpenAiServer();
  });
  after(() => server.close());
  beforeEach(() => {
    server.journal.length = 0;
  });

  function openModel() {
    return createOpenAiModel({
      baseUrl: server.baseUrl,
      apiKey: 'sk-test',
      model: 'gpt-test',
      contextTokens: 8_000,
      timeoutMs: 5_000,
    });
  }

  async function collect(changes: Partial<ModelRequest> = {}) {
    const events: ModelEvent[] = [];
    let failure: unknown;
    try {
      for await (const event of openModel().stream({ ...request, ...changes })) events.push(event);
    } catch (error) {
      failure = error;
    }
    const text = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    return { events, text, failure, last: events.at(-1) };
  }

  test('streams the pieces as they come and ends with the reason and the counts', async () => {
    server.chatWith({ pieces: ['Start ', 'small', ' 👩‍💻.'] });
    const { events, failure } = await collect();
    assert.equal(failure, undefined);
    assert.deepEqual(events, [
      { type: 'text-delta', text: 'Start ' },
      { type: 'text-delta', text: 'small' },
      { type: 'text-delta', text: ' 👩‍💻.' },
      { type: 'finish', reason: 'stop', usage: { promptTokens: 21, answerTokens: 7 } },
    ]);
  });

  test('sends the messages, the limits and the key, once', async () => {
    await collect();
    assert.equal(server.journal.length, 1);
    const [call] = server.journal;
    assert.equal(call?.authorization, 'Bearer sk-test');
    assert.deepEqual(call?.body, {
      model: 'gpt-test',
      messages: request.messages,
      temperature: 0.7,
      max_tokens: 100,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('tells why the model stopped', async () => {
    server.chatWith(
      { pieces: ['a'], finishReason: 'length' },
      { pieces: [], finishReason: 'content_filter' },
    );
    for (const reason of ['length', 'content-filter']) {
      const { last } = await collect();
      assert.ok(last?.type === 'finish');
      assert.equal(last.reason, reason);
    }
  });

  test('does without the counts where the server sends none', async () => {
    server.chatWith({ pieces: ['a'], sendsUsage: false });
    const { last } = await collect();
    assert.deepEqual(last, {
      type: 'finish',
      reason: 'stop',
      usage: { promptTokens: 0, answerTokens: 0 },
    });
  });

  for (const ending of ['cut', 'closed-early', 'error-event'] as const)
    test(`a stream that ends as "${ending}" is a failure, after the words that came`, async () => {
      server.chatWith({ pieces: ['Half ', 'an answer'], ending });
      const { text, failure, last } = await collect();
      assert.equal(text, 'Half an answer');
      assert.notEqual(last?.type, 'finish');
      assert.ok(failure instanceof MentorError);
      assert.equal(failure.code, 'model-unavailable');
      assert.notEqual(failure.details['isRetryable'], false);
    });

  const refusals: readonly (readonly [status: number, isRetryable: boolean, setting: string])[] = [
    [400, false, 'OPENAI_MODEL'],
    [401, false, 'OPENAI_API_KEY'],
    [403, false, 'OPENAI_API_KEY'],
    [404, false, 'OPENAI_BASE_URL'],
    [408, true, 'OPENAI_BASE_URL'],
    [413, false, 'OPENAI_CONTEXT_TOKENS'],
    [429, true, 'OPENAI_MODEL'],
    [500, true, 'OPENAI_BASE_URL'],
    [503, true, 'OPENAI_BASE_URL'],
  ];
  for (const [status, isRetryable, setting] of refusals)
    test(`a ${status} is model-unavailable, ${isRetryable ? 'worth' : 'not worth'} another try, not tried here, and names ${setting}`, async () => {
      server.chatWith({ status, headers: { 'retry-after': '1' } });
      const { events, failure } = await collect();
      assert.deepEqual(events, []);
      assert.ok(failure instanceof MentorError);
      assert.equal(failure.code, 'model-unavailable');
      assert.deepEqual(failure.details, {
        status,
        isRetryable,
        setting,
        retryAfterMs: 1_000,
        requestId: 'request-1',
      });
      assert.match(failure.message, new RegExp(setting));
      assert.ok(failure.cause instanceof Error);
      assert.equal(server.journal.length, 1);
    });

  test('a model that is not there names the setting of the model', async () => {
    server.chatWith({
      status: 404,
      code: 'model_not_found',
      message: 'The model `gpt-test` does not exist or you do not have access to it.',
    });
    const { failure } = await collect();
    assert.ok(failure instanceof MentorError);
    assert.equal(failure.details['setting'], 'OPENAI_MODEL');
  });

  test('a quota that is used up is not worth another try; one that fills again is', async () => {
    server.chatWith({ status: 429, code: 'insufficient_quota' });
    const { failure } = await collect();
    assert.ok(failure instanceof MentorError);
    assert.equal(failure.details['isRetryable'], false);
    assert.equal(failure.details['setting'], 'OPENAI_API_KEY');
  });

  test('a prompt that is too long names the setting of the window', async () => {
    server.chatWith({ status: 400, code: 'context_length_exceeded', param: 'messages' });
    const { failure } = await collect();
    assert.ok(failure instanceof MentorError);
    assert.equal(failure.details['setting'], 'OPENAI_CONTEXT_TOKENS');
  });

  test('what a server quotes of the request in its refusal is not kept', async () => {
    for (const status of [400, 422]) {
      server.chatWith({ status, message: 'Bad input: "I was fired by Acme"' });
      const { failure } = await collect();
      assert.ok(failure instanceof MentorError);
      assert.doesNotMatch(`${failure.message} ${String(failure.cause)}`, /Acme/);
    }
  });

  test('a prompt that the content filter refuses says so', async () => {
    server.chatWith({ status: 400, code: 'content_filter', message: 'Filtered.' });
    const { failure } = await collect();
    assert.ok(failure instanceof MentorError);
    assert.equal(failure.details['reason'], 'content-filter');
    assert.equal(failure.details['isRetryable'], false);
  });

  test('a server that is not there is a failure worth another try', async () => {
    const gone = await startOpenAiServer();
    await gone.close();
    const model = createOpenAiModel({
      baseUrl: gone.baseUrl,
      apiKey: 'none',
      model: 'm',
      contextTokens: 8_000,
      timeoutMs: 5_000,
    });
    await assert.rejects(Array.fromAsync(model.stream(request)), (error: MentorError) => {
      assert.equal(error.code, 'model-unavailable');
      assert.equal(error.details['isRetryable'], true);
      return true;
    });
  });

  test('a server that answers with something else than a stream is a failure', async () => {
    const model = createOpenAiModel({
      baseUrl: 'http://127.0.0.1:9/v1',
      apiKey: 'none',
      model: 'm',
      contextTokens: 8_000,
      timeoutMs: 5_000,
      fetch: async () => new Response('<html>a proxy</html>', { status: 200 }),
    });
    await assert.rejects(Array.fromAsync(model.stream(request)), { code: 'model-unavailable' });
  });

  test('an abort while the server is silent rejects with its reason and hangs up', async () => {
    server.chatWith('silent');
    const controller = new AbortController();
    const collected = collect({ signal: controller.signal });
    while (server.journal.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const reason = new Error('the person left');
    controller.abort(reason);
    assert.equal((await collected).failure, reason);
    assert.equal(await server.journal[0]?.ended, 'caller-left');
  });

  test('an abort in the middle rejects with its reason and hangs up', async () => {
    server.chatWith({ pieces: ['Half'], ending: 'silent' });
    const controller = new AbortController();
    const reason = new Error('enough');
    await assert.rejects(async () => {
      for await (const event of openModel().stream({ ...request, signal: controller.signal }))
        if (event.type === 'text-delta') controller.abort(reason);
    }, reason);
    assert.equal(await server.journal[0]?.ended, 'caller-left');
  });

  test('whoever stops reading hangs up', async () => {
    server.chatWith({ pieces: ['Half'], ending: 'silent' });
    for await (const _ of openModel().stream(request)) break;
    assert.equal(await server.journal[0]?.ended, 'caller-left');
  });
});
