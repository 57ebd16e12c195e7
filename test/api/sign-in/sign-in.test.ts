import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { base64url, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { type OidcIssuer, startOidcIssuer } from '#test/helpers/oidc-issuer.ts';
import { type ApiHost, beginSession, startApi } from '#test/helpers/start-api.ts';

const me = '/api/v1/me';

async function problemOf(response: Response) {
  return (await response.json()) as { code: string; detail?: string; status: number };
}

describe('sign-in by an issuer', () => {
  let issuer: OidcIssuer;
  let host: ApiHost;
  before(async () => {
    issuer = await startOidcIssuer();
    const { audience } = issuer;
    host = await startApi({ signIn: { issuer: issuer.issuer, audience, adminRole: 'admin' } });
  });
  after(async () => {
    await host.close();
    await issuer.close();
  });

  it('lets in whoever brings a token that the issuer gave', async () => {
    const response = await host.call('GET', me, { token: await issuer.accessToken('ada') });
    assert.equal(response.status, 200);
    const body = (await response.json()) as {
      personId: string;
      signedIn: boolean;
      roles: string[];
    };
    assert.equal(body.signedIn, true);
    assert.deepEqual(body.roles, ['user']);
    assert.match(body.personId, /^user-[\w-]{32}$/);
    assert.doesNotMatch(body.personId, /ada/);
  });

  it('knows an administrator by the role, and by nothing else', async () => {
    const rolesFor = async (token: string) =>
      ((await (await host.call('GET', me, { token })).json()) as { roles: string[] }).roles;
    assert.deepEqual(await rolesFor(await issuer.accessToken('root')), ['user', 'admin']);
    // Another case, a Cyrillic а, full width, an invisible space: a name that merely looks the same is another one.
    for (const name of ['Admin', '\u0430dmin', 'ａｄｍｉｎ', 'admin\u200b', ' admin'])
      assert.deepEqual(await rolesFor(await issuer.sign({ roles: [name] })), ['user'], name);
    assert.deepEqual(await rolesFor(await issuer.sign({ scope: 'admin' })), ['user']);
    assert.deepEqual(await rolesFor(await issuer.sign({ groups: ['admin'] })), ['user']);
    assert.deepEqual(await rolesFor(await issuer.sign({ roles: 'admin' })), ['user', 'admin']);
    const keycloak = { realm_access: { roles: ['admin'] } };
    assert.deepEqual(await rolesFor(await issuer.sign(keycloak)), ['user', 'admin']);
  });

  it('keeps a token that was given for some scopes to these', async () => {
    const token = await issuer.accessToken('ada', 'mentor.knowledge');
    assert.equal((await host.call('GET', '/api/v1/knowledge/stats', { token })).status, 200);
    const refused = await host.call('GET', me, { token });
    assert.equal(refused.status, 403);
    assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_scope.*mentor\.me/);
    assert.equal((await problemOf(refused)).code, 'not-permitted');
    const entra = await issuer.sign({ scp: 'api://career-mentor/mentor.me openid' });
    assert.equal((await host.call('GET', me, { token: entra })).status, 200);
    assert.equal((await host.call('GET', '/api/v1/knowledge/stats', { token: entra })).status, 403);
  });

  it('says which of three things is wrong with a token', async () => {
    const missing = await host.call('GET', me);
    assert.equal(missing.status, 401);
    assert.equal((await problemOf(missing)).detail, 'Missing authentication token');
    assert.match(missing.headers.get('www-authenticate') ?? '', /^Bearer realm=/);
    const token = await issuer.sign({ exp: Math.floor(Date.now() / 1_000) - 120 });
    const expired = await host.call('GET', me, { token });
    assert.equal(expired.status, 401);
    assert.equal((await problemOf(expired)).detail, 'Token has expired');
    const invalid = await host.call('GET', me, { token: 'abc' });
    assert.equal(invalid.status, 401);
    assert.equal((await problemOf(invalid)).detail, 'Invalid token');
    assert.match(invalid.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
  });

  it('forgives clocks that differ by less than a minute', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    for (const claims of [{ exp: seconds - 40 }, { nbf: seconds + 40 }, { iat: seconds + 40 }])
      assert.equal(
        (await host.call('GET', me, { token: await issuer.sign(claims) })).status,
        200,
        JSON.stringify(claims),
      );
  });

  it('takes ES256 as well as RS256', async () => {
    const token = await new SignJWT({ sub: 'eve' })
      .setProtectedHeader({ alg: 'ES256', kid: 'ec-1' })
      .setIssuer(issuer.issuer)
      .setAudience(issuer.audience)
      .setExpirationTime('5m')
      .sign(issuer.keys.ec.privateKey);
    assert.equal((await host.call('GET', me, { token })).status, 200);
  });

  it('refuses every forged token, and tells no more than that it is invalid', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    const claims = { iss: issuer.issuer, aud: issuer.audience, sub: 'ada', exp: seconds + 600 };
    const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
    const unsigned = (header: object) => `${encode(header)}.${encode(claims)}.`;
    const publicKey = new TextEncoder().encode(await exportSPKI(issuer.keys.rsa.publicKey));
    const stranger = await generateKeyPair('RS256', { extractable: true });
    const byStranger = (header: object) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'RS256', ...header }).sign(stranger.privateKey);
    const good = await issuer.sign();
    const [head = '', body = '', signature = ''] = good.split('.');
    const forged: Record<string, string> = {
      'without a signature': unsigned({ alg: 'none' }),
      'without a signature, spelled otherwise': unsigned({ alg: 'nOnE' }),
      'HS256 with the public key': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'rsa-1' })
        .sign(publicKey),
      'an algorithm that is not asked for': await new SignJWT(claims)
        .setProtectedHeader({ alg: 'PS256', kid: 'rsa-1' })
        .sign((await generateKeyPair('PS256')).privateKey),
      'another issuer': await issuer.sign({ iss: 'https://evil.example' }),
      'the issuer with a slash': await issuer.sign({ iss: `${issuer.issuer}/` }),
      'no issuer': await issuer.sign({ iss: undefined }),
      'another audience': await issuer.sign({ aud: 'api://another' }),
      'other audiences': await issuer.sign({ aud: ['api://another', 'api://third'] }),
      'no audience': await issuer.sign({ aud: undefined }),
      'not valid yet': await issuer.sign({ nbf: seconds + 600 }),
      'no expiry': await issuer.sign({ exp: undefined }),
      'an expiry that is no number': await issuer.sign({ exp: 'never' }),
      'nobody in it': await issuer.sign({ sub: undefined }),
      'an empty name in it': await issuer.sign({ sub: ' ' }),
      'a name that is no text': await issuer.sign({ sub: { $ne: null } }),
      'signed by a stranger under our key id': await byStranger({ kid: 'rsa-1' }),
      'signed by a stranger without a key id': await byStranger({}),
      'an unknown key id': await byStranger({ kid: 'unknown' }),
      'a key id that is a path': await byStranger({ kid: '../../../../dev/null' }),
      'a key id that is a query': await byStranger({ kid: "x' UNION SELECT 'secret" }),
      'a key of its own': await byStranger({
        kid: 'rsa-1',
        jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      }),
      'an address of keys of its own': await byStranger({ jku: 'http://127.0.0.1:9/jwks' }),
      'the right key under the other algorithm': await issuer
        .sign({}, { kid: 'ec-1' })
        .catch(() => 'a.b.c'),
      'a claim it cannot be without': await issuer.sign({}, { crit: ['exp'] }).catch(() => 'a.b.c'),
      'changed after it was signed': `${head}.${encode({ ...claims, sub: 'root' })}.${signature}`,
      'cut off': good.slice(0, -10),
      'one part too many': `${good}.${signature}`,
      'two parts': `${head}.${body}`,
      'an encrypted one': `${head}.a.b.c.d`,
      'nothing but dots': '..',
      'very long': 'a'.repeat(15_000),
    };
    for (const [what, token] of Object.entries(forged)) {
      const response = await host.call('GET', me, { token });
      assert.equal(response.status, 401, what);
      const text = await response.text();
      const { detail, code } = JSON.parse(text) as { detail: string; code: string };
      assert.deepEqual([code, detail], ['not-authenticated', 'Invalid token'], what);
      assert.doesNotMatch(text, /evil|unknown|etc|UNION|signature|jwk/i, what);
    }
    for (const authorization of ['Basic YTpi', 'Bearer', 'Bearer  ', `Bearer ${good} x`, good]) {
      const response = await host.call('GET', me, { headers: { authorization } });
      assert.equal(response.status, 401, authorization);
    }
    const errors = host.logged.filter(({ level }) => level === 'error');
    assert.deepEqual(errors, []);
  });

  it('reads the last of two equal claims, as everybody does, and only where the issuer signed both', async () => {
    const seconds = Math.floor(Date.now() / 1_000);
    const twice = `{"iss":"${issuer.issuer}","aud":"${issuer.audience}","sub":"bob","sub":"ada","exp":${seconds + 60}}`;
    const { CompactSign } = await import('jose');
    const token = await new CompactSign(new TextEncoder().encode(twice))
      .setProtectedHeader({ alg: 'RS256', kid: 'rsa-1' })
      .sign(issuer.keys.rsa.privateKey);
    const idWith = async (bearer: string) =>
      ((await (await host.call('GET', me, { token: bearer })).json()) as { personId: string })
        .personId;
    assert.equal(await idWith(token), await idWith(await issuer.sign({ sub: 'ada' })));
  });

  it('refuses a header of 100 KB with a problem document', async () => {
    const response = await host.call('GET', me, { token: 'a'.repeat(100_000) });
    assert.equal(response.status, 431);
    assert.equal((await problemOf(response)).code, 'headers-too-large');
  });

  it('keeps people apart: what is somebody else’s is as absent as what never was', async () => {
    const [ada, bob] = [await issuer.accessToken('ada'), await issuer.accessToken('bob')];
    const sessionId = await beginSession(host, { token: ada });
    await host.call('POST', '/api/v1/chat/message', {
      token: ada,
      body: { sessionId, message: 'What does an AI engineer do?' },
    });
    const attempts = (id: string): [string, string, unknown?][] => [
      ['GET', `/api/v1/chat/session/${id}`],
      ['PATCH', `/api/v1/chat/session/${id}`, { userContext: { background: 'x' } }],
      ['DELETE', `/api/v1/chat/session/${id}`],
      ['GET', `/api/v1/chat/history/${id}`],
      ['POST', '/api/v1/chat/message', { sessionId: id, message: 'What did I ask?' }],
      ['POST', '/api/v1/chat/feedback', { sessionId: id, satisfactionScore: 1 }],
    ];
    const absent = crypto.randomUUID();
    const outcome = async (method: string, path: string, body: unknown) => {
      const response = await host.call(method, path, { token: bob, body });
      const { requestId: _, ...problem } = (await response.json()) as Record<string, unknown>;
      return { status: response.status, problem };
    };
    for (const [index, [method, path, body]] of attempts(sessionId).entries()) {
      const [, absentPath = '', absentBody] = attempts(absent)[index] ?? [];
      const theirs = await outcome(method, path, body);
      assert.equal(theirs.status, 404, `${method} ${path}`);
      assert.deepEqual(theirs, await outcome(method, absentPath, absentBody));
    }
    const own = await host.call('GET', `/api/v1/chat/history/${sessionId}`, { token: ada });
    assert.equal(((await own.json()) as { totalMessages: number }).totalMessages, 2);
  });
});

