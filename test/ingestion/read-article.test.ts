import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArticle } from '#ingestion/read-article.ts';
import type { ArticleProblem } from '#ingestion/read-fields.ts';

const lines = [
  '---',
  'id: skills-evals',
  'title: "Evaluating language models"',
  'summary: "How to measure what a model gets right."',
  'document_type: guide',
  'category: Technical Skills',
  'subcategory: Evaluation',
  'audience: [junior, mid]',
  'career_paths: [any]',
  'skills: [evaluation]',
  'sources:',
  '  - title: "A survey"',
  '    url: https://example.org/survey',
  '    evidence: primary',
  '    as_of: "2025"',
  'last_reviewed: 2026-11-01',
  '---',
  '',
  'Opening words [1].',
  '',
  '## What is an evaluation set?',
  '',
  'A list of questions [1].',
];
const text = lines.join('\n');

function articleOf(content: string) {
  const { article, problems } = readArticle('evals.md', content);
  assert.deepEqual(problems, undefined);
  return article;
}

/** The file with one line in place of the one that begins so. */
function withLine(beginning: string, replacement: string): string {
  return lines.map((line) => (line.startsWith(beginning) ? replacement : line)).join('\n');
}

function problemsOf(content: string): readonly ArticleProblem[] {
  const { problems = [] } = readArticle('evals.md', content);
  assert.ok(problems.every((problem) => problem.file === 'evals.md'));
  return problems;
}

test('a whole article is read, its defaults filled in', () => {
  const { frontMatter, body, file, contentHash } = articleOf(text);
  assert.equal(file, 'evals.md');
  assert.equal(frontMatter.id, 'skills-evals');
  assert.equal(frontMatter.last_reviewed, '2026-11-01');
  assert.deepEqual(frontMatter.tags, []);
  assert.equal(frontMatter.sources[0]?.as_of, '2025');
  assert.ok(body.trim().startsWith('Opening words'));
  assert.match(contentHash, /^[0-9a-f]{64}$/);
});

test('line ends of any kind and a byte order mark change nothing, not even the hash', () => {
  const plain = articleOf(text);
  for (const other of [
    text.replaceAll('\n', '\r\n'),
    text.replaceAll('\n', '\r'),
    `\uFEFF${text}`,
    `\uFEFF${text.replaceAll('\n', '\r\n')}`,
  ])
    assert.deepEqual(articleOf(other), plain);
});

test('spaces behind the lines of dashes are forgiven', () => {
  assert.equal(articleOf(text.replaceAll('---', '---  ')).frontMatter.id, 'skills-evals');
});

test('a file without front matter says so', () => {
  const message = 'starts without front matter between two lines of ---';
  for (const content of [
    '',
    'Just words.',
    '# Title\n\n---\n\nMore\n\n---\n',
    '---\nid: x\nno end',
  ])
    assert.deepEqual(problemsOf(content), [{ file: 'evals.md', line: 1, message }]);
});

test('empty front matter and front matter that is no list of fields are named', () => {
  for (const content of [
    '---\n---\nWords.',
    '---\n- a\n- b\n---\nWords.',
    '---\njust words\n---\nWords.',
  ]) {
    const [problem] = problemsOf(content);
    assert.equal(problem?.line, 1);
    assert.match(problem?.message ?? '', /^front matter: /);
  }
});

test('an article without text says so', () => {
  const [problem] = problemsOf(text.slice(0, text.indexOf('Opening')).trimEnd());
  assert.equal(problem?.message, 'has front matter but no text');
});

const mistakes: readonly (readonly [
  what: string,
  content: string,
  line: number,
  message: RegExp,
])[] = [
  ['an id with capitals', withLine('id:', 'id: Skills Evals'), 2, /^id: must be lower-case words/],
  ['an unknown level', withLine('audience', 'audience: [junior, expert]'), 8, /^audience\.1: /],
  ['no audience at all', withLine('audience', 'audience: []'), 8, /^audience: /],
  [
    'an unknown document type',
    withLine('document_type', 'document_type: blog'),
    5,
    /^document_type: /,
  ],
  [
    'a source that is no address',
    withLine('    url', '    url: example'),
    13,
    /^sources\.0\.url: /,
  ],
  [
    'a source of an odd scheme',
    withLine('    url', '    url: ftp://example.org/a'),
    13,
    /^sources\.0\.url: /,
  ],
  [
    'an unknown kind of evidence',
    withLine('    evidence', '    evidence: blog'),
    14,
    /^sources\.0\.evidence: /,
  ],
  [
    'a source without a year',
    withLine('    as_of', '    publisher: x'),
    12,
    /^sources\.0\.as_of: /,
  ],
  [
    'a date that is none',
    withLine('last_reviewed', 'last_reviewed: soon'),
    16,
    /^last_reviewed: must be a date such as/,
  ],
  ['an empty title', withLine('title', 'title:'), 3, /^title: /],
  ['a field that does not exist', withLine('skills', 'skills: []\nauthor: Ana'), 11, /author/],
  [
    'a source that is not listed',
    `${text}\nMore [4].`,
    24,
    /^names source \[4\], but 1 are listed$/,
  ],
];
for (const [what, content, line, message] of mistakes)
  test(`${what} is named with its line`, () => {
    const problem = problemsOf(content).find((candidate) => message.test(candidate.message));
    assert.ok(problem !== undefined, JSON.stringify(problemsOf(content)));
    assert.equal(problem.line, line);
  });

test('lines count the same in a file with Windows line ends', () => {
  const content = withLine('document_type', 'document_type: blog').replaceAll('\n', '\r\n');
  assert.equal(problemsOf(content)[0]?.line, 5);
  assert.equal(problemsOf(`${text}\nMore [4].`.replaceAll('\n', '\r\n'))[0]?.line, 24);
});

test('all mistakes are named at once', () => {
  const content = withLine('audience', 'audience: [expert]').replace('guide', 'blog');
  assert.deepEqual(
    problemsOf(content).map((problem) => problem.line),
    [5, 8],
  );
});

test('a missing field is named', () => {
  const content = lines.filter((line) => !line.startsWith('category')).join('\n');
  const [problem] = problemsOf(content);
  assert.match(problem?.message ?? '', /^category: /);
});

test('broken YAML is named with its line', () => {
  for (const [content, line] of [
    [withLine('audience', 'audience: [junior'), 9],
    [withLine('title', 'title: "no end'), 3],
    [withLine('skills', 'skills: [a]\nskills: [b]'), 11],
  ] as const) {
    const [problem] = problemsOf(content);
    assert.ok(
      problem !== undefined && Math.abs((problem.line ?? 0) - line) <= 1,
      JSON.stringify(problem),
    );
  }
});

test('an alias that points to nothing is named', () => {
  assert.match(problemsOf(withLine('skills', 'skills: *nobody'))[0]?.message ?? '', /nobody/);
});

test('aliases that unfold without end are refused, not followed', () => {
  const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
  for (const [name, before] of [
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'c'],
    ['e', 'd'],
  ] as const)
    bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
  assert.ok(problemsOf(`---\n${bomb.join('\n')}\n---\nWords.`).length > 0);
});

test('numbers in brackets that are code or links name no source', () => {
  const body = '\nUse `list[7]`, matrix(2)[9] and [5](https://example.org) here.';
  assert.equal(articleOf(text + body).frontMatter.id, 'skills-evals');
});
