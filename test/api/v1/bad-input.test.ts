import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { safeParse } from 'zod/v4/core';
import { operations } from '#api/v1/operations.ts';
import { problem } from '#api/v1/schemas/problem.ts';
import { type ApiHost, beginSession, startApi } from '#test/helpers/start-api.ts';

const message = '/api/v1/chat/message';

describe('input that nobody should send', () => {
  let host: ApiHost;
  let sessionId: string;
  before(async () => {
    host = await startApi({ allowedOrigins: ['https://friend.example'] });
    sessionId = await beginSession(host);
  });
  after(() => host.close());

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${host.origin}${message}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  /** Asserts a problem document with the code, and that nothing of the input is in it. */
  const assertProblem = async (response: Response, code: string, secret = 'swordfish') => {
    const text = await response.text();
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    const document = problem.parse(JSON.parse(text));
    assert.equal(document.code, code, text);
    assert.equal(document.status, response.status);
    assert.equal(document.requestId, response.headers.get('x-request-id'));
    assert.doesNotMatch(text, new RegExp(`${secret}|\\.ts:|node_modules|\\n +at `));
    return document;
  };

  it('that is no JSON object is refused', async () => {
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '"swordfish"',
      '{"message":"swordfish"',
      "{'a': 1}",
      '\u0000',
      'NaN',
      '{"message": 1e999999}',
      `${'['.repeat(100_000)}`,
      `{"message":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`,
    ])
      await assertProblem(await post(body), 'request-invalid');
  });

  it('of the wrong type is refused, field by field', async () => {
    const wrong: unknown[] = [5, true, null, [], {}, ['a'], { toString: 'swordfish' }];
    for (const value of wrong) {
      const document = await assertProblem(
        await post(JSON.stringify({ message: value, sessionId: value })),
        'request-invalid',
      );
      assert.deepEqual(
        document.errors?.map(({ in: place, pointer }) => [place, pointer]),
        [
          ['body', '/message'],
          ['body', '/sessionId'],
        ],
      );
    }
  });

  it('with every mistake there is gets the first twenty of them', async () => {
    const document = await assertProblem(
      await post(
        JSON.stringify({
          message: 1,
          sessionId: 'a b',
          context: { careerGoals: Array.from({ length: 10 }, () => 1), specificInterests: [1, 2] },
          options: { maxTokens: 'x', temperature: 'x', includeSources: 'x' },
        }),
      ),
      'request-invalid',
    );
    assert.ok((document.errors?.length ?? 0) <= 20);
  });

  it('is told in one sentence which number a query takes', async () => {
    const queries = [
      [`/api/v1/chat/history/${sessionId}?`, 'must be a whole number from 1 to 100'],
      ['/api/v1/knowledge/search?q=rag&', 'must be a whole number from 1 to 50'],
    ] as const;
    for (const [path, detail] of queries)
      for (const value of ['abc', '', '0', '1.5', '-3', '1000', 'NaN', 'Infinity', '5&limit=6']) {
        const response = await host.call('GET', `${path}limit=${value}`);
        const { errors } = await assertProblem(response, 'request-invalid');
        assert.deepEqual(errors, [{ in: 'query', pointer: '/limit', detail }], value);
      }
  });

  it('is never a number in a query that says what it expects in another way', () => {
    for (const { query } of Object.values(operations))
      for (const [name, field] of Object.entries(query?.shape ?? {})) {
        const takesNumber = typeof safeParse(field, '7').data === 'number';
        const [issue] = safeParse(field, 'abc').error?.issues ?? [];
        if (takesNumber) assert.match(issue?.message ?? '', /^must be a whole number from/, name);
      }
  });

  it('cannot reach the prototype of anything', async () => {
    for (const body of [
      `{"__proto__":{"isAdmin":true},"message":"Hi there","sessionId":"${sessionId}"}`,
      `{"constructor":{"prototype":{"isAdmin":true}},"message":"Hi there","sessionId":"${sessionId}"}`,
      `{"message":"Hi there","sessionId":"${sessionId}","context":{"__proto__":{"background":"x"}}}`,
    ])
      assert.equal((await post(body)).status, 200);
    assert.equal(({} as Record<string, unknown>)['isAdmin'], undefined);
    assert.equal(host.questions.at(-1)?.profile, undefined);
    for (const id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
      await assertProblem(await host.call('GET', `/api/v1/chat/session/${id}`), 'not-found');
  });

  it('that is packed is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    await assertProblem(await post(bomb, { 'content-encoding': 'gzip' }), 'media-type-unsupported');
  });

  it('of another kind than JSON is not read', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'text/json; x'])
      await assertProblem(
        await post('{"message":"swordfish"}', { 'content-type': type }),
        'media-type-unsupported',
      );
  });

  it('that is too large is refused before it is all there', async () => {
    const large = JSON.stringify({ sessionId, message: 'swordfish '.repeat(20_000) });
    await assertProblem(await post(large), 'request-too-large');
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('a'.repeat(65_536))),
    });
    const request = { method: 'POST', body: endless, duplex: 'half' } as RequestInit;
    const response = await fetch(`${host.origin}${message}`, {
      ...request,
      headers: { 'content-type': 'application/json' },
    }).catch(() => undefined);
    if (response !== undefined) await assertProblem(response, 'request-too-large');
  });

  it('in an address that is too long, or is none, is refused', async () => {
    await assertProblem(
      await host.call('GET', `/api/v1/knowledge/search?q=${'swordfish'.repeat(1_000)}`),
      'address-too-long',
    );
    for (const path of [
      '/api/v1/chat/session/%ZZ',
      '/api/v1/chat/session/%c0%ae%c0%ae',
      '/api/v1/chat/session/..%2f..%2fetc',
      '/api/v1/chat/session/a%00b',
      `/api/v1/chat/session/${'a'.repeat(300)}`,
      '/api/v1/chat/session/ѕеѕѕіоп',
    ]) {
      const response = await host.call('GET', path);
      assert.ok([400, 404].includes(response.status), path);
      problem.parse(await response.json());
    }
  });

  it('by the wrong method is told which there are', async () => {
    const response = await host.call('PUT', '/api/v1/me', { body: {} });
    assert.equal(response.headers.get('allow'), 'DELETE, GET, OPTIONS');
    await assertProblem(response, 'method-not-allowed');
    await assertProblem(await host.call('GET', '/api/v1/nothing'), 'not-found');
    await assertProblem(await host.call('GET', '/api/v2/me'), 'not-found');
  });

  it('in headers is checked like any other', async () => {
    for (const headers of [
      { 'idempotency-key': 'two words' },
      { 'idempotency-key': 'x'.repeat(201) },
      { 'last-event-id': '../../etc.1', accept: 'text/event-stream' },
      { 'last-event-id': 'abc', accept: 'text/event-stream' },
    ])
      await assertProblem(
        await post(JSON.stringify({ sessionId, message: 'Hi there' }), headers as never),
        'request-invalid',
      );
  });

  it('of every kind of text is kept as it was sent', async () => {
    const texts = [
      'emoji 👩🏽‍💻 and ‮right to left‬',
      'a\u0000b',
      '\ud800 alone',
      "Robert'); DROP TABLE conversations;--",
      '<script>alert(1)</script>',
      '%s %n ../../etc/passwd',
      'ﬁnd ⅷ ｆｕｌｌ',
    ];
    for (const text of texts) {
      const body = { userContext: { background: text } };
      const created = await host.call('POST', '/api/v1/chat/session', { body });
      assert.equal(created.status, 201, text);
      const { userContext } = (await created.json()) as typeof body;
      assert.equal(userContext.background, text.trim());
    }
  });

  it('from a page of a stranger is refused, and from a listed one is answered', async () => {
    const from = (origin: string, method = 'GET') =>
      host.call(method, '/api/v1/me', { headers: { origin } });
    for (const origin of ['https://evil.example', 'null', 'https://friend.example.evil.example']) {
      const response = await from(origin);
      assert.equal(response.headers.get('access-control-allow-origin'), null);
      await assertProblem(response, 'origin-not-allowed');
    }
    const friendly = await from('https://friend.example');
    assert.equal(friendly.status, 200);
    const allowed = friendly.headers.get('access-control-allow-origin');
    assert.equal(allowed, 'https://friend.example');
    assert.equal(friendly.headers.get('access-control-allow-credentials'), null);
    assert.equal(friendly.headers.get('vary'), 'Origin');
    const preflight = await from('https://friend.example', 'OPTIONS');
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET, DELETE');
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/i);
    const refused = await from('https://evil.example', 'OPTIONS');
    assert.equal(refused.headers.get('access-control-allow-origin'), null);
  });

  it('is answered with headers that let nothing be framed, guessed or kept', async () => {
    const { headers } = await host.call('GET', '/api/v1/me');
    for (const [name, value] of [
      ['cache-control', 'no-store'],
      ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
      ['cross-origin-resource-policy', 'same-origin'],
      ['referrer-policy', 'no-referrer'],
      ['x-content-type-options', 'nosniff'],
      ['x-frame-options', 'DENY'],
    ] as const)
      assert.equal(headers.get(name), value, name);
    assert.equal(headers.get('server'), null);
    assert.match(headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/);
  });

  it('that is no HTTP, or a flood of headers, is answered with a problem and hung up on', async () => {
    const send = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(new URL(host.origin).port), '127.0.0.1');
        let answer = '';
        socket.on('data', (chunk: Buffer) => {
          answer += chunk.toString();
        });
        socket.on('error', () => resolve(answer));
        socket.on('close', () => resolve(answer));
        socket.write(text);
      });
    const flood = Array.from({ length: 5_000 }, (_, index) => `X-${index}: y`).join('\r\n');
    const flooded = await send(`GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n${flood}\r\n\r\n`);
    assert.match(flooded, /^HTTP\/1\.1 431 [\s\S]*"code":"headers-too-large"/);
    for (const text of [
      'swordfish\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      'POST /api/v1/me HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n',
      'GET /api/v1/me HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n',
    ]) {
      const answer = await send(text);
      assert.match(answer, /^HTTP\/1\.1 400 [\s\S]*"code":"request-invalid"/, text);
      assert.doesNotMatch(answer, /swordfish/);
    }
    assert.equal((await host.call('GET', '/api/v1/me')).status, 200);
  });

  it('that comes drop by drop is answered with a problem and hung up on', async () => {
    const slow = await startApi({
      alsoServe: ({ server }) => {
        // The program waits for longer, and looks less often.
        const patience = { headersTimeout: 200, requestTimeout: 300 };
        Object.assign(server, { ...patience, connectionsCheckingInterval: 50 });
      },
    });
    try {
      const socket = connect(Number(new URL(slow.origin).port), '127.0.0.1');
      let said = '';
      socket.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
      socket.on('error', () => {});
      socket.write(
        `POST ${message} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
      );
      const drops = setInterval(() => socket.write('{'), 20);
      await new Promise((resolve) => socket.once('close', resolve));
      clearInterval(drops);
      assert.match(said, /^HTTP\/1\.1 408 [\s\S]*"code":"request-timeout"/);
      assert.deepEqual(
        slow.logged.filter(({ level }) => level === 'error'),
        [],
      );
      assert.equal((await slow.call('GET', '/api/v1/me')).status, 200);
    } finally {
      await slow.close();
    }
  });

  it('leaves nothing in the log that a person wrote', async () => {
    await post('{"message":"swordfish"', { authorization: 'Bearer swordfish' });
    await host.call('GET', '/api/v1/knowledge/search?q=swordfish');
    assert.doesNotMatch(JSON.stringify(host.logged), /swordfish/);
  });
});
