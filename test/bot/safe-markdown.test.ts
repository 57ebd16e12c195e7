import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import MarkdownIt from 'markdown-it';
import { escapeMarkdown, safeMarkdown, settledPart, withoutMarkdown } from '#bot/safe-markdown.ts';

/** Renders as generously as any channel does: HTML and bare addresses included. */
const markdown = new MarkdownIt({ html: true, linkify: true });
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

const attacks = [
  '[a](https://evil.example)',
  '![a](https://evil.example/p.png)',
  '[![a](https://evil.example/p.png)](https://evil.example)',
  '[[[a](https://evil.example/1)](https://evil.example/2)](https://evil.example/3)',
  '[a\nb](https://evil.example)',
  '[a](\nhttps://evil.example\n)',
  '[a](<https://evil.example/ x>)',
  '[a](https://evil.example "title (with) parentheses")',
  '[a](https://evil.example/(one(two)))',
  '![a][ref]\n\n[ref]: https://evil.example/p.png',
  '[a][ref]\n\n> [ref]: https://evil.example',
  '- [ref]: https://evil.example\n\n[ref]',
  '[ref]:\nhttps://evil.example\n\n[ref]',
  '[1]: https://evil.example "hijack"\n\nFact [1].',
  '<https://evil.example>',
  '<img src="https://evil.example/p.png">',
  '<a href="https://evil.example">a</a>',
  '<script>alert(1)</script>',
  '<!-- --><svg onload=alert(1)>',
  'https://evil.example/path?q=1',
  'hthttps://tps://evil.example',
  'javascript:alert(1)',
  '[a](javascript:alert(1))',
  '[a](//evil.example)',
  '`code` [a](https://evil.example) `code`',
  '```\n[a](https://evil.example)\n```\n![b](https://evil.example)',
  'text ``` ![a](https://evil.example/p.png)',
];

describe('safe Markdown', () => {
  for (const attack of attacks)
    it(`renders no link, image or element of its own for ${JSON.stringify(attack)}`, () => {
      const html = markdown.render(safeMarkdown(attack));
      assert.doesNotMatch(html, /<(a|img|script|svg|iframe)\b/i, html);
    });

  it('keeps citations, emphasis, lists, code and plain comparisons', () => {
    const text =
      '**Python** is in 82.5 % [1][2].\n\n- a `List < T` b\n- 3 < 4 and note: yes (see [3])';
    assert.equal(safeMarkdown(text), text);
  });

  it('lets growing text settle in whole words and whole links', () => {
    assert.equal(settledPart('Most of it tra'), 'Most of it');
    assert.equal(settledPart('See ![pix and more '), 'See');
    assert.equal(settledPart('See [here](http://x more '), 'See');
    assert.equal(settledPart('See [1] and more '), 'See [1] and more');
    assert.equal(settledPart('word'), '');
  });

  it('takes Markdown’s marks away where they would be shown', () => {
    assert.equal(
      withoutMarkdown('## Title\n**Bold** and *thin* `code` 2 * 3 * 4'),
      'Title\nBold and thin code 2 * 3 * 4',
    );
  });

  it('escapes so that text means nothing but itself', () => {
    const text = '[a](https://evil.example) ![b](c) **d** <e> # f\\ _g_';
    const html = markdown.renderInline(escapeMarkdown(text));
    assert.doesNotMatch(html, /<(a|img|strong|em|e)\b/);
  });
});
