import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type PublishOptions, publishArticles } from '#ingestion/publish-articles.ts';
import { createFolderSource } from '#services/document-source/folder.ts';
import type { KnowledgeDocument, KnowledgeIndex } from '#services/knowledge-index/port.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import { docxParagraph, makeDocx } from '#test/helpers/make-docx.ts';
import { makePdf } from '#test/helpers/make-pdf.ts';
import { declareSizes } from '#test/helpers/zip-bomb.ts';
import {
  createTemporaryFolder,
  openTemporaryStore,
} from '#test/services/database/temporary-database.ts';

const words = 'Mentors meet their mentees every second week for an hour.';

describe('publishing documents of an organisation', () => {
  let folder: ReturnType<typeof createTemporaryFolder>;
  let opened: ReturnType<typeof openTemporaryStore<KnowledgeIndex>>;
  let root: string;
  beforeEach(() => {
    folder = createTemporaryFolder();
    opened = openTemporaryStore(createSqliteKnowledgeIndex);
    root = join(folder.path, 'Staff Handbook');
    mkdirSync(root);
  });
  afterEach(async () => {
    await opened.close();
    folder.remove();
  });

  function write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    utimesSync(join(root, path), new Date('2025-03-01'), new Date('2025-03-01'));
  }

  const publish = (options: Partial<PublishOptions> = {}) =>
    publishArticles(createFolderSource(root), {
      index: opened.store,
      collection: 'handbook',
      now: () => new Date('2026-11-22'),
      ...options,
    });

  /** Name of the file and problem, as they stand on one line. */
  async function refusals(): Promise<Record<string, string>> {
    const { refused } = await publish();
    return Object.fromEntries(
      refused.map(({ file, line, message }) => [
        file.slice(root.length + 1) + (line === undefined ? '' : `:${line}`),
        message,
      ]),
    );
  }

  async function passageOf(documentId: string): Promise<KnowledgeDocument> {
    const [passage] = await opened.store.getDocument(documentId);
    assert.ok(passage, `${documentId} is not published`);
    return passage;
  }

  test('every kind of document is published, with what it says and sensible words for what it does not', async () => {
    write('people/mentoring.html', `<title>Mentoring</title><main><p>${words}</p></main>`);
    write('people/leave.docx', makeDocx({ body: docxParagraph(words), title: 'Taking leave' }));
    write('pay/bands_2025.pdf', makePdf([[{ text: 'Pay bands', size: 24 }, words]]));
    write('welcome.txt', `Hello and welcome\n=================\n\n${words}`);
    write('notes.md', `Some words first.\n\n## Buddies\n\n${words}`);
    const { added, refused } = await publish();
    assert.deepEqual(refused, []);
    assert.deepEqual(added, [
      'staff-handbook-notes-md',
      'staff-handbook-pay-bands-2025-pdf',
      'staff-handbook-people-leave-docx',
      'staff-handbook-people-mentoring-html',
      'staff-handbook-welcome-txt',
    ]);
    const titles = await Promise.all(added.map(async (id) => (await passageOf(id)).title));
    assert.deepEqual(titles, [
      'Buddies',
      'Pay bands',
      'Taking leave',
      'Mentoring',
      'Hello and welcome',
    ]);
    const { id: _, contentHash: __, ...pay } = await passageOf('staff-handbook-pay-bands-2025-pdf');
    assert.deepEqual(pay, {
      documentId: 'staff-handbook-pay-bands-2025-pdf',
      title: 'Pay bands',
      content: words,
      summary: words,
      documentType: 'resource',
      category: 'Staff Handbook',
      subcategory: 'Pay',
      tags: [],
      questions: [],
      chunkIndex: 0,
      totalChunks: 1,
      targetAudience: ['student', 'entry', 'junior', 'mid', 'senior', 'career_changer'],
      careerPaths: ['any'],
      skillsCovered: [],
      authorityScore: 0.6,
      freshnessScore: 0.5,
      engagementScore: 0.5,
      sourceUrl: '/articles/staff-handbook-pay-bands-2025-pdf#pay-bands',
      section: 'Pay bands',
      part: 'body',
      sources: [],
      createdAt: '2026-11-22T00:00:00.000Z',
      // When its file was written is no date of the text.
      updatedAt: '',
      version: 1,
      collection: 'handbook',
    });
  });

  test('a title that a program put there is none, and long ones are cut', async () => {
    const titleOf = async (path: string, content: string) => {
      write(path, content);
      const { added, changed } = await publish();
      return (await passageOf([...added, ...changed][0] ?? '')).title;
    };
    assert.equal(
      await titleOf(
        'our_first-days.html',
        `<title>Microsoft Word - Doc1.docx</title><p>${words}</p>`,
      ),
      'Our first days',
    );
    const long = await titleOf(
      'a.html',
      `<title>${'long words '.repeat(30)}</title><p>${words}</p>`,
    );
    assert.ok(long.length <= 120 && long.endsWith('long…'), long);
  });

  test('a file beside the document says what the document does not', async () => {
    write('guide.pdf', makePdf([[words]], { info: { Title: 'Old title' } }));
    write(
      'guide.pdf.meta.yaml',
      'id: company-mentoring\ntitle: Mentoring with us\naudience: [senior]\ncareer_paths: [ai_engineer]\nsource_url: https://example.org/guide\nlast_reviewed: 2026-01-01\n',
    );
    assert.deepEqual((await publish()).added, ['company-mentoring']);
    const passage = await passageOf('company-mentoring');
    assert.equal(passage.title, 'Mentoring with us');
    assert.deepEqual(passage.targetAudience, ['senior']);
    assert.equal(passage.sourceUrl, 'https://example.org/guide');
    assert.equal(passage.updatedAt, '2026-01-01');
    assert.equal((await publish()).unchanged, 1);

    write('guide.pdf.meta.yaml', 'id: company-mentoring\ntitle: Mentoring, anew\n');
    assert.deepEqual((await publish()).changed, ['company-mentoring']);
  });

  test('a description with a mistake, and one of nothing, are refused with their line', async () => {
    write('guide.txt', words);
    write('guide.txt.meta.yaml', 'title: Guide\naudience: [everybody]\nautor: me\n');
    write('gone.txt.meta.yaml', 'title: Gone\n');
    const found = await refusals();
    assert.deepEqual(Object.keys(found), [
      'gone.txt.meta.yaml',
      'guide.txt.meta.yaml:2',
      'guide.txt.meta.yaml:3',
    ]);
    assert.match(found['gone.txt.meta.yaml'] ?? '', /^describes no document; name it after one/);
  });

  test('Markdown may say everything of itself, and then its sections mean what an article’s mean', async () => {
    const head = (more: string) => `---\nid: own-article\ntitle: Our own\n${more}---\n`;
    const body = 'Opening words.\n\n## Next step\n\nWe hire in spring.\n';
    write('own.md', head('') + body);
    await publish();
    const partsOf = async () =>
      (await opened.store.getDocument('own-article')).map(({ part }) => part);
    assert.deepEqual(await partsOf(), ['body', 'body']);
    write(
      'own.md',
      head(
        'summary: All about our own.\ndocument_type: guide\ncategory: A\nsubcategory: B\naudience: [mid]\ncareer_paths: [any]\nskills: []\nlast_reviewed: 2026-01-01\n',
      ) + body,
    );
    await publish();
    assert.deepEqual(await partsOf(), ['body', 'next-steps']);
  });

  test('what cannot be read is refused in one line with its cure, and the rest is published', async () => {
    write('fine.txt', words);
    write('big.md', Buffer.alloc(10_000_001, 'a '));
    write('empty.pdf', '');
    write('blank.html', '<main> </main>');
    write('scan.pdf', makePdf([[]]));
    write('torn.pdf', '%PDF-1.7\nand no more');
    write('torn.docx', makeDocx({ body: docxParagraph(words) }).subarray(0, 700));
    write('bomb.docx', declareSizes(makeDocx({ body: docxParagraph(words) }), 2_000_000_000));
    write('picture.txt', Buffer.from('89504e470d0a1a0a0000000d', 'hex'));
    write('renamed.txt', makePdf([[words]]));
    write('deep.html', `${'<div>'.repeat(9_000)}${words}`);
    symlinkSync(join(root, 'loop.pdf'), join(root, 'loop.pdf'));
    const report = await publish();
    assert.deepEqual(report.added, ['staff-handbook-fine-txt']);
    const lines = Object.fromEntries(
      report.refused.map(({ file, message }) => [file.slice(root.length + 1), message]),
    );
    const expected: Record<string, RegExp> = {
      'big.md': /^has 11 MB, and at most 10 MB are read; split it$/,
      'blank.html': /^holds no text; write something in it, or delete it$/,
      'bomb.docx': /^unpacks to more than/,
      'deep.html': /^is nested too deeply to be read; simplify it$/,
      'empty.pdf': /^is empty; write something in it, or delete it$/,
      'loop.pdf': /^could not be read: it is a link that leads back to itself; remove it$/,
      'picture.txt': /^holds something else than text; save it as text in UTF-8/,
      'renamed.txt': /^holds a PDF, which its name does not say; give it the ending that fits$/,
      'scan.pdf': /run OCR first/,
      'torn.docx': /^is damaged; open it in Word and save it anew$/,
      'torn.pdf': /^is damaged; save or export it anew$/,
    };
    assert.deepEqual(Object.keys(lines), Object.keys(expected));
    for (const [file, message] of Object.entries(expected))
      assert.match(lines[file] ?? '', message);
  });

  test('a document that cannot be read any more keeps what was published of it', async () => {
    write('guide.pdf', makePdf([[words]]));
    write('named.txt', words);
    write('named.txt.meta.yaml', 'id: given-name\n');
    write('own.md', `---\nid: own-name\n---\n${words}`);
    await publish();
    write('guide.pdf', '%PDF-1.7\ntorn');
    write('named.txt.meta.yaml', 'id: given-name\ntitle: [broken\n');
    write('own.md', `---\nid: own-name\naudience: nobody\n---\n${words}`);
    const report = await publish();
    assert.deepEqual([report.changed, report.removed], [[], []]);
    for (const id of ['staff-handbook-guide-pdf', 'given-name', 'own-name'])
      assert.equal((await passageOf(id)).content, words);

    for (const file of ['guide.pdf', 'named.txt', 'named.txt.meta.yaml', 'own.md'])
      rmSync(join(root, file));
    assert.deepEqual((await publish()).removed, [
      'given-name',
      'own-name',
      'staff-handbook-guide-pdf',
    ]);
  });

  test('of two files with one id the second is refused, whichever is read first', async () => {
    write('a-b.txt', `${words} One.`);
    write('a b.txt', `${words} Two.`);
    assert.deepEqual(await refusals(), {
      'a-b.txt': `has the id staff-handbook-a-b-txt, which ${root}/a b.txt has already; rename one of them, or write another id into its front matter or a file beside it, such as a-b.txt.meta.yaml`,
    });
    assert.match((await passageOf('staff-handbook-a-b-txt')).content, /Two\.$/);
  });

  test('names in other alphabets, with odd signs or of great length become ids of their own', async () => {
    const names = ['履歴書', '面接', 'Prüfung', "it's 100% #1?", 'x'.repeat(200), '\u001b[31mred'];
    for (const name of names) write(`${name}.txt`, words);
    const { added, refused } = await publish();
    assert.deepEqual(refused, []);
    assert.equal(added.length, names.length);
    for (const id of added) assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(added.every((id) => id.length <= 100));
    assert.equal((await publish()).unchanged, names.length);
  });

  test('a name cannot write to the terminal of whoever reads of it', async () => {
    write('\u001b[2Jevil\nname.txt', '');
    const [file = ''] = Object.keys(await refusals());
    assert.equal(file, '[2Jevil name.txt');
  });

  test('hidden files, locks of editors and other kinds are left alone', async () => {
    for (const path of ['.hidden.md', '~$draft.docx', '.obsidian/a.md', 'photo.png', 'README'])
      write(path, words);
    const report = await publish();
    assert.deepEqual([report.added, report.refused, report.ignored], [[], [], 2]);
  });

  test('a document is parsed and embedded again only where it changed', async () => {
    const texts: string[] = [];
    const embeddings = {
      name: 'model',
      dimensions: 2,
      maxBatchSize: 10,
      embed: async (batch: readonly string[]) => {
        texts.push(...batch);
        return batch.map(() => Float32Array.of(0, 1));
      },
    };
    write('one.pdf', makePdf([[words]]));
    write('two.html', `<p>${words}</p>`);
    await publish({ embeddings });
    assert.equal(texts.length, 2);
    /** Touched, but the same. */
    write('two.html', `<p>${words}</p>`);
    assert.equal((await publish({ embeddings })).unchanged, 2);
    assert.equal(texts.length, 2);
    write('two.html', `<p>${words} Or more.</p>`);
    assert.deepEqual((await publish({ embeddings })).changed, ['staff-handbook-two-html']);
    assert.equal(texts.length, 3);
    assert.equal((await publish({ embeddings, recreate: true })).changed.length, 2);
  });

  test('whoever watches is told how far it is', async () => {
    for (const name of ['a', 'b', 'c']) write(`${name}.txt`, words);
    write('bad.txt', '');
    const seen: string[] = [];
    await publish({ onProgress: (done, total) => seen.push(`${done}/${total}`) });
    assert.deepEqual(seen, ['1/4', '2/4', '3/4', '4/4']);
  });
});
