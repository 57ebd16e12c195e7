import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { defineOperation, route } from '#api/v1/operation.ts';
import { identifier } from '#api/v1/schemas/common.ts';
import { type OidcIssuer, startOidcIssuer } from '#test/helpers/oidc-issuer.ts';
import { type ApiHost, beginSession, startApi } from '#test/helpers/start-api.ts';

const operation = defineOperation({
  id: 'retireArticle',
  method: 'delete',
  path: '/api/v1/test/article/{documentId}',
  tag: 'knowledge',
  summary: 'A route for administrators',
  permission: 'admin',
  countsAs: 'read',
  params: z.object({ documentId: identifier }),
  success: { status: 200, description: 'Done.', schema: z.object({ done: z.boolean() }) },
  errors: [],
});

describe('a route for administrators', () => {
  let issuer: OidcIssuer;
  let host: ApiHost;
  let done = 0;
  before(async () => {
    issuer = await startOidcIssuer();
    host = await startApi({
      signIn: { issuer: issuer.issuer, audience: issuer.audience, adminRole: 'admin' },
      routes: [
        route(operation, async () => {
          done += 1;
          return { body: { done: true } };
        }),
      ],
    });
  });
  after(async () => {
    await host.close();
    await issuer.close();
  });
  const retire = (token: string) => host.call('DELETE', '/api/v1/test/article/old', { token });

  it('is closed to everybody else', async () => {
    for (const token of [
      await issuer.accessToken('ada'),
      await issuer.accessToken('root', 'mentor.chat'),
    ]) {
      const response = await retire(token);
      assert.equal(response.status, 403);
      assert.equal(((await response.json()) as { code: string }).code, 'not-permitted');
    }
    assert.equal(done, 0);
  });

  it('writes down who did what to which', async () => {
    const response = await retire(await issuer.accessToken('root'));
    assert.equal(response.status, 200);
    const [line = ''] = readFileSync(join(host.folder, 'audit.jsonl'), 'utf8').trim().split('\n');
    const { at, administrator, ...entry } = JSON.parse(line) as Record<string, string>;
    assert.deepEqual(entry, {
      account: 'root',
      action: 'retireArticle',
      about: { documentId: 'old' },
      requestId: response.headers.get('x-request-id'),
    });
    assert.match(administrator ?? '', /^user-/);
    assert.ok(Date.parse(at ?? '') > 0);
  });

  it('opens nobody’s conversations', async () => {
    const sessionId = await beginSession(host, { token: await issuer.accessToken('ada') });
    const response = await host.call('GET', `/api/v1/chat/history/${sessionId}`, {
      token: await issuer.accessToken('root'),
    });
    assert.equal(response.status, 404);
  });
});