describe('the issuer’s keys', () => {
  it('are asked for once, again for a key that is new, and not at all while the issuer rests', async () => {
    const issuer = await startOidcIssuer();
    const { createKeySet } = await import('#api/sign-in/key-set.ts');
    const { createTokenVerifier } = await import('#api/sign-in/token-verifier.ts');
    let nowMs = 1_000_000;
    const settings = { issuer: issuer.issuer, audience: issuer.audience, adminRole: 'admin' };
    const verify = createTokenVerifier(settings, {
      keys: createKeySet({ ...settings, cooldownMs: 0, now: () => nowMs }),
    });
    try {
      await verify(await issuer.sign());
      await verify(await issuer.sign());
      assert.equal(issuer.keyRequests(), 1);
      const before = await issuer.sign();
      await issuer.rotate();
      const rotated = await issuer.sign({}, { kid: 'rsa-1-next' });
      await verify(rotated);
      assert.equal(issuer.keyRequests(), 2);
      await assert.rejects(verify(before), { code: 'not-authenticated' });

      issuer.setReachable(false);
      nowMs += 1;
      await verify(rotated);
      await assert.rejects(verify(await issuer.sign({}, { kid: 'never-seen' })), {
        code: 'sign-in-unavailable',
      });
      await verify(rotated);
      issuer.setReachable(true);
      await issuer.rotate();
      await verify(await issuer.sign({}, { kid: 'rsa-1-next-next' }));
    } finally {
      await issuer.close();
    }
  });

  it('that cannot be had make nobody a stranger: the caller is asked to come back', async () => {
    const issuer = await startOidcIssuer();
    const token = await issuer.sign();
    issuer.setReachable(false);
    const host = await startApi({
      signIn: { issuer: issuer.issuer, audience: issuer.audience, adminRole: 'admin' },
    });
    try {
      const response = await host.call('GET', me, { token });
      assert.equal(response.status, 503);
      assert.equal(response.headers.get('retry-after'), '30');
      assert.equal((await problemOf(response)).code, 'sign-in-unavailable');
      assert.equal((await host.call('GET', me)).status, 401);
    } finally {
      await host.close();
      await issuer.close();
    }
  });

  it('of another issuer’s discovery document are not believed', async () => {
    const { createKeySet } = await import('#api/sign-in/key-set.ts');
    const issuer = await startOidcIssuer();
    const keys = createKeySet({ issuer: issuer.issuer.replace('127.0.0.1', 'localhost') });
    try {
      await assert.rejects(async () => keys({ alg: 'RS256', kid: 'rsa-1' }, {} as never), {
        code: 'sign-in-unavailable',
      });
    } finally {
      await issuer.close();
    }
  });
});

