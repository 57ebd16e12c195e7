import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTerminalLogger } from '#cli/terminal-logger.ts';
import { MentorError } from '#errors.ts';

function logging(level?: string) {
  const lines: string[] = [];
  const logger = createTerminalLogger(level, { write: (text) => lines.push(text) });
  return { lines, logger };
}

test('a failure is one sentence that names the setting to look at', () => {
  const { lines, logger } = logging();
  const unreachable = new MentorError(
    'model-unavailable',
    'The server is away; check OPENAI_BASE_URL.',
  );
  logger.warn({ err: unreachable, part: 'generate' }, 'a part failed');
  const silent = new MentorError('model-unavailable', 'fake ended without an answer');
  logger.error({ err: silent }, 'a part failed');
  const throttled = new MentorError('model-unavailable', 'it is busy', {
    details: { setting: 'PORT' },
  });
  logger.error({ err: throttled }, 'a part failed');
  assert.deepEqual(lines, [
    'A part failed: The server is away; check OPENAI_BASE_URL.\n',
    `A part failed: fake ended without an answer. ${silent.row.operatorHint}\n`,
    'A part failed: it is busy. Check PORT.\n',
  ]);
  assert.match(lines[1] ?? '', /OPENAI_MODEL/);
});

test('what is no failure is not said', () => {
  const { lines, logger } = logging();
  logger.info({}, 'published the articles');
  logger.debug({}, 'looked around');
  logger.warn({ file: 'a.md', line: 3, problem: 'has no title' }, 'an article was left out');
  assert.deepEqual(lines, ['An article was left out: a.md, has no title\n']);
});
