import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Article, ArticleFrontMatter } from '#ingestion/article-schema.ts';
import { anchorOf, chunkArticle } from '#ingestion/chunk-article.ts';

const frontMatter: ArticleFrontMatter = {
  id: 'skills-evals',
  title: 'Evaluating language models',
  summary: 'How to measure what a model gets right.',
  document_type: 'guide',
  category: 'Technical Skills',
  subcategory: 'Evaluation',
  audience: ['junior', 'mid'],
  career_paths: ['any'],
  skills: ['evaluation'],
  tags: ['evals'],
  sources: [
    { title: 'One', url: 'https://example.org/1', evidence: 'primary', as_of: '2025' },
    { title: 'Two', url: 'https://example.org/2', evidence: 'secondary', as_of: '2024-05' },
  ],
  last_reviewed: '2026-11-01',
};

function chunk(body: string, changes: Partial<ArticleFrontMatter> = {}, now = '2026-11-01') {
  const article: Article = {
    file: 'evals.md',
    frontMatter: { ...frontMatter, ...changes },
    body,
    contentHash: 'of the file',
    hasNamedSections: true,
  };
  const options = { now: new Date(now), collection: 'articles', contentHash: 'of the version' };
  return chunkArticle(article, options);
}

const whole = `
The opening [1].

## What is it?

A list of questions [1][2]. It is short.

- First item [2]
- Second item

## What this does not tell you

Nothing about pay.

## Next step

- **junior**: This week: write ten questions.
`;

test('an article is cut along its headings, the opening under the title', () => {
  assert.deepEqual(
    chunk(whole).map(({ id, section, part, content, chunkIndex, totalChunks }) => ({
      id,
      section,
      part,
      content,
      chunkIndex,
      totalChunks,
    })),
    [
      ['Evaluating language models', 'body', 'The opening.'],
      ['What is it?', 'body', 'A list of questions. It is short.\nFirst item\nSecond item'],
      ['What this does not tell you', 'limits', 'Nothing about pay.'],
      ['Next step', 'next-steps', 'junior: This week: write ten questions.'],
    ].map(([section, part, content], index) => ({
      id: `skills-evals#${index}`,
      section,
      part,
      content,
      chunkIndex: index,
      totalChunks: 4,
    })),
  );
});

test('a comment below a heading says how else people ask; nobody reads it', () => {
  const body =
    '## What is it?\n\n<!-- asked: how do I measure a model |\n what are evals? | -->\n\nA list of questions.\n\n## Why?\n\nTo know.';
  const [first, second] = chunk(body);
  assert.equal(first?.content, 'A list of questions.');
  assert.deepEqual(first?.questions, ['how do I measure a model', 'what are evals?']);
  assert.deepEqual(second?.questions, []);
});

test('each passage keeps the sources that it names, and no others', () => {
  const [opening, section, limits] = chunk(whole);
  assert.deepEqual(opening?.sources, [
    { title: 'One', url: 'https://example.org/1', evidence: 'primary', asOf: '2025' },
  ]);
  assert.deepEqual(
    section?.sources.map(({ title }) => title),
    ['One', 'Two'],
  );
  assert.deepEqual(limits?.sources, []);
});

test('what a passage inherits from its article stands on it', () => {
  const [passage] = chunk(whole, { review_by: '2027-02-01' });
  assert.equal(passage?.documentId, 'skills-evals');
  assert.equal(passage?.documentType, 'guide');
  assert.deepEqual(passage?.targetAudience, ['junior', 'mid']);
  assert.equal(passage?.updatedAt, '2026-11-01');
  assert.equal(passage?.reviewBy, '2027-02-01');
  assert.equal(passage?.contentHash, 'of the version');
  assert.equal(passage?.collection, 'articles');
});

test('a passage is reached by the anchor of its heading, on this server or where the article says', () => {
  assert.equal(chunk(whole)[1]?.sourceUrl, '/articles/skills-evals#what-is-it');
  const [passage] = chunk(whole, { source_url: 'https://example.org/evals' });
  assert.equal(passage?.sourceUrl, 'https://example.org/evals');
});

