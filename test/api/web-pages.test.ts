import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import restify, { type Server } from 'restify';
import { attachWebPages } from '#api/web-pages.ts';
import { chunkArticle } from '#ingestion/chunk-article.ts';
import { readArticle } from '#ingestion/read-article.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';

const articleText = `---
id: career-test
title: "Tests & <careers>"
summary: "An article that exists for the tests of its page."
document_type: case_study
category: Career Guides
subcategory: Transitions
audience: [mid]
career_paths: [any]
skills: []
sources:
  - title: "A source <b>"
    url: https://example.org/?a=1&b=2
    evidence: practitioner
    as_of: "2025"
last_reviewed: 2025-03-01
review_by: 2026-03-01
---

The opening says <script>alert(1)</script> what it is about [1].

## What is <new>?

The new thing is "quoted" and it's here.

## Next step

- **mid**: This week (2 hours): write one test.
`;

function readTestArticle(): KnowledgeDocument[] {
  const { article } = readArticle('career-test.md', articleText);
  assert.ok(article);
  return chunkArticle(article, {
    now: new Date('2026-11-22'),
    collection: 'articles',
    contentHash: article.contentHash,
  });
}

describe('the web pages', () => {
  let server: Server;
  let origin: string;
  let articleCount = 99;
  let now = new Date('2026-02-28');

  before(async () => {
    server = restify.createServer();
    attachWebPages(server, {
      webFolder: join(import.meta.dirname, '..', '..', 'web'),
      index: { getDocument: async (id) => (id === 'career-test' ? readTestArticle() : []) },
      allowedOrigins: ['https://school.example'],
      articleCount: () => articleCount,
      now: () => now,
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${server.address().port}`;
  });
  after(() => new Promise<void>((resolve) => server.close(() => resolve())));

  /** Sends the path as it is written: fetch would tidy it first. */
  async function ask(
    path: string,
    options: { method?: string; headers?: Record<string, string> } = {},
  ) {
    const { hostname, port } = new URL(origin);
    const call = request({ hostname, port, path, ...options });
    call.end();
    const [response] = await once(call, 'response');
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    return {
      status: response.statusCode,
      headers: response.headers,
      body,
      text: body.toString('utf8'),
    };
  }

  test('the chat page names the number of articles as it is now', async () => {
    assert.match((await ask('/')).text, /Answers come from 99 articles/);
    articleCount = 100;
    assert.match((await ask('/')).text, /Answers come from 100 articles/);
  });

  test('the chat page has a strict policy with a nonce that is never the same', async () => {
    const one = await ask('/');
    const other = await ask('/');
    const policy = String(one.headers['content-security-policy']);
    const [, nonce] = /'nonce-([^']+)'/.exec(policy) ?? [];
    assert.ok(nonce && one.text.includes(`data-style-nonce="${nonce}"`));
    assert.ok(!other.text.includes(nonce));
    assert.match(policy, /default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.match(policy, /frame-ancestors 'self' https:\/\/school\.example$/);
    assert.equal(one.headers['cache-control'], 'no-store');
    assert.equal(one.headers['x-content-type-options'], 'nosniff');
    assert.equal(one.headers['referrer-policy'], 'no-referrer');
    assert.match(String(one.headers['permissions-policy']), /microphone=\(\)/);
  });

  test('a forged Host header does not get into the policy', async () => {
    const { headers } = await ask('/', { headers: { Host: "x'unsafe-inline'" } });
    assert.doesNotMatch(String(headers['content-security-policy']), /unsafe-inline/);
  });

  test('the page has no script of its own within it, and names every file it needs', async () => {
    const { text } = await ask('/');
    assert.doesNotMatch(text, /<script(?![^>]* src=)/);
    assert.doesNotMatch(text, /\sstyle=|\son\w+=/);
    assert.doesNotMatch(text, /\{\{/);
    const addresses = [...text.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, address]) =>
      String(address),
    );
    assert.ok(addresses.length >= 8);
    for (const address of addresses.filter((entry) => !entry.startsWith('/vendor/')))
      assert.equal((await ask(address)).status, 200, address);
  });

  test('a module is imported under an address that changes with the release', async () => {
    const { text } = await ask('/chat.js');
    const imports = [...text.matchAll(/from '([^']+)'/g)].map(([, specifier]) => String(specifier));
    assert.ok(imports.length > 0);
    for (const specifier of imports) {
      const { status, headers } = await ask(specifier.slice(1));
      assert.equal(status, 200, specifier);
      assert.match(String(headers['cache-control']), /immutable/);
    }
  });

  test('a file without its version is asked for again, and answered with 304 while it is the same', async () => {
    const { headers } = await ask('/chat.js?v=of-an-old-release');
    assert.equal(headers['cache-control'], 'public, no-cache');
    const again = await ask('/chat.js', { headers: { 'If-None-Match': String(headers.etag) } });
    assert.equal(again.status, 304);
    assert.equal(again.body.length, 0);
  });

  test('a file is compressed for whoever can read it, and only for them', async () => {
    const plain = await ask('/chat.js');
    const packed = await ask('/chat.js', { headers: { 'Accept-Encoding': 'gzip, br' } });
    assert.equal(plain.headers['content-encoding'], undefined);
    assert.equal(packed.headers['content-encoding'], 'br');
    assert.ok(packed.body.length < plain.body.length);
    assert.deepEqual(brotliDecompressSync(packed.body), plain.body);
    assert.notEqual(packed.headers.etag, plain.headers.etag);
    const refused = await ask('/chat.js', { headers: { 'Accept-Encoding': 'br;q=0, gzip' } });
    assert.equal(refused.headers['content-encoding'], 'gzip');
  });

  test('HEAD has the headers of GET and no body', async () => {
    for (const path of ['/', '/chat.js', '/articles/career-test']) {
      const { status, headers, body } = await ask(path, { method: 'HEAD' });
      assert.equal(status, 200, path);
      assert.ok(Number(headers['content-length']) > 0, path);
      assert.equal(body.length, 0, path);
    }
  });

  test('nothing but the listed files can be reached', async () => {
    const paths = [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/vendor/../../package.json',
      '/index.html',
      '/fetch-web-chat.ts',
      '/vendor/',
      '/articles/..%2f..%2fpackage.json',
    ];
    for (const path of paths) assert.equal((await ask(path)).status, 404, path);
  });

  test('an article shows what stands in the index, escaped, with anchors and sources', async () => {
    const { status, text, headers } = await ask('/articles/career-test');
    assert.equal(status, 200);
    assert.match(text, /<h1>Tests &amp; &lt;careers&gt;<\/h1>/);
    assert.match(text, /Case study · Career Guides/);
    assert.match(text, /Reviewed <time datetime="2025-03-01">1 March 2025<\/time>/);
    assert.match(text, /id="what-is-new">\s*<h2>What is &lt;new&gt;\?<\/h2>/);
    assert.match(
      text,
      /href="https:\/\/example\.org\/\?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">A source &lt;b&gt;/,
    );
    assert.match(text, /practitioner’s account, 2025/);
    assert.match(text, /<strong>mid<\/strong> This week \(2 hours\)/);
    assert.doesNotMatch(text, /<script>alert|<b>/);
    assert.match(
      String(headers['content-security-policy']),
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
  });

  test('an article says when it is past its review date, from that day on', async () => {
    assert.doesNotMatch((await ask('/articles/career-test')).text, /due for a new review/);
    now = new Date('2026-03-02');
    assert.match(
      (await ask('/articles/career-test')).text,
      /due for a new review on .*1 March 2026/,
    );
  });

  test('what is missing is a page for people and an error for programs', async () => {
    const page = await ask('/nothing', { headers: { Accept: 'text/html,*/*' } });
    assert.equal(page.status, 404);
    assert.match(page.text, /There is nothing here/);
    const article = await ask('/articles/nothing', { headers: { Accept: 'text/html' } });
    assert.equal(article.status, 404);
    assert.match(article.text, /There is nothing here/);
    const program = await ask('/nothing', { headers: { Accept: 'application/json' } });
    assert.equal(program.status, 404);
    assert.equal(program.headers['content-type'], 'application/json');
  });
});
