import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from '#language/printable.ts';

test('control characters vanish; lines, tabs, emoji and other scripts stay', () => {
  assert.equal(printable('a\u001B[2Jb\u0007\u009B31mc\r\n\td'), 'a[2Jb31mc\n\td');
  assert.equal(printable('👩‍💻 データ ñ'), '👩‍💻 データ ñ');
});
