import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type {
  KnowledgeDocument,
  KnowledgeIndex,
  SearchQuery,
} from '#services/knowledge-index/port.ts';
import { makePassage } from '#test/helpers/make-passage.ts';
import { awkwardTexts } from './awkward-text.ts';

/** Three articles that share a few words and no subject. */
const salary = makePassage({
  documentId: 'salary',
  title: 'Negotiating a salary',
  section: 'How do I ask for more?',
  content: 'Ask for a specific amount and give a reason. Salary ranges differ by country.',
  tags: ['offer', 'raise'],
  documentType: 'guide',
  category: 'Career Guides',
});
const kubernetes = makePassage({
  documentId: 'kubernetes',
  title: 'Kubernetes for beginners',
  section: 'When should I learn Kubernetes?',
  content: 'Learn it after you have deployed one container by hand. It restarts what fails.',
  documentType: 'resource',
  category: 'Technical Skills',
});
const interview = makePassage({
  documentId: 'interview',
  title: 'The recruiter call',
  section: 'What does a recruiter ask?',
  content: 'A recruiter asks about motivation, the salary range and the start date.',
  documentType: 'faq',
  category: 'Interview Prep',
});

/** What every KnowledgeIndex promises; `open` gives an empty one. */
export function describeKnowledgeIndex(
  name: string,
  open: () => Promise<{ store: KnowledgeIndex; close(): Promise<void> }>,
): void {
  describe(`KnowledgeIndex: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let index: KnowledgeIndex;
    beforeEach(async () => {
      opened = await open();
      index = opened.store;
    });
    afterEach(() => opened.close());

    const put = async (...documents: KnowledgeDocument[]) => {
      for (const document of documents) await index.putDocument([document]);
    };
    const find = async (text: string, options: Partial<SearchQuery> = {}) => {
      const hits = await index.search({ text, limit: 10, ...options });
      return hits.map((hit) => hit.document.documentId);
    };

    it('is empty at first', async () => {
      assert.deepEqual(await index.listDocuments(), []);
      assert.deepEqual(await index.getDocument('salary'), []);
      assert.deepEqual(await find('salary'), []);
    });

    it('gives a passage back as it was put', async () => {
      const full = makePassage({
        documentId: 'full',
        content: 'First line.\nSecond line: Καλημέρα, 你好 👩🏽‍🚀.',
        sources: [
          { title: 'A survey', url: 'https://example.org/a', evidence: 'primary', asOf: '2025' },
        ],
        skillsCovered: ['Python'],
        reviewBy: '2027-01-01',
      });
      await put(full);
      assert.deepEqual(await index.getDocument('full'), [full]);
      const [hit] = await index.search({ text: 'second line', limit: 1 });
      assert.deepEqual(hit?.document, full);
    });

    it('puts the passage first that the question is about', async () => {
      await put(salary, kubernetes, interview);
      assert.equal((await find('how do i negotiate my salary'))[0], 'salary');
      assert.equal((await find('learn kubernetes'))[0], 'kubernetes');
    });

    it('finds a passage by a question that stands with it, and puts it before one that mentions its words', async () => {
      const mentioned = makePassage({
        documentId: 'mentioned',
        content: 'Payslips and employers are known everywhere.',
      });
      const asked = makePassage({
        documentId: 'asked',
        section: 'May an employer ask what I earn now?',
        content: 'In some places that is forbidden.',
        questions: ['a recruiter wants to see my payslips', 'do I have to reveal my pay'],
      });
      await put(mentioned, asked, interview);
      assert.deepEqual((await find('must i show payslips'))[0], 'asked');
      assert.deepEqual((await index.getDocument('asked'))[0]?.questions, asked.questions);
    });

    it('finds other forms of a word', async () => {
      await put(salary, kubernetes, interview);
      assert.equal((await find('recruiters asking'))[0], 'interview');
    });

    it('answers with scores that fall and coverage between 0 and 1', async () => {
      await put(salary, kubernetes, interview);
      const hits = await index.search({ text: 'recruiter salary range', limit: 10 });
      assert.ok(hits.length >= 2);
      for (const [position, hit] of hits.entries()) {
        assert.ok(hit.coverage >= 0 && hit.coverage <= 1);
        assert.ok(position === 0 || hit.score <= (hits[position - 1]?.score ?? 0));
      }
    });

    it('returns no more than the limit', async () => {
      await put(salary, interview);
      assert.equal((await find('salary', { limit: 1 })).length, 1);
    });

    it('returns as many as asked for, above a hundred as well', async () => {
      for (let number = 0; number < 130; number += 1)
        await put(
          makePassage({ documentId: `copy-${number}`, content: `Kubernetes, part ${number}.` }),
        );
      assert.equal((await find('kubernetes', { limit: 120 })).length, 120);
    });

    it('replaces a document whole', async () => {
      const parts = [0, 1, 2].map((chunkIndex) =>
        makePassage({ documentId: 'long', chunkIndex, content: `Gardening, part ${chunkIndex}.` }),
      );
      await index.putDocument(parts);
      assert.equal((await index.getDocument('long')).length, 3);
      await put(
        makePassage({ documentId: 'long', content: 'Only astronomy now.', contentHash: 'hash-2' }),
      );
      assert.equal((await index.getDocument('long')).length, 1);
      assert.deepEqual(await find('gardening'), []);
      assert.deepEqual(await find('astronomy'), ['long']);
    });

    it('gives the passages of a document in order', async () => {
      const parts = [0, 1, 2, 10].map((chunkIndex) =>
        makePassage({ documentId: 'long', chunkIndex }),
      );
      await index.putDocument(parts.toReversed());
      const found = await index.getDocument('long');
      assert.deepEqual(
        found.map((passage) => passage.chunkIndex),
        [0, 1, 2, 10],
      );
    });

    it('removes a document, once', async () => {
      await put(salary, interview);
      assert.equal(await index.removeDocument('salary'), true);
      assert.equal(await index.removeDocument('salary'), false);
      assert.deepEqual(await index.getDocument('salary'), []);
      assert.deepEqual(await find('negotiating'), []);
      assert.deepEqual(await find('recruiter'), ['interview']);
    });

    it('changes nothing when it is given no passages', async () => {
      await put(salary);
      await index.putDocument([]);
      assert.equal((await index.listDocuments()).length, 1);
    });

    it('lists every document once, with its collection', async () => {
      await index.putDocument([
        makePassage({
          documentId: 'a',
          collection: 'articles',
          contentHash: 'hash-a',
          title: 'A',
          totalChunks: 2,
        }),
        makePassage({
          documentId: 'a',
          collection: 'articles',
          contentHash: 'hash-a',
          title: 'A',
          chunkIndex: 1,
          totalChunks: 2,
        }),
      ]);
      await put(
        makePassage({ documentId: 'b', collection: 'campus', contentHash: 'hash-b', title: 'B' }),
      );
      const listed = (await index.listDocuments()).toSorted((left, right) =>
        left.documentId.localeCompare(right.documentId),
      );
      assert.deepEqual(listed, [
        {
          documentId: 'a',
          title: 'A',
          category: 'Career Guides',
          collection: 'articles',
          contentHash: 'hash-a',
          chunkCount: 2,
        },
        {
          documentId: 'b',
          title: 'B',
          category: 'Career Guides',
          collection: 'campus',
          contentHash: 'hash-b',
          chunkCount: 1,
        },
      ]);
    });

    it('searches body passages only, and keeps the others with their document', async () => {
      await index.putDocument([
        makePassage({ documentId: 'a', content: 'Beekeeping is calm.' }),
        makePassage({
          documentId: 'a',
          chunkIndex: 1,
          part: 'limits',
          content: 'Beekeeping laws are left out.',
        }),
        makePassage({
          documentId: 'a',
          chunkIndex: 2,
          part: 'next-steps',
          content: 'Visit a beekeeper.',
        }),
      ]);
      const hits = await index.search({ text: 'beekeeping', limit: 10 });
      assert.deepEqual(
        hits.map((hit) => hit.document.part),
        ['body'],
      );
      assert.equal((await index.getDocument('a')).length, 3);
    });

    it('filters by type, category and document, and by all of them together', async () => {
      await put(salary, kubernetes, interview);
      assert.deepEqual(await find('salary', { filter: { documentTypes: ['faq'] } }), ['interview']);
      assert.deepEqual(await find('salary', { filter: { categories: ['Career Guides'] } }), [
        'salary',
      ]);
      assert.deepEqual(await find('salary', { filter: { documentIds: ['interview'] } }), [
        'interview',
      ]);
      assert.deepEqual(
        await find('salary', { filter: { documentTypes: ['faq'], categories: ['Career Guides'] } }),
        [],
      );
    });

    it('finds what only a synonym says', async () => {
      await put(salary, kubernetes, interview);
      assert.deepEqual(await find('k8s'), []);
      const synonyms = [{ term: 'k8s', alternatives: ['kubernetes'] }];
      assert.deepEqual(await find('k8s', { synonyms }), ['kubernetes']);
    });

    it('fuses what the text and what the vector finds', async () => {
      await put(
        { ...salary, contentVector: Float32Array.of(1, 0, 0) },
        { ...kubernetes, contentVector: Float32Array.of(0, 1, 0) },
        { ...interview, contentVector: Float32Array.of(0.9, 0.1, 0) },
      );
      const vector = Float32Array.of(0, 1, 0);
      const found = await find('recruiter', { vector });
      assert.ok(found.includes('interview'), 'the text finds it');
      assert.ok(found.includes('kubernetes'), 'the vector finds it');
      const both = await find('kubernetes', { vector });
      assert.equal(both[0], 'kubernetes');
    });

    it('filters what the vector finds', async () => {
      await put(
        { ...salary, contentVector: Float32Array.of(1, 0, 0) },
        { ...interview, contentVector: Float32Array.of(1, 0, 0) },
      );
      const vector = Float32Array.of(1, 0, 0);
      assert.deepEqual(await find('xyz', { vector, filter: { documentTypes: ['faq'] } }), [
        'interview',
      ]);
    });

    it('takes the syntax of query languages as plain words', async () => {
      await put(salary, kubernetes, interview);
      for (const text of [
        '" OR * NEAR(',
        'salary" OR "kubernetes',
        'title:salary AND NOT content:ask',
        'salary* ^2 {recruiter} +kubernetes -salary',
        "'; DROP TABLE passages; --",
        'NEAR(salary recruiter, 2)',
      ])
        await assert.doesNotReject(find(text), text);
      assert.equal((await find('"salary"'))[0], 'salary');
      assert.equal((await index.listDocuments()).length, 3);
    });

    it('finds nothing in a question without words', async () => {
      await put(salary, kubernetes, interview);
      for (const text of ['', '   ', '?!', '🙂🙂🙂', '\u0000'])
        assert.deepEqual(await find(text), [], text);
    });

    it('survives awkward and overlong questions', async () => {
      await put(salary);
      for (const text of [
        ...Object.values(awkwardTexts),
        'word '.repeat(20_000),
        'a'.repeat(100_000),
      ])
        await assert.doesNotReject(find(text));
    });

    it('stops when the caller has given up', async () => {
      await put(salary);
      const signal = AbortSignal.abort();
      await assert.rejects(index.search({ text: 'salary', limit: 1 }, { signal }), {
        name: 'AbortError',
      });
    });
  });
}
