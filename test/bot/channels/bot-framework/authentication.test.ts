import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, it, type TestContext } from 'node:test';
import { generateKeyPair } from 'jose';
import type { BotCredentials } from '#bot/channels/bot-framework/host-adapter.ts';
import { postJson } from '#test/helpers/direct-line-http.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';
import { startTokenIssuer, type TokenIssuer } from '#test/helpers/token-issuer.ts';

const appId = '11111111-1111-1111-1111-111111111111';
const tenantId = '22222222-2222-2222-2222-222222222222';
const serviceUrl = 'https://smba.trafficmanager.net/emea/';
const message = {
  type: 'message',
  id: 'm-1',
  channelId: 'msteams',
  serviceUrl,
  conversation: { id: 'a:1', conversationType: 'personal' },
  from: { id: '29:ada' },
  recipient: { id: '28:bot' },
  text: 'hello',
};
const registrations: Readonly<Record<string, BotCredentials>> = {
  'single tenant': { appId, appPassword: 'secret', appType: 'SingleTenant', tenantId },
  'multi tenant': { appId, appPassword: 'secret', appType: 'MultiTenant' },
  'managed identity': { appId, appType: 'UserAssignedMSI', tenantId },
};

describe('a signed call', () => {
  let issuer: TokenIssuer;
  before(async () => {
    issuer = await startTokenIssuer();
  });
  after(() => issuer.stop());

  async function startSigned(t: TestContext, credentials: BotCredentials) {
    const heard: unknown[] = [];
    const host = await startBotHost({
      folder: await createTestFolder(t),
      credentials,
      authority: issuer.authority,
      logic: async ({ activity }) => {
        heard.push(activity.text);
      },
    });
    t.after(host.stop);
    const post = (token: string, body: object = message) =>
      postJson(`${host.url}/api/messages`, body, { token });
    return { ...host, heard, post };
  }

  for (const [name, credentials] of Object.entries(registrations))
    it(`of the channel is taken, once, by a ${name} bot`, async (t) => {
      const host = await startSigned(t, credentials);
      const token = await issuer.sign({ aud: appId, serviceurl: serviceUrl });
      assert.equal((await host.post(token)).status, 202);
      assert.equal((await host.post(token)).status, 202, 'a second delivery is acknowledged');
      await host.inbox.drain(5_000);
      assert.deepEqual(host.heard, ['hello']);
    });

  it('that is wrong in any way is 401 and heard by nobody', async (t) => {
    const host = await startSigned(t, registrations['single tenant'] ?? {});
    const { privateKey: foreignKey } = await generateKeyPair('RS256');
    const good = { aud: appId, serviceurl: serviceUrl };
    const valid = await issuer.sign(good);
    const [header = '', payload = '', signature = ''] = valid.split('.');
    const unsignedHeader = Buffer.from('{"alg":"none","typ":"JWT","kid":"key-1"}').toString(
      'base64url',
    );
    const tokens = {
      'another audience': await issuer.sign({ ...good, aud: 'another' }),
      'no audience': await issuer.sign({ serviceurl: serviceUrl }),
      'another issuer': await issuer.sign({ ...good, iss: 'https://api.botframework.com' }),
      'an expired token': await issuer.sign(good, { expiresInS: -900 }),
      'a token of tomorrow': await issuer.sign({
        ...good,
        nbf: Math.floor(Date.now() / 1_000) + 86_400,
      }),
      'a foreign key': await issuer.sign(good, { key: foreignKey }),
      'an unknown service URL': await issuer.sign({ ...good, serviceurl: 'https://evil.example/' }),
      'no service URL': await issuer.sign({ aud: appId }),
      'no signature': `${unsignedHeader}.${payload}.`,
      'a cut signature': `${header}.${payload}.${signature.slice(0, -8)}`,
      'another payload': `${header}.${Buffer.from('{"aud":"x"}').toString('base64url')}.${signature}`,
      nonsense: 'a.b.c',
      'an empty payload': `${header}.${Buffer.from('null').toString('base64url')}.${signature}`,
    };
    for (const [what, token] of Object.entries(tokens)) {
      const response = await host.post(token);
      assert.equal(response.status, 401, what);
      assert.equal(((await response.json()) as { code: string }).code, 'not-authenticated', what);
    }
    const basic = await postJson(`${host.url}/api/messages`, message, {
      headers: { authorization: `Basic ${valid}` },
    });
    assert.equal(basic.status, 401);
    await host.inbox.drain(5_000);
    assert.deepEqual(host.heard, []);
  });

  it('names its own service URL in the activity, and a channel that its key is endorsed for', async (t) => {
    const host = await startSigned(t, registrations['single tenant'] ?? {});
    const token = await issuer.sign({ aud: appId, serviceurl: serviceUrl });
    for (const changed of [{ serviceUrl: 'https://evil.example/' }, { channelId: 'directline' }])
      assert.equal((await host.post(token, { ...message, ...changed })).status, 401);
    await host.inbox.drain(5_000);
    assert.deepEqual(host.heard, []);
  });

  it('is no answer at all while the issuer’s keys cannot be read', async (t) => {
    const gone = await startTokenIssuer();
    await gone.stop();
    const host = await startBotHost({
      folder: await createTestFolder(t),
      credentials: registrations['single tenant'] ?? {},
      authority: gone.authority,
      logic: async () => assert.fail('nobody may be heard'),
    });
    t.after(host.stop);
    const token = await gone.sign({ aud: appId, serviceurl: serviceUrl });
    const response = await postJson(`${host.url}/api/messages`, message, { token });
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /127\.0\.0\.1|stack/);
  });
});

