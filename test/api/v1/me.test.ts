import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DeletionReceipt, Me } from '#api/v1/schemas/me.ts';
import { personalDataExport } from '#api/v1/schemas/personal-data-export.ts';
import { type Program, startProgram } from '#test/helpers/start-program.ts';

/** Words that stand in no article, so that whatever holds them holds something of the person. */
const adasWords = ['wolframite', 'quokkaherding', 'zephyrinely'] as const;
const bobsWord = 'marmosetwork';

describe('a person’s right to their data', () => {
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

  const call = async <Body>(method: string, path: string, person: string, body?: unknown) => {
    const response = await fetch(`${program.origin}/api/v1${path}`, {
      method,
      headers: { 'x-local-person': person, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    assert.ok(response.ok, `${method} ${path}: ${response.status}`);
    return { response, body: (await response.json()) as Body };
  };
  /** Everything that lies in the data folder, byte for byte. */
  const readBytes = async () => {
    const names = await readdir(dataFolder, { recursive: true, withFileTypes: true });
    const files = names.filter((name) => name.isFile());
    const contents = await Promise.all(
      files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
    );
    return contents.join('\n');
  };
  const talk = async (person: string, words: readonly string[]) => {
    const [background = '', ...rest] = words;
    const session = await call<{ sessionId: string }>('POST', '/chat/session', person, {
      userContext: { background },
    });
    const { sessionId } = session.body;
    for (const word of rest) {
      const message = `How do I get from ${word} into data engineering?`;
      const { body } = await call<{ messageId: string }>('POST', '/chat/message', person, {
        sessionId,
        message,
      });
      const { messageId } = body;
      const feedback = { sessionId, messageId, reaction: 'dislike', reason: `about ${word}` };
      await call('POST', '/chat/feedback', person, feedback);
    }
    return sessionId;
  };

  it('shows what is kept, gives it whole, and takes it out of every file there is', async () => {
    const sessionId = await talk('ada', adasWords);
    await talk('bob', ['gardener', bobsWord]);

    const me = await call<Me>('GET', '/me', 'ada');
    assert.deepEqual(
      me.body.sessions.map((session) => [session.sessionId, session.totalMessages]),
      [[sessionId, 4]],
    );

    const exported = await call('GET', '/me/export', 'ada');
    const text = JSON.stringify(personalDataExport.parse(exported.body));
    for (const word of adasWords) assert.ok(text.includes(word), word);
    assert.ok(!text.includes(bobsWord));
    assert.match(exported.response.headers.get('content-disposition') ?? '', /^attachment/);

    const before = await readBytes();
    for (const word of [...adasWords, bobsWord]) assert.ok(before.includes(word), word);

    const { body: receipt } = await call<DeletionReceipt>('DELETE', '/me', 'ada');
    assert.deepEqual(receipt.deleted, { profiles: 0, conversations: 1, messages: 4 });
    assert.doesNotMatch(JSON.stringify(receipt), /ada/);

    const after = await readBytes();
    for (const word of adasWords) assert.ok(!after.includes(word), word);
    assert.ok(!after.includes('local-ada'));
    assert.ok(after.includes(bobsWord));
    assert.deepEqual((await call<Me>('GET', '/me', 'ada')).body.sessions, []);
    assert.doesNotMatch(program.output(), new RegExp(adasWords.join('|')));
  });

  it('may be used twice, and by somebody of whom nothing is kept', async () => {
    for (const _ of [1, 2]) {
      const { body } = await call<DeletionReceipt>('DELETE', '/me', 'nobody');
      assert.deepEqual(body.deleted, { profiles: 0, conversations: 0, messages: 0 });
    }
    const { body } = await call<{ conversations: unknown[] }>('GET', '/me/export', 'nobody');
    assert.deepEqual(body.conversations, []);
  });
});
