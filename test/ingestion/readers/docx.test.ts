import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Zippable } from 'fflate';
import { readByFormat } from '#ingestion/readers/formats.ts';
import { docxParagraph, makeDocx } from '#test/helpers/make-docx.ts';
import { declareSizes } from '#test/helpers/zip-bomb.ts';
import { createTemporaryFolder } from '#test/services/database/temporary-database.ts';

const read = (bytes: Uint8Array) => readByFormat('plan.docx', bytes);
const refusal = (message: RegExp) => ({ name: 'UnreadableDocument', message });

test('headings, paragraphs, lists and properties of a Word document are read', async () => {
  const document = await read(
    makeDocx({
      title: 'Hiring &amp; growing',
      modified: '2025-06-30',
      body:
        docxParagraph('How we hire', 'heading 1') +
        docxParagraph('We look for curiosity.') +
        docxParagraph('What comes next', 'heading 2') +
        docxParagraph('You meet the team.'),
    }),
  );
  assert.deepEqual(document, {
    body: '# How we hire\n\nWe look for curiosity.\n\n## What comes next\n\nYou meet the team.',
    fields: { title: 'Hiring & growing', last_reviewed: '2025-06-30' },
  });
});

test('a table becomes rows of Markdown', async () => {
  const cell = (text: string) => `<w:tc>${docxParagraph(text)}</w:tc>`;
  const row = (...texts: string[]) => `<w:tr>${texts.map(cell).join('')}</w:tr>`;
  const { body } = await read(
    makeDocx({ body: `<w:tbl>${row('Role', 'Pay | year')}${row('Engineer', '100')}</w:tbl>` }),
  );
  assert.equal(body, '|  |  |\n| --- | --- |\n| Role | Pay \\| year |\n| Engineer | 100 |');
});

test('what is marked up as text stays text', async () => {
  const { body } = await read(
    makeDocx({ body: docxParagraph('&lt;script&gt;alert(1)&lt;/script&gt; *no* [x](y)') }),
  );
  assert.equal(body, '<script>alert(1)</script> \\*no\\* \\[x\\](y)');
});

test('a damaged document says so', async () => {
  const whole = makeDocx({ body: docxParagraph('Words.') });
  for (const bytes of [
    whole.subarray(0, whole.length / 2),
    Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(500, 7)]),
    makeDocx({
      body: docxParagraph('Words.'),
      parts: { 'word/document.xml': Buffer.from('<w:doc') },
    }),
  ])
    await assert.rejects(read(bytes), refusal(/^is damaged; open it in Word and save it anew$/));
});

test('an archive that holds no Word document says so', async () => {
  const spreadsheet = makeDocx({ body: '', parts: { 'xl/workbook.xml': Buffer.from('<x/>') } });
  const renamed = Buffer.from(
    spreadsheet.toString('latin1').replaceAll('word/document.xml', 'xlsx/document.xml'),
    'latin1',
  );
  await assert.rejects(read(renamed), refusal(/^is no Word document/));
});

test('a document that declares too much is refused before it is unpacked', async () => {
  const honest = makeDocx({
    body: docxParagraph('Words.'),
    parts: { 'word/media/a.bin': Buffer.alloc(10) },
  });
  await assert.rejects(read(declareSizes(honest, 3_000_000_000)), refusal(/^unpacks to more than/));
});

test('a zip bomb is refused, whether it declares its size or not', async () => {
  const parts: Zippable = {
    'word/media/picture.png': [new Uint8Array(110_000_000), { level: 1 }],
  };
  const bomb = makeDocx({ body: docxParagraph('Words.'), parts });
  assert.ok(bomb.length < 1_000_000);
  await assert.rejects(read(bomb), refusal(/^unpacks to more than 100 MB/));
  await assert.rejects(read(declareSizes(bomb, 200)), refusal(/^is damaged/));
});

test('a document whose text alone would fill the memory is refused', async () => {
  const text = ' '.repeat(31_000_000);
  await assert.rejects(
    read(makeDocx({ body: docxParagraph(text) })),
    refusal(/^unpacks to more than/),
  );
});

test('nothing outside the document is read or fetched', async (t) => {
  const folder = createTemporaryFolder();
  t.after(() => folder.remove());
  const secret = join(folder.path, 'secret.txt');
  writeFileSync(secret, 'the secret of this machine');
  const drawing = (id: string) =>
    `<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:link="${id}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`;
  const bytes = makeDocx({
    prolog: `<!DOCTYPE w:document [<!ENTITY secret SYSTEM "file://${secret}"><!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>`,
    relationships: `<Relationship Id="p1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="file://${secret}" TargetMode="External"/>`,
    body: docxParagraph('Before &secret; and &b; after.') + drawing('p1'),
  });
  const text = await read(bytes).then(
    ({ body }) => body,
    (error: Error) => error.message,
  );
  assert.doesNotMatch(text, /the secret|aaaaaaaaaa/);
});

test('a locked document, which is no archive any more, says so', async () => {
  const locked = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
  await assert.rejects(read(locked), refusal(/^is locked with a password, or of an older Word/));
});
