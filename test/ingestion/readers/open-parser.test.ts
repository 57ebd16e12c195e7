import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openParser } from '#ingestion/readers/open-parser.ts';
import { makePdf } from '#test/helpers/make-pdf.ts';

const fine = Buffer.from('<p>Words</p>');

test('documents are parsed side by side, and a flaw of one is its own', async (t) => {
  const parser = openParser();
  t.after(() => parser.close());
  const [page, torn, text] = await Promise.allSettled([
    parser.parse('a.html', fine),
    parser.parse('a.pdf', Buffer.from('%PDF-1.7\n')),
    parser.parse('a.txt', Buffer.from('Text')),
  ]);
  assert.equal(page.status === 'fulfilled' && page.value.body, 'Words');
  assert.equal(torn.status === 'rejected' && torn.reason.name, 'UnreadableDocument');
  assert.equal(text.status === 'fulfilled' && text.value.body, 'Text');
  assert.equal((await parser.parse('b.html', fine)).body, 'Words');
});

test('a document whose parser does not come to an end is given up, and the next one is read', async (t) => {
  const parser = openParser({ timeoutMs: 2_000 });
  t.after(() => parser.close());
  const endless = makePdf([[]], {
    paint: `BT /F1 12 Tf ${'(Hello) Tj '.repeat(8_000_000)} ET`,
    isCompressed: true,
  });
  await assert.rejects(parser.parse('a.pdf', endless), {
    name: 'UnreadableDocument',
    message: /^took longer than 2 s to read/,
  });
  const patient = openParser();
  t.after(() => patient.close());
  assert.equal((await patient.parse('a.html', fine)).body, 'Words');
});

test('a document that needs too much memory takes nothing with it', async (t) => {
  const parser = openParser({ maxMemoryMb: 24 });
  t.after(() => parser.close());
  const wide = Buffer.from('<p>x</p>'.repeat(400_000));
  await assert.rejects(parser.parse('a.html', wide), {
    name: 'UnreadableDocument',
    message: /^needs more memory/,
  });
  assert.equal((await parser.parse('a.html', fine)).body, 'Words');
});
