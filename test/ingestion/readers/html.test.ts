import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readByFormat } from '#ingestion/readers/formats.ts';

const read = (html: string | Uint8Array) =>
  readByFormat('page.html', typeof html === 'string' ? Buffer.from(html) : html);

test('a page gives its main content and what it says of itself', async () => {
  assert.deepEqual(
    await read(`<!doctype html><html lang="en"><head>
      <title>Career &amp; growth | Example</title>
      <meta name="description" content="How people grow at Example.">
      <meta property="article:modified_time" content="2025-06-30T22:00:00Z">
      <link rel="stylesheet" href="/a.css"><link rel="canonical" href="https://example.org/growth">
      <style>p { color: red }</style><script>track('me')</script></head>
      <body><header>Example</header><nav><a href="/">Home</a></nav>
      <main><article><header><h1>Growth</h1></header><p>Everybody has <b>two hours</b> a week.</p>
      <h2>Who helps?</h2><ul><li>A mentor</li><li>A peer</li></ul><footer>Share this</footer></article></main>
      <aside>Related</aside><footer>Imprint</footer></body></html>`),
    {
      body: '# Growth\n\nEverybody has **two hours** a week.\n\n## Who helps?\n\n-   A mentor\n-   A peer',
      fields: {
        title: 'Career & growth | Example',
        summary: 'How people grow at Example.',
        last_reviewed: '2025-06-30',
        source_url: 'https://example.org/growth',
      },
    },
  );
});

test('without a main element the articles count, else all that is not navigation', async () => {
  const articles =
    '<p>Out</p><article><p>One <article>inner</article></p></article><article>Two</article>';
  assert.doesNotMatch((await read(articles)).body, /Out/);
  assert.match((await read(articles)).body, /One[\s\S]*Two/);
  assert.equal((await read('<nav>Menu</nav><div>Words</div><main> </main>')).body, 'Words');
});

test('what a page does not show is not read', async () => {
  const hidden = [
    '<p hidden>x</p>',
    '<p style="color: red; DISPLAY : none">x</p>',
    '<div aria-hidden="true"><p>x</p></div>',
    '<div role="navigation">x</div>',
    '<template><p>x</p></template>',
    '<noscript>x</noscript>',
    '<form><label>x</label><textarea>x</textarea></form>',
    '<svg><title>x</title><text>x</text></svg>',
    '<!-- x -->',
  ];
  assert.equal((await read(`<body>${hidden.join('')}<p>Seen</p></body>`)).body, 'Seen');
});

test('a canonical address that is none of the web is passed over', async () => {
  for (const address of ['/here', 'javascript:alert(1)', 'https://'])
    assert.equal(
      (await read(`<link rel="canonical" href="${address}"><p>Words</p>`)).fields.source_url,
      undefined,
    );
});

test('a table of data keeps its rows, one that only arranges the page gives its content', async () => {
  const data =
    '<table><tr><th>Role</th><th>Pay</th></tr><tr><td>Lead</td><td>1 | 2<br>3</td></tr></table>';
  assert.equal((await read(data)).body, '| Role | Pay |\n| --- | --- |\n| Lead | 1 \\| 2 3 |');
  const layout = '<table><tr><td><h2>Left</h2><p>Words</p></td><td>Right</td></tr></table>';
  assert.equal((await read(layout)).body, '## Left\n\nWords\n\nRight');
});

test('every row of a table has all of its cells, however they are merged', async () => {
  const rows = async (html: string) => (await read(`<table>${html}</table>`)).body.split('\n');
  assert.deepEqual(
    await rows(
      '<caption>Pay in 2025</caption><thead><tr><th rowspan="2">Role</th><th colspan="2">Pay</th></tr><tr><th>from</th><th>to</th></tr></thead><tbody><tr><td rowspan="0">Lead</td><td>100</td><td>150</td></tr><tr><td colspan="2">open</td></tr></tbody>',
    ),
    [
      'Pay in 2025',
      '',
      '| Role | Pay from | Pay to |',
      '| --- | --- | --- |',
      '| Lead | 100 | 150 |',
      '| Lead | open | open |',
    ],
  );
  assert.deepEqual(
    await rows(
      '<tr><td></td><th>Junior</th></tr><tr><th colspan="2">Germany</th></tr><tr><th>Berlin</th><td>60</td></tr>',
    ),
    ['Germany', '', '|  | Junior |', '| --- | --- |', '| Berlin | 60 |'],
  );
  const wide = await rows('<tr><th colspan="99999">Wide</th></tr><tr><td>1</td></tr>');
  assert.ok((wide[0]?.length ?? 0) < 1_000);
});

test('what stands in a cell is one line of plain words', async () => {
  const html =
    '<table><tr><th><h4>Role</h4></th><th>Skills</th></tr><tr><td><p>Lead</p><p>remote</p></td><td><ul><li>Python</li><li>SQL</li></ul></td></tr></table>';
  assert.equal(
    (await read(html)).body,
    '| Role | Skills |\n| --- | --- |\n| Lead, remote | Python, SQL |',
  );
});

test('a page in another encoding is read by the one it names', async () => {
  const bytes = Buffer.concat([
    Buffer.from('<meta charset="iso-8859-2"><p>Miko'),
    Buffer.from([0xb3]),
    Buffer.from('aj</p>'),
  ]);
  assert.equal((await read(bytes)).body, 'Mikołaj');
});

test('text that is no page is read as text', async () => {
  assert.equal((await read('Just words, and 1 < 2.')).body, 'Just words, and 1 < 2.');
});
