import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { answerText, createGrowingAnswer } from '#api/v1/answer-text.ts';

/** What a client shows that follows the events of a text that comes in these pieces. */
function follow(pieces: readonly string[], includesSources = true) {
  const growing = createGrowingAnswer(includesSources);
  const shown: string[] = [''];
  const read = (events: ReturnType<typeof growing.add>) => {
    for (const { event, data } of events) {
      const before = event === 'text-reset' ? '' : (shown.at(-1) ?? '');
      shown.push(before + ('text' in data ? data.text : ''));
    }
  };
  for (const piece of pieces) read(growing.add(piece));
  read(growing.end(answerText(pieces.join(''), includesSources)));
  return shown;
}

describe('a growing answer', () => {
  const unsafe = 'See ![pixel](https://evil.example/p.png) or [a](javascript:alert(1)), then [1].';

  it('never holds a link or an image, however its text is cut', () => {
    for (const size of [1, 2, 3, 7, 100]) {
      const pieces = unsafe.match(new RegExp(`.{1,${size}}`, 'gs')) ?? [];
      const shown = follow(pieces);
      for (const text of shown) assert.doesNotMatch(text, /evil|javascript|\]\(/, text);
      assert.equal(shown.at(-1), 'See pixel or a, then [1].');
    }
  });

  it('begins again where a later word took something away', () => {
    const pieces = ['First.\n> ', '[1]: ', 'https://evil.example ', '\nLast.'];
    assert.equal(follow(pieces).at(-1), answerText(pieces.join(''), true));
  });

  it('names no sources where none are wanted', () => {
    assert.deepEqual(follow(['One [1] ', 'two [2].'], false).at(-1), 'One two.');
  });

  it('is void after a reset', () => {
    const growing = createGrowingAnswer(true);
    growing.add('One two ');
    assert.deepEqual(growing.reset(), [{ event: 'text-reset', data: {} }]);
    assert.deepEqual(growing.add('three '), [{ event: 'text-delta', data: { text: 'three ' } }]);
  });
});
