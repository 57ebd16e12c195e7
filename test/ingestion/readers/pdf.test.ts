import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readByFormat } from '#ingestion/readers/formats.ts';
import { makePdf } from '#test/helpers/make-pdf.ts';

const read = (bytes: Uint8Array) => readByFormat('guide.pdf', bytes);
const refusal = (message: RegExp) => ({ name: 'UnreadableDocument', message });
const fixture = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', name));

test('larger type becomes headings, lines become paragraphs', async () => {
  const document = await read(
    makePdf(
      [
        [
          { text: 'Finding a mentor', size: 20 },
          { text: 'A mentor has walked the way that you', top: 100 },
          'want to walk, and remem-',
          'bers where it was steep.',
          { text: 'Ask one question at a time.', top: 180 },
          { text: 'Where to look', size: 16, top: 220 },
          { text: '- Former colleagues', top: 250 },
          '- People whose writing you like',
        ],
      ],
      { info: { Title: 'Mentors', ModDate: "D:20250630120000+02'00'" }, isCompressed: true },
    ),
  );
  assert.deepEqual(document, {
    body: [
      '## Finding a mentor',
      'A mentor has walked the way that you want to walk, and remembers where it was steep.',
      'Ask one question at a time.',
      '## Where to look',
      '- Former colleagues',
      '- People whose writing you like',
    ].join('\n\n'),
    fields: { title: 'Mentors', last_reviewed: '2025-06-30' },
  });
});

test('running heads, page numbers and tables of contents are left out; a sentence goes on over the page', async () => {
  const page = (number: number, lines: string[]) => [
    { text: 'Handbook of Example Ltd', top: 30 },
    ...lines.map((text, index) => ({ text, top: 100 + index * 14 })),
    { text: `Page ${number} of 3`, top: 800 },
  ];
  const { body } = await read(
    makePdf([
      page(1, ['1 Beginning . . . . . . . . . . 2', 'Whoever begins gets a buddy who']),
      page(2, ['answers every question.']),
      page(3, ['Nobody works alone.']),
    ]),
  );
  assert.equal(
    body,
    'Whoever begins gets a buddy who answers every question.\n\nNobody works alone.',
  );
});

test('what would mean something in Markdown stays text', async () => {
  const { body } = await read(makePdf([['# 1 of *all* [links](x) in <b>text</b> are safe']]));
  assert.equal(body, '\\# 1 of \\*all\\* \\[links\\](x) in \\<b\\>text\\</b\\> are safe');
});

test('a scanned document asks for OCR', async () => {
  const picture = '500 0 0 700 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI';
  await assert.rejects(
    read(makePdf([[], []], { paint: picture })),
    refusal(/^holds pictures of text but no text; run OCR first/),
  );
  const stamped = makePdf([['Scanned on 1 May'], ['2'], ['3'], ['4'], ['5']]);
  await assert.rejects(read(stamped), refusal(/run OCR first/));
});

test('a document with a password is refused; one that only asks not to be printed is read', async () => {
  await assert.rejects(
    read(fixture('locked.pdf')),
    refusal(/^is locked with a password; save it without one$/),
  );
  const { body, fields } = await read(fixture('not-for-print.pdf'));
  assert.equal(body, 'Only those with the password may read this sentence.');
  assert.equal(fields.title, 'Locked away');
});

test('a damaged document says so', async () => {
  for (const bytes of [
    Buffer.from('%PDF-1.7\n'),
    Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2_000, 200)]),
    makePdf([['Words enough to be read.']]).subarray(0, 60),
  ])
    await assert.rejects(read(bytes), refusal(/^is damaged; save or export it anew$/));
});

test('a document of too many pages says how many are read', async () => {
  const pages = Array.from({ length: 3_001 }, () => []);
  await assert.rejects(
    read(makePdf(pages)),
    refusal(/^has 3001 pages, and at most 3000 are read; split it$/),
  );
});