test('anchors hold letters and digits of any language, joined by hyphens', () => {
  assert.equal(anchorOf('What is RAG, in 2026?'), 'what-is-rag-in-2026');
  assert.equal(anchorOf('  "C++" & más… '), 'c-más');
  assert.equal(anchorOf('???'), '');
});

test('a long section is cut between paragraphs, every part under its heading', () => {
  const paragraphs = Array.from(
    { length: 8 },
    (_, index) => `Paragraph ${index} ${'word '.repeat(60)}end [1].`,
  );
  const parts = chunk(`## How long?\n\n${paragraphs.join('\n\n')}`);
  assert.ok(parts.length >= 3);
  assert.ok(parts.every(({ section }) => section === 'How long?'));
  assert.ok(parts.every(({ content }) => content.split(/\s+/).length <= 220));
  assert.ok(parts.every(({ sources }) => sources.length === 1));
  assert.deepEqual(
    parts.flatMap(({ content }) => content.split('\n').map((line) => line.split(' ')[1])),
    ['0', '1', '2', '3', '4', '5', '6', '7'],
  );
});

test('a paragraph that is too long by itself is cut between sentences, else between words', () => {
  const sentence = `Word ${'word '.repeat(98)}end.`;
  const lengthsOf = (body: string) => chunk(body).map(({ content }) => content.split(/\s+/).length);
  assert.deepEqual(lengthsOf(Array(5).fill(sentence).join(' ')), [200, 200, 100]);
  assert.deepEqual(lengthsOf(`Short one.\n\n${'word '.repeat(300)}end.`), [2, 220, 81]);
});

test('a text without spaces is cut by its length, and no character is lost or broken', () => {
  const text = '用户𠮷'.repeat(2_000);
  const parts = chunk(text);
  assert.ok(parts.length > 2);
  assert.ok(parts.every(({ content }) => content.length <= 2_700 * 2 && content.isWellFormed()));
  assert.equal(parts.map(({ content }) => content).join(''), text);
});

test('a row of a table becomes a line that can be understood alone', () => {
  const [passage] = chunk('| Role | Level |\n| --- | --- |\n| Engineer | senior |\n| Analyst | |');
  assert.equal(passage?.content, 'Role: Engineer; Level: senior\nRole: Analyst');
  const [bare] = chunk('|  |  |\n| --- | --- |\n| Engineer | senior |');
  assert.equal(bare?.content, 'Engineer: senior');
});

test('columns that are named in an unmarked first row are found by how it looks', () => {
  const linesOf = (...rows: readonly string[]) => {
    const columns = (rows[0] ?? '').split('|').length;
    const head = [Array(columns).fill(' ').join('|'), Array(columns).fill('---').join('|')];
    return chunk([...head, ...rows].map((row) => `|${row}|`).join('\n'))[0]?.content.split('\n');
  };
  assert.deepEqual(linesOf('**Role**|**Place**', 'Engineer|Berlin'), [
    'Role: Engineer; Place: Berlin',
  ]);
  assert.deepEqual(linesOf('Role|Pay', 'Engineer|150k', 'Analyst|90k'), [
    'Role: Engineer; Pay: 150k',
    'Role: Analyst; Pay: 90k',
  ]);
  assert.deepEqual(linesOf('Role|Place|Level', 'Engineer|Berlin|senior'), [
    'Role: Engineer; Place: Berlin; Level: senior',
  ]);
  assert.deepEqual(linesOf('Role|Engineer', 'Place|Berlin', 'Pay|150k'), [
    'Role: Engineer',
    'Place: Berlin',
    'Pay: 150k',
  ]);
  assert.deepEqual(linesOf('2024|2025|2026', '1|2|3'), ['2024; 2025; 2026', '1; 2; 3']);
});

