import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readByFormat } from '#ingestion/readers/formats.ts';

const bodyOf = async (bytes: Uint8Array, path = 'notes.txt') =>
  (await readByFormat(path, bytes)).body;

test('text is read in the encodings that editors write', async () => {
  const text = 'Prüfe die Größe – “immer”.';
  const utf16 = Buffer.from(text, 'utf16le');
  const encoded: Readonly<Record<string, Uint8Array>> = {
    'UTF-8': Buffer.from(text),
    'UTF-8 with a mark': Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(text)]),
    'UTF-16 of Windows': Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    'UTF-16 of others': Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(utf16).swap16()]),
    'Windows-1252': Buffer.from(
      text.replace('–', '\x96').replace('“', '\x93').replace('”', '\x94'),
      'latin1',
    ),
  };
  for (const [name, bytes] of Object.entries(encoded))
    assert.equal(await bodyOf(bytes), text, name);
});

test('binary content and UTF-16 without a mark are refused with the cure', async () => {
  for (const bytes of [
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
    Buffer.from('without a mark', 'utf16le'),
    Buffer.concat([Buffer.alloc(10_000, 'word '), Buffer.from([0])]),
  ])
    await assert.rejects(bodyOf(bytes), {
      name: 'UnreadableDocument',
      message: /^holds something else than text.*UTF-8/,
    });
});

test('plain text is no Markdown by accident', async () => {
  const text = [
    'Career notes\r\n============',
    '    An indented line\r\n    is no code.',
    'Two lines\r\nand a rule\r\n-----',
    '* * *',
    '- one\r\n- two',
  ].join('\r\n\r\n');
  assert.equal(
    await bodyOf(Buffer.from(text)),
    'Career notes\n============\n\nAn indented line\nis no code.\n\nTwo lines\nand a rule\n\n* * *\n\n- one\n- two',
  );
});

test('a short first line of plain text is its title, and one that goes on is not', async () => {
  const titled = '# Salary guide 2026\n\nJuniors earn less than seniors do in most companies.';
  for (const text of [
    'Salary guide 2026\nJuniors earn less than seniors do in most companies.',
    'Salary guide 2026\n\nJuniors earn less than seniors do in most companies.',
  ])
    assert.equal(await bodyOf(Buffer.from(text)), titled);
  for (const text of [
    'Juniors earn less than seniors do\nin most companies that we asked about it.',
    'Juniors earn less than seniors.\nAsk about the band in the very first talk, always.',
    'One line alone',
    'These lines were broken by hand where\nGermany or France begins a line by chance.',
  ])
    assert.equal(await bodyOf(Buffer.from(text)), text);
});

test('Markdown gives the fields of its front matter that are ours', async () => {
  const text = '---\ntitle: Our way\nlayout: post\ntags: [hiring]\n---\n# Hello\n\nWords.\n';
  assert.deepEqual(await readByFormat('a.md', Buffer.from(text)), {
    body: '# Hello\n\nWords.\n',
    fields: { title: 'Our way', tags: ['hiring'] },
  });
  assert.deepEqual(await readByFormat('a.markdown', Buffer.from('# Hello\n')), {
    body: '# Hello\n',
    fields: {},
  });
});

test('a mistake in the front matter is named with its line', async () => {
  const text = '---\ntitle: Our way\naudience: [expert]\n---\nWords.\n';
  await assert.rejects(readByFormat('a.md', Buffer.from(text)), ({ problems }) => {
    assert.equal(problems[0].line, 3);
    assert.match(problems[0].message, /^audience\.0: /);
    return true;
  });
});

test('a file that holds something else than its name says is refused with what it holds', async () => {
  const pdf = Buffer.from('%PDF-1.7\n');
  const zip = Buffer.from('PK\x03\x04 and so on');
  const words = Buffer.from('Just words.');
  for (const [path, bytes, message] of [
    ['a.txt', pdf, /^holds a PDF, which its name does not say/],
    ['a.md', zip, /^holds an archive or Office document, which its name does not say/],
    ['a.docx', pdf, /^holds a PDF/],
    ['a.docx', words, /^holds no Word document/],
    ['a.pdf', zip, /^holds an archive/],
    ['a.PDF', words, /^holds no PDF/],
    ['a.html', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /^holds an older Office document/],
    ['a.txt', Buffer.alloc(0), /^is empty; write something in it, or delete it$/],
  ] as const)
    await assert.rejects(readByFormat(path, bytes), { name: 'UnreadableDocument', message });
});

test('an article about PDF may begin with its header', async () => {
  assert.equal(await bodyOf(Buffer.from('What is %PDF-1.7?')), 'What is %PDF-1.7?');
});

test('tables that Markdown holds as HTML are read like its own, and code stays as it is', async () => {
  const table =
    '<table>\n<tr><th>Role</th><th>Pay</th></tr>\n\n<tr><td>Lead</td><td>150</td></tr></table>';
  const written = '| Role | Pay |\n| --- | --- |\n| Lead | 150 |';
  const markdown = (text: string) => bodyOf(Buffer.from(text), 'a.md');
  assert.equal(await markdown(`Before.\n\n${table}\nAfter.`), `Before.\n\n\n${written}\n\nAfter.`);
  assert.match(
    await markdown(`- One\n\n  ${table}`),
    /^- One\n\n\n {2}\| Role \| Pay \|\n {2}\| ---/,
  );
  for (const untouched of [`\`\`\`html\n${table}\n\`\`\``, 'The element `<table>` is old.'])
    assert.equal(await markdown(untouched), untouched);
  assert.match(await markdown('<table><tr><td>Open\n\nIt goes on.'), /Open[\s\S]*It goes on\./);
});
