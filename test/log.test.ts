import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createLogger } from '#log.ts';

/** What a program that logs like this writes; the logger is bound to the process's own standard error. */
function logged(
  level: string,
  statements: string,
): { lines: Record<string, unknown>[]; output: string } {
  const program = `import { createLogger } from '#log.ts'; const log = createLogger('${level}'); ${statements}`;
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  assert.equal(status, 0, stderr);
  const lines = stderr.split('\n').filter((line) => line !== '');
  return {
    lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    output: stdout,
  };
}

test('each entry is one line of JSON on standard error, with its level in words and its time', () => {
  const { lines, output } = logged(
    'info',
    `log.info({ count: 2 }, 'published'); log.debug({}, 'x'); log.warn({});`,
  );
  assert.equal(output, '');
  assert.equal(lines.length, 2);
  const [first, second] = lines;
  assert.equal(first?.['level'], 'info');
  assert.equal(first?.['msg'], 'published');
  assert.equal(first?.['count'], 2);
  assert.ok(!Number.isNaN(Date.parse(String(first?.['time']))));
  assert.equal(second?.['level'], 'warn');
});

test('words of people and secrets are cut out wherever they slip in', () => {
  const slip = `{ text: 's3cret', content: 's3cret', authorization: 's3cret', token: 's3cret', apiKey: 's3cret', password: 's3cret' }`;
  const { lines } = logged(
    'info',
    `const slip = ${slip}; log.info(slip); log.info({ activity: slip }); log.info({ request: { headers: slip } });`,
  );
  assert.equal(lines.length, 3);
  assert.doesNotMatch(JSON.stringify(lines), /s3cret/);
  assert.match(JSON.stringify(lines), /\[removed\]/);
});

test('an error is logged with its message, its cause and its stack', () => {
  const { lines } = logged(
    'error',
    `log.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');`,
  );
  const error = lines[0]?.['err'] as { message: string; stack: string };
  assert.match(error.message, /outer/);
  assert.match(error.stack, /inner/);
});

test('a known error says which setting to look at', () => {
  const { lines } = logged(
    'error',
    `const { MentorError } = await import('#errors.ts');
     log.error({ err: new MentorError('model-unavailable', 'down', { details: { setting: 'OPENAI_BASE_URL' } }) });
     log.error({ err: new MentorError('model-unavailable', 'down') });`,
  );
  const hints = lines.map(({ err }) => (err as { hint: string }).hint);
  assert.equal(hints[0], 'Check OPENAI_BASE_URL.');
  assert.match(hints[1] ?? '', /OPENAI_MODEL/);
});

test('silence is a level too, and a level that does not exist is refused', () => {
  assert.deepEqual(logged('silent', `log.error({}, 'x');`).lines, []);
  assert.throws(() => createLogger('loud'));
});
