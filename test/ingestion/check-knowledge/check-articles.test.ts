import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Article } from '#ingestion/article-schema.ts';
import { checkArticles } from '#ingestion/check-knowledge/check-articles.ts';
import { sampleArticle } from './sample-article.ts';

const today = '2026-11-23';
const problemsOf = (...articles: readonly Article[]) =>
  checkArticles(articles, today).problems.map(({ file, message }) => `${file}: ${message}`);

test('a sound article passes', () => {
  assert.deepEqual(problemsOf(sampleArticle()), []);
});

test('a review that lies ahead, or is due before it was done, is named', () => {
  assert.deepEqual(problemsOf(sampleArticle({ last_reviewed: '2027-01-01' })), [
    'skills-testing.md: last_reviewed 2027-01-01 lies ahead',
  ]);
  assert.deepEqual(problemsOf(sampleArticle({ review_by: '2026-01-31' })), [
    'skills-testing.md: review_by 2026-01-31 is not after last_reviewed 2026-01-31',
  ]);
});

test('an article past its review is listed, and is no problem', () => {
  const { problems, pastReview } = checkArticles(
    [
      sampleArticle({ review_by: '2026-11-22' }),
      sampleArticle({ id: 'on-time', review_by: today }, 'It is read again every year.'),
    ],
    today,
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(pastReview, [
    { file: 'skills-testing.md', message: 'was to be reviewed by 2026-11-22' },
  ]);
});

for (const number of ['69.4% of the postings', '$120,000 a year', '45 000 euros', '3,400 people'])
  test(`“${number}” needs its year in the same sentence`, () => {
    const body = `It was found in ${number}. That was in 2025.`;
    assert.deepEqual(problemsOf(sampleArticle({}, body)), [
      `skills-testing.md: a number without a year: “It was found in ${number}.”`,
    ]);
    assert.deepEqual(problemsOf(sampleArticle({}, `In 2025 it was found in ${number}.`)), []);
  });

test('counts of an example need no year', () => {
  assert.deepEqual(
    problemsOf(sampleArticle({}, 'Write three tests, and spend 2 hours on each.')),
    [],
  );
});

test('sentences that only an expert reads are named with their grade', () => {
  const body =
    'Organisational responsibilities necessitate interdisciplinary collaboration regarding architectural considerations, notwithstanding administrative complications and international regulatory inconsistencies.';
  assert.match(problemsOf(sampleArticle({}, body)).join(), /reads at school grade \d+\.\d/);
});

test('links inside the knowledge base lead to an article and a heading of it', () => {
  const target = sampleArticle(
    { id: 'skills-evals', title: 'Evaluation' },
    '## What is an evaluation set?\n\nA list of questions.',
  );
  const body = (link: string) => `Read [more](${link}).`;
  for (const link of [
    'skills-evals',
    '../technical-skills/skills-evals.md',
    '/articles/skills-evals#what-is-an-evaluation-set',
    'https://example.org/elsewhere',
  ])
    assert.deepEqual(problemsOf(sampleArticle({}, body(link)), target), [], link);
  for (const link of ['skills-eval', 'skills-evals#who-asks', '#nowhere'])
    assert.deepEqual(
      problemsOf(sampleArticle({}, body(link)), target),
      [`skills-testing.md: links to ${link}, which does not exist`],
      link,
    );
});

test('a passage that stands nearly the same in another article is named, in one article it is not', () => {
  const text =
    'A portfolio project shows one working program, its tests, and what you would change next time you build it.';
  const original = sampleArticle({}, `## What shows my skill?\n\n${text}`);
  const copy = sampleArticle({ id: 'a-copy' }, `## How to show skill?\n\n${text} Really.`);
  assert.deepEqual(problemsOf(original, copy), [
    'a-copy.md: “How to show skill?” says nearly the same as “What shows my skill?” of skills-testing.md',
  ]);
  const twice = `## One?\n\n${text}\n\n## Two?\n\n${text}`;
  assert.deepEqual(problemsOf(sampleArticle({}, twice)), []);
});
