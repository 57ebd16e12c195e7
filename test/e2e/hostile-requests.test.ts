import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

describe('requests that nobody should send', () => {
  let dataFolder: string;
  let program: Program;

  before(async () => {
    dataFolder = await mkdtemp(join(tmpdir(), 'career-mentor-test-'));
    program = await startProgram({ dataFolder });
  });
  after(async () => {
    await program?.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });

  const assertAlive = async () =>
    assert.equal((await fetch(`${program.origin}/health/live`)).status, 200, program.output());

  /** Sends the request's head as it is written, and resolves to the status line of the answer. */
  async function send(head: string): Promise<string> {
    const socket = connect(Number(new URL(program.origin).port), '127.0.0.1');
    socket.end(`${head}\r\nConnection: close\r\n\r\n`);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('utf8').split('\r\n')[0] ?? '';
  }

  test('an address that does not exist is a page for people and a problem for programs', async () => {
    for (const [accept, type] of [
      ['text/html', 'text/html; charset=utf-8'],
      ['application/json', 'application/problem+json'],
    ] as const) {
      const response = await fetch(`${program.origin}/nothing`, { headers: { accept } });
      assert.equal(response.status, 404);
      assert.equal(response.headers.get('content-type'), type);
      await response.arrayBuffer();
      await assertAlive();
    }
  });

  test('an address or a host that is none is refused, and the program lives on', async () => {
    const heads = [
      'GET //[ HTTP/1.1\r\nHost: x',
      'GET http://[ HTTP/1.1\r\nHost: x',
      'GET / HTTP/1.1\r\nHost: x; y',
    ];
    for (const head of heads) {
      assert.match(await send(head), /^HTTP\/1\.1 4\d\d /, head);
      await assertAlive();
    }
  });
});