describe('without an app id', () => {
  async function startOpen(t: TestContext) {
    const host = await startBotHost({ folder: await createTestFolder(t), logic: async () => {} });
    t.after(host.stop);
    return (body: object, headers: Record<string, string> = {}) =>
      postJson(`${host.url}/api/messages`, body, { headers });
  }

  it('this machine’s own clients are let in', async (t) => {
    const post = await startOpen(t);
    for (const [id, local] of [
      'http://localhost:56150/_connector',
      'http://127.0.0.1:9/',
      'http://[::1]:9/',
    ].entries())
      assert.equal((await post({ ...message, id: `m-${id}`, serviceUrl: local })).status, 202);
  });

  it('replies to no other machine, however it is written', async (t) => {
    const post = await startOpen(t);
    for (const foreign of [
      'https://smba.trafficmanager.net/emea/',
      'http://169.254.169.254/',
      'http://localhost.evil.example/',
      'http://127.0.0.1@evil.example/',
      'http://10.0.0.1:80/',
      'http://0.0.0.0/',
    ])
      assert.equal((await post({ ...message, serviceUrl: foreign })).status, 403, foreign);
  });

  it('what comes through a tunnel or a proxy of this machine is refused', async (t) => {
    const { createConnection } = await import('node:net');
    const host = await startBotHost({ folder: await createTestFolder(t), logic: async () => {} });
    t.after(host.stop);
    const body = JSON.stringify({ ...message, serviceUrl: 'http://127.0.0.1:9/' });
    const status = await new Promise<string>((resolve, reject) => {
      const socket = createConnection(host.port, '127.0.0.1', () =>
        socket.write(
          `POST /api/messages HTTP/1.1\r\nHost: mentor.example\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
        ),
      );
      socket.once('data', (data) => resolve(data.toString().slice(9, 12)));
      socket.once('error', reject);
    });
    assert.equal(status, '403');
  });
});

describe('what the bot sends', () => {
  it('is signed with the managed identity’s token', async (t) => {
    const asked: URL[] = [];
    const identity = createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://identity'));
      response.writeHead(200, { 'content-type': 'application/json' });
      const expires = Math.floor(Date.now() / 1_000) + 3_600;
      response.end(
        JSON.stringify({
          access_token: 'token-of-the-identity',
          expires_on: String(expires),
          token_type: 'Bearer',
        }),
      );
    });
    const sentWith: unknown[] = [];
    const connector = createServer((request, response) => {
      sentWith.push(request.headers.authorization);
      request.resume();
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end('{"id":"1"}');
    });
    const issuer = await startTokenIssuer();
    const local = `http://127.0.0.1:${await listenLocally(connector)}/`;
    process.env['IDENTITY_ENDPOINT'] = `http://127.0.0.1:${await listenLocally(identity)}/token`;
    process.env['IDENTITY_HEADER'] = 'header';
    t.after(async () => {
      delete process.env['IDENTITY_ENDPOINT'];
      delete process.env['IDENTITY_HEADER'];
      await Promise.all([stopServer(identity), stopServer(connector), issuer.stop()]);
    });
    const host = await startBotHost({
      folder: await createTestFolder(t),
      credentials: registrations['managed identity'] ?? {},
      authority: issuer.authority,
      logic: async (context) => {
        await context.sendActivity('hello');
      },
    });
    t.after(host.stop);
    const token = await issuer.sign({ aud: appId, serviceurl: local });
    await postJson(`${host.url}/api/messages`, { ...message, serviceUrl: local }, { token });
    await host.inbox.drain(10_000);
    assert.deepEqual(sentWith, ['Bearer token-of-the-identity']);
    assert.equal(asked[0]?.searchParams.get('client_id'), appId);
    assert.match(asked[0]?.searchParams.get('resource') ?? '', /^https:\/\/api\.botframework\.com/);
  });
});
