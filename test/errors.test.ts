import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type ErrorCode, errorTable, MentorError, toMentorError } from '#errors.ts';

const codes = Object.keys(errorTable) as ErrorCode[];

test('docs/errors.md and the table of errors say the same', () => {
  const rows = readFileSync('docs/errors.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  assert.deepEqual(
    rows,
    codes.map((code) => {
      const { httpStatus, retryable, userText, operatorHint } = errorTable[code];
      return [`\`${code}\``, String(httpStatus), retryable ? 'yes' : 'no', userText, operatorHint];
    }),
  );
});

test('what a person reads is whole sentences without codes or jargon', () => {
  for (const code of codes) {
    const { userText, operatorHint } = errorTable[code];
    assert.match(userText, /^[A-Z].*[.]$/, code);
    assert.match(operatorHint, /^[A-Z].*[.]$/, code);
    assert.doesNotMatch(userText, /error|exception|HTTP|\b[45]\d\d\b|null|undefined/i, code);
  }
});

test('statuses are those of failures, and what can be retried is no fault of the request', () => {
  for (const code of codes) {
    const { httpStatus, retryable } = errorTable[code];
    assert.ok(httpStatus >= 400 && httpStatus < 600, code);
    if (retryable) assert.ok(httpStatus >= 500 || httpStatus === 429, code);
  }
});

test('an error carries its code, its row, its cause and its details', () => {
  const cause = new TypeError('oops');
  const error = new MentorError('search-unavailable', 'The index failed', {
    cause,
    details: { query: 1 },
  });
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'MentorError');
  assert.equal(error.row, errorTable['search-unavailable']);
  assert.equal(error.cause, cause);
  assert.deepEqual(error.details, { query: 1 });
  assert.equal('cause' in new MentorError('internal', 'x'), false);
});

test('whatever is thrown gets a row: our own errors their own, all others the internal one', () => {
  const own = new MentorError('not-found', 'gone');
  assert.equal(toMentorError(own), own);
  for (const [thrown, message] of [
    [new RangeError('too far'), 'too far'],
    ['just text', 'just text'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{ odd: true }, '[object Object]'],
  ] as const) {
    const error = toMentorError(thrown);
    assert.equal(error.code, 'internal');
    assert.equal(error.message, message);
    assert.equal(error.cause, thrown);
  }
});
