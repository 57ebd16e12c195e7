import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitMarkdown, splitText } from '#bot/channels/slack/split-text.ts';

test('a text is cut where a paragraph ends, else a line, else a word, else anywhere', () => {
  assert.deepEqual(splitText('aaaa\n\nbbbb cccc', 12), ['aaaa\n\nbbbb', 'cccc']);
  assert.deepEqual(splitText('aaaaaa\n\nbb\ncc dd', 10), ['aaaaaa', 'bb\ncc dd']);
  assert.deepEqual(splitText('aaa bbb ccc', 7), ['aaa bbb', 'ccc']);
  assert.deepEqual(splitText('abcdefgh', 3), ['abc', 'def', 'gh']);
  assert.deepEqual(splitText('  short  ', 20), ['short']);
  assert.deepEqual(splitText(' \n ', 20), []);
});

test('no piece is too long, no word is lost and no character is cut in half', () => {
  const text = '👩‍💻 如何开始 one-two three\n\n'.repeat(200);
  for (const maxLength of [7, 50, 999]) {
    const pieces = splitText(text, maxLength);
    assert.ok(pieces.every((piece) => piece.length <= maxLength && piece.isWellFormed()));
    assert.equal(pieces.join('').replace(/\s/g, ''), text.replace(/\s/g, ''));
  }
});

test('a code block that is cut is closed and opened again', () => {
  const code = Array.from({ length: 40 }, (_none, line) => `line ${line}`).join('\n');
  const pieces = splitMarkdown(`before\n\n\`\`\`python\n${code}\n\`\`\`\n\nafter`, 200);
  assert.ok(pieces.length > 2);
  for (const piece of pieces) {
    assert.equal((piece.match(/^```/gm) ?? []).length % 2, 0, piece);
    assert.ok(piece.length <= 200);
  }
  assert.match(pieces[1] ?? '', /^```python\nline/);
  assert.match(pieces.at(-1) ?? '', /after$/);
});
