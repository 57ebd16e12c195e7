import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { HistoryPage } from '#api/v1/schemas/history.ts';
import type { Publication } from '#api/v1/schemas/knowledge-administration.ts';
import type { Me } from '#api/v1/schemas/me.ts';
import { type OidcIssuer, startOidcIssuer } from '#test/helpers/oidc-issuer.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

interface WebChatSession {
  readonly token: string;
  readonly userId: string;
  readonly resumeToken?: string;
}

describe('somebody who is signed in', () => {
  let issuer: OidcIssuer;
  let dataFolder: string;
  let program: Program;
  before(async () => {
    issuer = await startOidcIssuer();
    dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    const environment = { AUTH_ISSUER: issuer.issuer, AUTH_AUDIENCE: issuer.audience };
    program = await startProgram({ dataFolder, environment });
  });
  after(async () => {
    await program?.stop();
    await issuer?.close();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const call = (method: string, path: string, token?: string, body?: unknown) =>
    fetch(`${program.origin}${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const json = async <Body>(...given: Parameters<typeof call>): Promise<Body> => {
    const response = await call(...given);
    assert.ok(response.ok, `${given.slice(0, 2).join(' ')}: ${response.status}`);
    return (await response.json()) as Body;
  };
  const openWebChat = (token?: string) =>
    json<WebChatSession>('POST', '/api/web-chat/session', token, {});

  it('goes on through the API with a conversation that began in the web chat, and may delete both', async () => {
    const ada = await issuer.accessToken('ada');
    const session = await openWebChat(ada);
    assert.equal(session.resumeToken, undefined);
    assert.equal((await openWebChat(ada)).userId, session.userId);
    const { conversationId } = await json<{ conversationId: string }>(
      'POST',
      '/v3/directline/conversations',
      session.token,
      {},
    );
    await json('POST', `/v3/directline/conversations/${conversationId}/activities`, session.token, {
      type: 'message',
      from: { id: session.userId },
      text: 'How do I get from wolframite mining into data engineering?',
    });
    let me = await json<Me>('GET', '/api/v1/me', ada);
    for (; me.sessions.length === 0; me = await json<Me>('GET', '/api/v1/me', ada)) await wait(50);
    assert.deepEqual(
      me.sessions.map(({ sessionId, channel }) => [sessionId, channel]),
      [[conversationId, 'directline']],
    );
    await json('POST', '/api/v1/chat/message', ada, {
      sessionId: conversationId,
      message: 'And how long does that take?',
    });
    const path = `/api/v1/chat/history/${conversationId}`;
    assert.equal((await json<HistoryPage>('GET', path, ada)).messages.length, 4);
    assert.equal((await call('GET', path, await issuer.accessToken('bob'))).status, 404);

    await json('DELETE', '/api/v1/me', ada);
    const files = await readdir(dataFolder, { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile()))
      assert.ok(
        !(await readFile(join(file.parentPath, file.name), 'latin1')).includes('wolframite'),
        file.name,
      );
  });

  it('is somebody else than a visitor without a name, and a forged token is nobody', async () => {
    const visitor = await openWebChat();
    assert.notEqual(visitor.resumeToken, undefined);
    assert.notEqual(visitor.userId, (await openWebChat(await issuer.accessToken('ada'))).userId);
    const forged = await issuer.sign({ aud: 'api://another' });
    assert.equal((await call('POST', '/api/web-chat/session', forged, {})).status, 401);
  });

  it('is the only one whom the API serves, and the rest of the server goes on for all', async () => {
    assert.equal((await call('GET', '/api/v1/me')).status, 401);
    assert.equal((await call('GET', '/api/v1/knowledge/stats')).status, 401);
    for (const path of ['/', '/docs', '/openapi.json', '/health/ready'])
      assert.equal((await call('GET', path)).status, 200, path);
    const limited = await call('GET', '/api/v1/me', await issuer.accessToken('ada'));
    assert.equal(limited.headers.get('ratelimit-limit'), '600');
  });

  it('administers the articles: one that was taken out comes back with the next publishing', async () => {
    const root = await issuer.accessToken('root');
    const documents = async () =>
      (
        await json<{ documents: { documentId: string }[] }>(
          'GET',
          '/api/v1/knowledge/documents',
          root,
        )
      ).documents.map(({ documentId }) => documentId);
    const [id = '', ...rest] = await documents();
    assert.ok(rest.length > 50);
    assert.equal((await call('DELETE', `/api/v1/knowledge/documents/${id}`, root)).status, 204);
    assert.equal((await call('GET', `/articles/${id}`)).status, 404);
    assert.deepEqual(await documents(), rest);
    const path = '/api/v1/knowledge/publications';
    const { publicationId } = await json<Publication>('POST', path, root, {});
    const look = () => json<Publication>('GET', `${path}/${publicationId}`, root);
    let publication = await look();
    for (; publication.state === 'running'; publication = await look()) await wait(50);
    assert.equal(publication.state, 'done');
    assert.deepEqual(publication.sources[0]?.added, [id]);
    assert.equal(publication.sources[0]?.unchanged, rest.length);
    assert.equal((await call('GET', `/articles/${id}`)).status, 200);
    const audit = await readFile(join(dataFolder, 'audit.jsonl'), 'utf8');
    for (const action of ['listDocuments', 'removeDocument', 'publishDocuments', 'getPublication'])
      assert.match(audit, new RegExp(`"account":"root","action":"${action}"`));
  });
});
