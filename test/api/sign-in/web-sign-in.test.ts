import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { createWebSignIn, type WebSignIn } from '#api/sign-in/web-sign-in.ts';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

describe('what pages need to know to sign somebody in', () => {
  let document: object | undefined;
  let isHanging = false;
  let requests = 0;
  let nowMs = 0;
  let issuer = '';
  const server = () =>
    createServer((_request, response) => {
      requests += 1;
      if (isHanging) return;
      response.writeHead(document === undefined ? 500 : 200);
      response.end(JSON.stringify(document ?? {}));
    });
  let listening: ReturnType<typeof server>;
  beforeEach(async () => {
    listening = server();
    issuer = `http://127.0.0.1:${await listenLocally(listening)}`;
    document = {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: 'https://tokens.example/token',
      revocation_endpoint: 'https://tokens.example/revoke',
      authorization_response_iss_parameter_supported: true,
    };
    requests = 0;
    nowMs = 0;
    isHanging = false;
  });
  afterEach(() => stopServer(listening));

  const open = (): WebSignIn =>
    createWebSignIn(
      { issuer, clientId: 'web', scope: 'openid', parameters: { audience: 'api' } },
      { logger: silentLogger, now: () => nowMs, timeoutMs: 2_000, patienceMs: 50 },
    );

  it('comes out of the issuer’s document, asked for once an hour', async () => {
    const signIn = open();
    const description = await signIn.describe();
    assert.deepEqual(
      [description.authorizationEndpoint, description.tokenEndpoint, description.namesItself],
      [`${issuer}/authorize`, 'https://tokens.example/token', true],
    );
    await signIn.describe();
    assert.equal(requests, 1);
    nowMs = 3_600_000;
    await signIn.describe();
    assert.equal(requests, 2);
  });

  it('stays what it was while the issuer does not answer', async () => {
    const signIn = open();
    await signIn.describe();
    document = undefined;
    nowMs = 3_600_000;
    assert.equal((await signIn.describe()).clientId, 'web');
    assert.equal(requests, 2);
    await signIn.describe();
    assert.equal(requests, 2, 'the issuer is left alone for a while');
  });

  it('is not there before the issuer answered once, and is as soon as it did', async () => {
    const good = document;
    document = undefined;
    const signIn = open();
    await assert.rejects(signIn.describe(), { code: 'sign-in-unavailable' });
    document = good;
    await assert.rejects(signIn.describe(), { code: 'sign-in-unavailable' });
    assert.equal(requests, 1);
    nowMs = 5_000;
    assert.equal((await signIn.describe()).issuer, issuer);
  });

  it('is not taken from the document of another issuer, nor from one that names no endpoints', async () => {
    for (const changes of [
      { issuer: 'https://evil.example' },
      { token_endpoint: undefined },
      { authorization_endpoint: 'javascript:alert(1)' },
    ]) {
      document = { ...document, issuer, ...changes };
      await assert.rejects(open().describe(), { code: 'sign-in-unavailable' });
    }
  });

  it('names the origins that a page has to call, and keeps no page waiting for them', async () => {
    const signIn = open();
    assert.deepEqual(await signIn.origins(), [issuer, 'https://tokens.example']);
    isHanging = true;
    assert.deepEqual(await open().origins(), [issuer]);
  });
});
