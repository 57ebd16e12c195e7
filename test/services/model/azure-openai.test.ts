import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { MentorError } from '#errors.ts';
import {
  type AzureOpenAiModelOptions,
  createAzureOpenAiHelper,
  createAzureOpenAiModel,
} from '#services/model/azure-openai.ts';
import type { HelperRequest, ModelEvent, ModelRequest } from '#services/model/port.ts';
import {
  type AzureOpenAiServer,
  filteredPrompt,
  startAzureOpenAiServer,
} from '#test/helpers/azure-openai-server.ts';

const request: ModelRequest = {
  messages: [{ role: 'user', content: 'Hello?' }],
  temperature: 0.7,
  maxAnswerTokens: 100,
};

describe('a deployment in Azure OpenAI', () => {
  let server: AzureOpenAiServer;
  before(async () => {
    server = await startAzureOpenAiServer({
      reasoningDeployments: ['o4-mini'],
      bearerToken: 'entra-token',
    });
  });
  after(() => server.close());
  beforeEach(() => server.reset());

  function openModel(changes: Partial<AzureOpenAiModelOptions> = {}) {
    return createAzureOpenAiModel({
      endpoint: server.endpoint,
      apiVersion: server.apiVersion,
      access: { apiKey: server.apiKey },
      deployment: 'gpt-4o',
      contextTokens: 16_000,
      timeoutMs: 5_000,
      ...changes,
    });
  }

  function openHelper(deployment = 'gpt-4o-mini') {
    const { endpoint, apiVersion, apiKey } = server;
    return createAzureOpenAiHelper({
      endpoint,
      apiVersion,
      access: { apiKey },
      deployment,
      timeoutMs: 5_000,
    });
  }

  async function collect(
    model = openModel(),
    changes: Partial<ModelRequest> = {},
  ): Promise<{ events: ModelEvent[]; failure: MentorError | undefined }> {
    const events: ModelEvent[] = [];
    try {
      for await (const event of model.stream({ ...request, ...changes })) events.push(event);
    } catch (error) {
      assert.ok(error instanceof MentorError, String(error));
      return { events, failure: error };
    }
    return { events, failure: undefined };
  }

  test('is asked at its own address, with its version and the key, and its first chunk is no answer', async () => {
    const { events, failure } = await collect();
    assert.equal(failure, undefined);
    assert.deepEqual(events, [
      { type: 'text-delta', text: 'Hello ' },
      { type: 'text-delta', text: 'there.' },
      { type: 'finish', reason: 'stop', usage: { promptTokens: 21, answerTokens: 7 } },
    ]);
    const [call] = server.journal;
    assert.equal(call?.path, '/openai/deployments/gpt-4o/chat/completions');
    assert.equal(call?.apiVersion, '2024-10-21');
    assert.deepEqual(call?.body['stream_options'], { include_usage: true });
  });

  test('an endpoint with slashes at its end is the same endpoint', async () => {
    const { failure } = await collect(openModel({ endpoint: `${server.endpoint}//` }));
    assert.equal(failure, undefined);
  });

  test('settings of the environment that belong to OpenAI change nothing', async (t) => {
    const names = ['OPENAI_BASE_URL', 'OPENAI_API_KEY', 'AZURE_OPENAI_API_KEY', 'OPENAI_ORG_ID'];
    const kept = names.map((name) => [name, process.env[name]] as const);
    t.after(() => {
      for (const [name, value] of kept)
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
    });
    for (const name of names) process.env[name] = 'http://127.0.0.1:9/other';
    assert.equal((await collect()).failure, undefined);
    const credential = fixedCredential('entra-token');
    assert.equal((await collect(openModel({ access: { credential } }))).failure, undefined);
  });

  function fixedCredential(token: string): TokenCredential & { readonly scopes: unknown[] } {
    const scopes: unknown[] = [];
    return {
      scopes,
      async getToken(scope): Promise<AccessToken> {
        scopes.push(scope);
        return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
  }

  test('an identity signs in with a token for Cognitive Services, once', async () => {
    const credential = fixedCredential('entra-token');
    const model = openModel({ access: { credential } });
    await collect(model);
    assert.equal((await collect(model)).failure, undefined);
    assert.equal(server.journal[0]?.authorization, 'Bearer entra-token');
    assert.deepEqual(credential.scopes.flat(), ['https://cognitiveservices.azure.com/.default']);
  });

  test('an identity that cannot sign in says so, and names the key and the way to sign in', async () => {
    const credential: TokenCredential = {
      async getToken() {
        throw Object.assign(new Error('no identity'), { name: 'CredentialUnavailableError' });
      },
    };
    const { failure } = await collect(openModel({ access: { credential } }));
    assert.equal(failure?.details['setting'], 'AZURE_OPENAI_API_KEY');
    assert.equal(failure?.details['isRetryable'], false);
    assert.match(failure?.message ?? '', /no identity could sign in/);
    assert.equal(server.journal.length, 0);
  });

  test('a token that expired or has not the role is refused, and the role is named', async () => {
    const model = openModel({ access: { credential: fixedCredential('expired') } });
    const { failure } = await collect(model);
    assert.equal(failure?.details['status'], 401);
    assert.match(failure?.message ?? '', /Cognitive Services OpenAI User/);
  });

  const wrong: readonly (readonly [string, Partial<AzureOpenAiModelOptions>, number, string])[] = [
    ['key', { access: { apiKey: 'wrong' } }, 401, 'AZURE_OPENAI_API_KEY'],
    ['deployment', { deployment: 'gpt-9' }, 404, 'AZURE_OPENAI_DEPLOYMENT'],
    ['version', { apiVersion: 'yesterday' }, 404, 'AZURE_OPENAI_ENDPOINT'],
  ];
  for (const [what, changes, status, setting] of wrong)
    test(`a wrong ${what} is a ${status} that names ${setting}, is not tried again and shows no key`, async () => {
      const { failure } = await collect(openModel(changes));
      assert.equal(failure?.code, 'model-unavailable');
      assert.equal(failure?.details['status'], status);
      assert.equal(failure?.details['setting'], setting);
      assert.equal(failure?.details['isRetryable'], false);
      assert.equal(failure?.details['requestId'], 'apim-1');
      assert.match(failure?.message ?? '', new RegExp(setting));
      assert.doesNotMatch(`${failure?.message} ${String(failure?.cause)}`, /azure-key/);
    });

  test('a wrong endpoint is worth another try and names AZURE_OPENAI_ENDPOINT', async () => {
    const gone = await startAzureOpenAiServer();
    await gone.close();
    const { failure } = await collect(openModel({ endpoint: gone.endpoint }));
    assert.equal(failure?.details['setting'], 'AZURE_OPENAI_ENDPOINT');
    assert.equal(failure?.details['isRetryable'], true);
  });

  test('a 429 says how long to wait: in milliseconds first, in seconds, or not at all', async () => {
    for (const [headers, retryAfterMs] of [
      [{ 'retry-after-ms': '120', 'retry-after': '1' }, 120],
      [{ 'retry-after': '7' }, 7_000],
      [{}, undefined],
    ] as const) {
      server.chatWith({ status: 429, headers });
      const { failure } = await collect();
      assert.equal(failure?.details['retryAfterMs'], retryAfterMs);
      assert.equal(failure?.details['isRetryable'], true);
    }
  });

  test('a prompt that the filter stopped is told by its categories and is not tried again', async () => {
    server.chatWith(filteredPrompt);
    const { failure } = await collect();
    assert.deepEqual(failure?.details, {
      setting: 'AZURE_OPENAI_DEPLOYMENT',
      isRetryable: false,
      reason: 'content-filter',
      filtered: ['jailbreak', 'violence'],
      status: 400,
      requestId: 'apim-1',
    });
  });

  test('an answer that the filter stopped in the middle ends so, with its categories', async () => {
    server.chatWith({
      pieces: ['Half an '],
      finishReason: 'content_filter',
      filtered: { hate: { filtered: false }, violence: { filtered: true, severity: 'high' } },
    });
    const { events } = await collect();
    assert.deepEqual(events.at(-1), {
      type: 'finish',
      reason: 'content-filter',
      usage: { promptTokens: 21, answerTokens: 7 },
      filtered: ['violence'],
    });
  });

  test('an answer that ran into its limit ends so', async () => {
    server.chatWith({ pieces: ['And then'], finishReason: 'length' });
    const last = (await collect()).events.at(-1);
    assert.ok(last?.type === 'finish' && last.reason === 'length');
  });

  for (const ending of ['cut', 'closed-early', 'error-event'] as const)
    test(`an answer that ends by "${ending}" in the middle is a failure, never a whole answer`, async () => {
      server.chatWith({ pieces: ['Half an '], ending });
      const { events, failure } = await collect();
      assert.deepEqual(events, [{ type: 'text-delta', text: 'Half an ' }]);
      assert.equal(failure?.code, 'model-unavailable');
      assert.equal(failure?.details['setting'], 'AZURE_OPENAI_ENDPOINT');
    });

  test('a connection that breaks before the first word is worth another try', async () => {
    server.chatWith('cut');
    const { failure } = await collect();
    assert.equal(failure?.details['isRetryable'], true);
  });

  test('a service that never answers is given up after its time', async () => {
    server.chatWith('silent');
    const { failure } = await collect(openModel({ timeoutMs: 30 }));
    assert.equal(failure?.details['reason'], 'timeout');
  });

  test('what a reasoning model refuses is left out, and remembered for the calls that follow', async () => {
    const model = openModel({ deployment: 'o4-mini' });
    assert.equal((await collect(model)).failure, undefined);
    assert.equal((await collect(model)).failure, undefined);
    assert.deepEqual(
      server.journal.map(({ body }) => [
        body['max_tokens'],
        body['max_completion_tokens'],
        body['temperature'],
      ]),
      [
        [100, undefined, 0.7],
        [undefined, 25_100, 0.7],
        [undefined, 25_100, undefined],
        [undefined, 25_100, undefined],
      ],
    );
  });

  test('two first calls at once both learn and both answer', async () => {
    const model = openModel({ deployment: 'o4-mini' });
    const both = await Promise.all([collect(model), collect(model)]);
    assert.deepEqual(
      both.map(({ failure }) => failure),
      [undefined, undefined],
    );
  });

  test('a version that knows no usage in streams is asked without, and the answer is whole', async () => {
    server.chatWith({
      status: 400,
      message: 'Unrecognized request argument supplied: stream_options',
    });
    const { events, failure } = await collect();
    assert.equal(failure, undefined);
    assert.deepEqual(events.at(-1), {
      type: 'finish',
      reason: 'stop',
      usage: { promptTokens: 0, answerTokens: 0 },
    });
  });

  test('a refusal that teaches nothing is not asked again', async () => {
    server.chatWith({ status: 400, code: 'unsupported_parameter', param: 'messages' });
    assert.equal((await collect()).failure?.details['status'], 400);
    assert.equal(server.journal.length, 1);
  });

  const output = {
    name: 'order',
    schema: {
      type: 'object',
      properties: { order: { type: 'array', items: { type: 'number' } } },
      required: ['order'],
      additionalProperties: false,
    },
  };
  const job: HelperRequest = { ...request, temperature: 0.1, output };

  test('the helper gets its answer in one piece, held to the schema', async () => {
    server.chatWith({ pieces: ['{"order":', '[2,1]}'] });
    assert.deepEqual(await openHelper().complete(job), {
      text: '{"order":[2,1]}',
      usage: { promptTokens: 21, answerTokens: 7 },
    });
    const body = server.journal[0]?.body;
    assert.deepEqual(body?.['response_format'], {
      type: 'json_schema',
      json_schema: { ...output, strict: true },
    });
    assert.equal(body?.['temperature'], 0.1);
    assert.equal(server.journal[0]?.deployment, 'gpt-4o-mini');
  });

  test('a model without schemas is asked for JSON, and one without either for text, from then on', async () => {
    const tooOld = {
      status: 400,
      message:
        'response_format value as json_schema is enabled only for api versions 2024-08-01-preview and later',
    };
    server.chatWith(tooOld, {
      status: 400,
      param: 'response_format',
      message: "Invalid parameter: 'response_format' of type 'json_object' is not supported.",
    });
    const helper = openHelper();
    await helper.complete(job);
    await helper.complete(job);
    assert.deepEqual(
      server.journal.map(({ body }) => (body['response_format'] as { type?: string })?.type),
      ['json_schema', 'json_object', undefined, undefined],
    );
  });

  const useless = [
    ['empty', { pieces: [' '] }],
    ['length', { pieces: ['{"order":[2'], finishReason: 'length' }],
    ['content-filter', { pieces: [''], finishReason: 'content_filter' }],
  ] as const;
  for (const [reason, reply] of useless)
    test(`a helper's answer is whole or none: "${reason}" rejects and names the fast deployment`, async () => {
      server.chatWith(reply);
      await assert.rejects(openHelper().complete(job), (error: MentorError) => {
        assert.equal(error.code, 'model-unavailable');
        assert.deepEqual(error.details, {
          setting: 'AZURE_OPENAI_FAST_DEPLOYMENT',
          reason,
          isRetryable: false,
        });
        return true;
      });
    });

  test('a helper that is too slow is given up after the time of the request', async () => {
    server.chatWith('silent');
    await assert.rejects(openHelper().complete({ ...job, timeoutMs: 30 }), {
      code: 'model-unavailable',
    });
  });

  test('an abort ends a helper with its reason', async () => {
    server.chatWith('silent');
    const controller = new AbortController();
    const reason = new Error('the person left');
    const completed = openHelper().complete({ ...job, signal: controller.signal });
    while (server.journal.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(reason);
    await assert.rejects(completed, reason);
    assert.equal(await server.journal[0]?.ended, 'caller-left');
  });
});
