import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Server } from 'restify';
import { createHttpServer } from '#api/http-server.ts';
import { MentorError } from '#errors.ts';

describe('the HTTP server', () => {
  const logged: { level: string; details: object }[] = [];
  const log = (level: string) => (details: object) => void logged.push({ level, details });
  let server: Server;
  let origin: string;

  before(async () => {
    server = createHttpServer({
      logger: { info: log('info'), warn: log('warn'), error: log('error'), debug: log('debug') },
    });
    server.get('/fails', async () => {
      throw new Error('the password is swordfish');
    });
    server.get('/down', async () => {
      throw new MentorError('search-unavailable', 'index at 10.0.0.7 is gone');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${server.address().port}`;
  });

  after(() => server.close());

  it('answers an unknown route with a problem and a request id', async () => {
    const response = await fetch(`${origin}/nothing/here`);
    assert.equal(response.status, 404);
    assert.match(response.headers.get('content-type') ?? '', /problem\+json/);
    const problem = (await response.json()) as { code: string; requestId: string };
    assert.equal(problem.code, 'not-found');
    assert.equal(problem.requestId, response.headers.get('x-request-id'));
  });

  it('tells the caller of an unexpected error nothing but the code, and the operator everything', async () => {
    const response = await fetch(`${origin}/fails`);
    assert.equal(response.status, 500);
    const text = await response.text();
    assert.doesNotMatch(text, /swordfish|at .*\.ts/);
    assert.equal(JSON.parse(text).code, 'internal');
    const entry = logged.find(({ level }) => level === 'error');
    assert.ok(entry);
    assert.match(String((entry.details as { err?: Error }).err?.message), /swordfish/);
  });

  it('gives a known error its own status and code', async () => {
    const response = await fetch(`${origin}/down`);
    assert.equal(response.status, 503);
    const text = await response.text();
    assert.doesNotMatch(text, /10\.0\.0\.7/);
    assert.equal(JSON.parse(text).code, 'search-unavailable');
  });

  it('survives what is no HTTP at all', async () => {
    const socket = connect(server.address().port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.end('\u0000\u0001 hello\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    assert.equal((await fetch(`${origin}/nothing`)).status, 404);
  });

  it('survives addresses that are none, and a host header that is none', async () => {
    for (const head of ['GET //[ HTTP/1.1\r\nHost: x', 'GET / HTTP/1.1\r\nHost: x; y']) {
      const socket = connect(server.address().port, '127.0.0.1');
      let said = '';
      socket.on('data', (piece: Buffer) => {
        said += piece.toString();
      });
      socket.write(`${head}\r\nConnection: close\r\n\r\n`);
      await new Promise((resolve) => socket.once('close', resolve));
      assert.match(said, /^HTTP\/1\.1 400 /);
    }
  });

  it('never writes a path that could hold a token into its log', async () => {
    await fetch(`${origin}/x/abcdefghijklmnopqrstuvwxyz0123456789?t=eyJsecret`);
    const text = JSON.stringify(logged.filter(({ level }) => level === 'debug'));
    assert.doesNotMatch(text, /eyJsecret|abcdefghijklmnopqrstuvwxyz/);
  });
});
