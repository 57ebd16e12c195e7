import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { PublishSources } from '#api/v1/publications.ts';
import type { Publication } from '#api/v1/schemas/knowledge-administration.ts';
import { MentorError } from '#errors.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { type OidcIssuer, startOidcIssuer } from '#test/helpers/oidc-issuer.ts';
import { type ApiHost, startApi } from '#test/helpers/start-api.ts';

const root = '/api/v1/knowledge';

describe('the administration of the articles', () => {
  let issuer: OidcIssuer;
  let host: ApiHost;
  let admin: string;
  let publishSources: PublishSources;
  let changes = 0;
  before(async () => {
    issuer = await startOidcIssuer();
    host = await startApi({
      signIn: { issuer: issuer.issuer, audience: issuer.audience, adminRole: 'admin' },
      allowedOrigins: ['https://friend.example'],
      changes: {
        publishSources: (options) => publishSources(options),
        onKnowledgeChanged: async () => {
          changes += 1;
        },
      },
    });
    admin = await issuer.accessToken('root');
    await host.index.putDocument([makePassage({ documentId: 'old', title: 'An old one' })]);
  });
  after(async () => {
    await host.close();
    await issuer.close();
  });
  const call = (method: string, path: string, body?: unknown, token = admin) =>
    host.call(method, `${root}${path}`, { token, ...(body === undefined ? {} : { body }) });
  const publish = async (body: object = {}) => {
    const response = await call('POST', '/publications', body);
    assert.equal(response.status, 202);
    const publication = (await response.json()) as Publication;
    const location = `${root}/publications/${publication.publicationId}`;
    assert.equal(response.headers.get('location'), location);
    return publication;
  };
  const look = async (id: string) =>
    (await (await call('GET', `/publications/${id}`)).json()) as Publication;

  it('is closed to everybody else, and to the pages of other sites', async () => {
    const ada = await issuer.accessToken('ada');
    for (const [method, path, body] of [
      ['GET', '/documents'],
      ['DELETE', '/documents/old'],
      ['POST', '/publications', {}],
      ['GET', '/publications'],
      ['GET', '/publications/any'],
    ] as const) {
      assert.equal((await call(method, path, body, ada)).status, 403, `${method} ${path}`);
      const response = await host.call(method, `${root}${path}`, {
        token: admin,
        headers: { origin: 'https://friend.example' },
        ...(body === undefined ? {} : { body }),
      });
      assert.equal(((await response.json()) as { code: string }).code, 'origin-not-allowed');
    }
    assert.equal((await host.index.listDocuments()).length, 1);
  });

  it('lists documents and takes one out, and writes down who did', async () => {
    const { documents } = (await (await call('GET', '/documents')).json()) as {
      documents: object[];
    };
    assert.deepEqual(documents, [
      {
        documentId: 'old',
        title: 'An old one',
        category: 'Career Guides',
        collection: 'articles',
        passages: 1,
      },
    ]);
    assert.equal((await call('DELETE', '/documents/absent')).status, 404);
    assert.equal(changes, 0);
    assert.equal((await call('DELETE', '/documents/old')).status, 204);
    assert.equal(changes, 1);
    assert.deepEqual(await host.index.listDocuments(), []);
    const lines = readFileSync(join(host.folder, 'audit.jsonl'), 'utf8').trim().split('\n');
    const { account, action, about } = JSON.parse(lines.at(-1) ?? '');
    assert.deepEqual([account, action, about], ['root', 'removeDocument', { documentId: 'old' }]);
  });

  it('publishes one at a time, and tells how far it is', async () => {
    const gate = Promise.withResolvers<void>();
    let recreates: boolean | undefined;
    publishSources = async ({ recreate, onProgress, onSource }) => {
      recreates = recreate;
      onProgress();
      onProgress();
      await gate.promise;
      onSource({
        source: 'articles',
        added: ['new'],
        changed: [],
        removed: ['old'],
        unchanged: 1,
        refused: [{ file: 'bad.md', line: 3, problem: 'has no title' }],
        withoutVectors: false,
      });
    };
    const { publicationId, state } = await publish({ recreate: true });
    assert.equal(state, 'running');
    assert.equal(recreates, true);
    assert.equal((await publish()).publicationId, publicationId);
    assert.equal((await look(publicationId)).documentsRead, 2);
    gate.resolve();
    let found = await look(publicationId);
    for (; found.state === 'running'; found = await look(publicationId));
    assert.equal(found.state, 'done');
    assert.deepEqual(found.sources[0]?.added, ['new']);
    assert.equal(found.sources[0]?.refused[0]?.problem, 'has no title');
    assert.ok(Date.parse(found.endedAt ?? '') >= Date.parse(found.startedAt));
  });

  it('tells why one failed, and begins another all the same', async () => {
    publishSources = async () => {
      throw new MentorError('search-unavailable', 'swordfish');
    };
    const failed = await publish();
    const found = await look(failed.publicationId);
    assert.deepEqual([found.state, found.code], ['failed', 'search-unavailable']);
    assert.doesNotMatch(JSON.stringify(found), /swordfish/);
    publishSources = async () => undefined;
    const next = await publish();
    assert.notEqual(next.publicationId, failed.publicationId);
    const { publications } = (await (await call('GET', '/publications')).json()) as {
      publications: Publication[];
    };
    assert.deepEqual(
      publications.slice(0, 2).map((one) => one.publicationId),
      [next.publicationId, failed.publicationId],
    );
    assert.equal((await call('GET', '/publications/absent')).status, 404);
  });
});

describe('the administration where nobody can sign in', () => {
  it('is whoever sits at this machine', async () => {
    const host = await startApi();
    try {
      assert.equal((await host.call('GET', `${root}/documents`)).status, 200);
      const proxied = await host.call('GET', `${root}/documents`, {
        headers: { 'x-forwarded-for': '203.0.113.7' },
      });
      assert.equal(proxied.status, 401);
    } finally {
      await host.close();
    }
  });
});