describe('without an issuer', () => {
  let host: ApiHost;
  before(async () => {
    host = await startApi();
  });
  after(() => host.close());

  it('this machine’s own callers are served, each client’s people apart', async () => {
    const sessionId = await beginSession(host, { person: 'ada' });
    const path = `/api/v1/chat/session/${sessionId}`;
    assert.equal((await host.call('GET', path, { person: 'ada' })).status, 200);
    assert.equal((await host.call('GET', path, { person: 'bob' })).status, 404);
    assert.equal((await host.call('GET', path)).status, 404);
  });

  it('everybody else is told what would have to be set', async () => {
    const request = await import('node:http');
    const port = new URL(host.origin).port;
    const get = (headers: Record<string, string>) =>
      new Promise<{ status: number; text: string }>((resolve) => {
        request.get({ host: '127.0.0.1', port, path: me, headers }, async (response) => {
          const text = (await response.toArray()).join('');
          resolve({ status: response.statusCode ?? 0, text });
        });
      });
    // A page that had its own name point to this machine, and a proxy on it, both call from here.
    for (const headers of [
      { host: 'mentor.example' },
      { host: `evil.example:${port}` },
      { host: `127.0.0.1:${port}`, 'x-forwarded-for': '203.0.113.7' },
    ]) {
      const { status, text } = await get(headers as Record<string, string>);
      assert.equal(status, 401, JSON.stringify(headers));
      assert.match(text, /Missing authentication token.*AUTH_ISSUER and AUTH_AUDIENCE/);
    }
  });

  it('a name that is none is refused', async () => {
    for (const person of ['a b', 'x'.repeat(101), '../etc', 'a:b']) {
      const response = await host.call('GET', me, { person });
      assert.equal(response.status, 400, person);
      assert.doesNotMatch(await response.text(), /etc|xxx/);
    }
  });
});