test('a row stays one sentence, whatever its cells hold', () => {
  const [passage] = chunk(
    '| Role | Needs | Pay |\n|---|---|---|\n| ML. | Python. Then SQL, e.g. joins. | 150k. |',
  );
  assert.equal(passage?.content, 'Role: ML; Needs: Python – Then SQL, e.g. joins; Pay: 150k');
});

test('a table of nothing but its headings keeps them', () => {
  assert.equal(chunk('| Junior | Senior |\n|---|---|')[0]?.content, 'Junior; Senior');
});

test('a question that stands as a paragraph before its answer is a heading, but in our own articles', () => {
  const body =
    '# Internships\n\nFor students.\n\n**How long does it take?**\n\nSix months.\n\nIs it paid?\n\nIt is.\n\n- Who asks?\n- Nobody.\n\nReady?';
  const own = { file: 'a.md', frontMatter, body, contentHash: 'hash' };
  const options = { now: new Date('2026-11-01'), collection: 'own', contentHash: 'version' };
  const cut = (hasNamedSections: boolean) =>
    chunkArticle({ ...own, hasNamedSections }, options).map(({ section, content }) => [
      section,
      content,
    ]);
  assert.deepEqual(cut(false), [
    ['Internships', 'For students.'],
    ['How long does it take?', 'Six months.'],
    ['Is it paid?', 'It is.\nWho asks?\nNobody.\nReady?'],
  ]);
  assert.equal(cut(true).length, 1);
});

test('a line of nothing but HTML elements is no text', () => {
  assert.equal(
    chunk('<div align="center">\n\nWords, and a List<int>.\n\n</div>')[0]?.content,
    'Words, and a List<int>.',
  );
});

test('sections mean something particular only where an article is written so', () => {
  const article: Article = {
    file: 'plan.docx',
    frontMatter,
    body: '## Next step\n\nWe hire in spring.',
    contentHash: 'hash',
    hasNamedSections: false,
  };
  const [passage] = chunkArticle(article, {
    now: new Date('2026-11-01'),
    collection: 'own',
    contentHash: 'version',
  });
  assert.equal(passage?.part, 'body');
});

test('a passage holds plain text: links by their words, no marks, no pictures, no markup that runs', () => {
  const [passage] = chunk(
    'Read **the [guide](https://example.org/x)** and `code`\nnext line ![picture](https://example.org/p.png). <b>raw</b>',
  );
  assert.equal(passage?.content, 'Read the guide and code next line . <b>raw</b>');
});

test('code keeps its brackets, and names no source', () => {
  const [passage] = chunk('Use `list[1]` here [2].\n\n```\nfirst = rows[1] + [2]\n```');
  assert.equal(passage?.content, 'Use list[1] here.\nfirst = rows[1] + [2]');
  assert.deepEqual(
    passage?.sources.map(({ title }) => title),
    ['Two'],
  );
});

test('a heading without text gives no passage, nor does a line of markers alone', () => {
  assert.deepEqual(
    chunk('## Empty\n\n## Full\n\nText.\n\n[1]').map(({ section, content }) => [section, content]),
    [['Full', 'Text.']],
  );
  assert.deepEqual(chunk('\n\n'), []);
});

test('authority follows the evidence behind the passage, and freshness the day of the review', () => {
  const [opening, section, limits] = chunk(whole);
  assert.equal(opening?.authorityScore, 1);
  assert.equal(section?.authorityScore, 0.75);
  assert.equal(limits?.authorityScore, 0.6);
  assert.equal(chunk(whole)[0]?.freshnessScore, 1);
  assert.ok(Math.abs((chunk(whole, {}, '2028-10-31')[0]?.freshnessScore ?? 0) - 0.5) < 0.01);
  assert.equal(chunk(whole, {}, '2040-01-01')[0]?.freshnessScore, 0);
  assert.equal(chunk(whole, {}, '2020-01-01')[0]?.freshnessScore, 1);
});
