import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { createPrompter } from '#cli/setup/prompter.ts';

/** A terminal with a person who types, and what they see. */
function openTerminal() {
  const input = new PassThrough();
  const output = new PassThrough();
  let shown = '';
  output.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  return {
    prompter: createPrompter(input, output),
    type: (text: string) => input.write(text),
    shown: () => shown,
  };
}

test('what is typed is shown, and comes back without the spaces around it', async () => {
  const { prompter, type, shown } = openTerminal();
  const asked = prompter.ask('Port');
  type('  4000 \r');
  assert.equal(await asked, '4000');
  assert.match(shown(), /Port: .*4000/);
  prompter.close();
});

test('a secret is not shown, not even its length, and the next answer is again', async () => {
  const { prompter, type, shown } = openTerminal();
  const secret = prompter.askSecret('Key');
  type('sk-12');
  type('34\r');
  assert.equal(await secret, 'sk-1234');
  assert.equal(shown(), 'Key: \n');
  const next = prompter.ask('Port');
  type('4000\r');
  assert.equal(await next, '4000');
  assert.doesNotMatch(shown(), /sk|1234/);
  assert.match(shown(), /4000/);
  prompter.close();
});

test('a secret does not come up again with the arrow keys', async () => {
  const { prompter, type, shown } = openTerminal();
  const secret = prompter.askSecret('Key');
  type('sk-1234\r');
  await secret;
  const next = prompter.ask('Port');
  type('\u001b[A\r');
  assert.equal(await next, '');
  assert.doesNotMatch(shown(), /sk-1234/);
  prompter.close();
});

test('whoever leaves with Ctrl+C or Ctrl+D ends the question', async () => {
  for (const key of ['\u0003', '\u0004']) {
    const { prompter, type } = openTerminal();
    const asked = prompter.askSecret('Key');
    type(key);
    await assert.rejects(asked, { name: 'AbortError' });
    await assert.rejects(prompter.ask('Port'), { name: 'AbortError' });
  }
});
