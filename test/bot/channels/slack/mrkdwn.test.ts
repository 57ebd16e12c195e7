import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { escapeMrkdwn, mrkdwnLink, toMrkdwn, withoutMentions } from '#bot/channels/slack/mrkdwn.ts';

describe('Markdown in mrkdwn', () => {
  const samples: readonly (readonly [kind: string, markdown: string, mrkdwn: string])[] = [
    [
      'emphasis',
      '**bold** and *italic* and _too_ and ~~gone~~',
      '*bold* and _italic_ and _too_ and ~gone~',
    ],
    ['emphasis inside a word', 'foo**bar**baz', 'foo\u200B*bar*\u200Bbaz'],
    ['nested emphasis', '**bold _and italic_**', '*bold _and italic_*'],
    ['headings', '# Title\n\ntext\n\n### Lower', '*Title*\n\ntext\n\n*Lower*'],
    ['lists', '- one\n- two\n  - inside\n- three', '• one\n• two\n    • inside\n• three'],
    ['numbered lists', '3. three\n4. four', '3. three\n4. four'],
    ['links', '[a & b](https://x.example/?a=1&b=2)', '<https://x.example/?a=1&amp;b=2|a &amp; b>'],
    [
      'an address that would end its link',
      '[x](<https://x.example/a|b>)',
      '<https://x.example/a%7Cb|x>',
    ],
    ['images', '![a cat](https://x.example/cat.png)', 'a cat'],
    ['inline code', 'call `a < b && c`', 'call `a &lt; b &amp;&amp; c`'],
    ['code blocks', '```js\nif (a < b) {}\n```', '```\nif (a &lt; b) {}\n```'],
    ['quotes', '> one\n> two\n\nafter', '> one\n> two\n\nafter'],
    ['tables', '| a | b |\n|---|---|\n| 1 | **2** |', 'a | b\n1 | *2*'],
    ['rules', 'a\n\n---\n\nb', 'a\n\n———\n\nb'],
    ['line breaks', 'a\nb  \nc', 'a\nb\nc'],
    ['HTML', '<b>x</b> & <!channel>', '&lt;b&gt;x&lt;/b&gt; &amp; &lt;!channel&gt;'],
    ['citations', 'A fact [1][2].', 'A fact [1][2].'],
    ['escapes', '\\*not bold\\*', '*not bold*'],
    ['entities', '&lt;@U1&gt; &amp;', '&lt;@U1&gt; &amp;'],
    ['nothing', '', ''],
  ];
  for (const [kind, markdown, mrkdwn] of samples)
    it(`keeps ${kind}`, () => assert.equal(toMrkdwn(markdown), mrkdwn));

  it('is never a mention, whatever was written', () => {
    const written = [
      '<@U0BEN>',
      '<!channel>',
      '<!subteam^S1>',
      '<#C1|x>',
      '[x](<!here>)',
      '`<!here>`',
    ];
    for (const text of written) {
      assert.doesNotMatch(toMrkdwn(text), /<[@!#]/, text);
      assert.doesNotMatch(escapeMrkdwn(text), /[<>]/, text);
      assert.doesNotMatch(withoutMentions(text), /<[@!#]/, text);
    }
  });

  it('has links that their title cannot leave', () => {
    assert.equal(
      mrkdwnLink('https://x.example/a>b|c', 'Title> <!here|x'),
      '<https://x.example/a%3Eb%7Cc|Title&gt; &lt;!here|x>',
    );
  });
});
