import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openableUrl } from '#bot/source-url.ts';

describe('openableUrl', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['https://example.org/a?b#c', 'https://example.org/a?b#c'],
    ['http://example.org/', 'http://example.org/'],
    ['/articles/a#b', 'https://mentor.example/articles/a#b'],
    ['//evil.example/a', undefined],
    ['/\\evil.example/a', undefined],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['https://user:secret@example.org/', undefined],
    ['articles/a', undefined],
    ['', undefined],
  ];
  for (const [sourceUrl, url] of cases)
    it(`turns ${JSON.stringify(sourceUrl)} into ${url ?? 'no link'}`, () =>
      assert.equal(openableUrl(sourceUrl, 'https://mentor.example'), url));

  it('has no address for own pages where the server’s own is unknown', () => {
    assert.equal(openableUrl('/articles/a', undefined), undefined);
  });
});
