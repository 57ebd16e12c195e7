import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Article } from '#ingestion/article-schema.ts';
import { anchorOf, chunkArticle } from '#ingestion/chunk-article.ts';
import { readArticles } from '#ingestion/read-articles.ts';
import { nextStepsOf } from '#mentor/next-steps.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { createFolderSource } from '#services/document-source/folder.ts';

const options = { now: new Date('2026-11-22'), collection: 'articles', contentHash: 'x' };

describe('the built-in articles', () => {
  let articles: readonly Article[] = [];
  before(async () => {
    const read = await readArticles(createFolderSource('knowledge/articles'));
    assert.deepEqual(read.problems, []);
    articles = read.articles;
  });

  test('all are valid, at least the hundred of the plan, each in a file of its own name', () => {
    assert.ok(articles.length >= 100);
    for (const { file, frontMatter } of articles)
      assert.ok(file.endsWith(`/${frontMatter.id}.md`), file);
  });

  test('career paths are roles of the taxonomy', () => {
    const roles = new Set(['any', ...readTaxonomy('knowledge').roles.map(({ id }) => id)]);
    for (const { file, frontMatter } of articles)
      for (const path of frontMatter.career_paths) assert.ok(roles.has(path), `${file}: ${path}`);
  });

  test('every level an article is written for gets a next step of its own', () => {
    for (const article of articles) {
      const passages = chunkArticle(article, options);
      const lines = passages
        .filter(({ part }) => part === 'next-steps')
        .map(({ content }) => content);
      for (const level of article.frontMatter.audience) {
        const [step] = nextStepsOf(passages, level);
        const line = lines
          .join('\n')
          .split('\n')
          .find((text) => text.endsWith(`: ${step}`));
        assert.match(line?.split(':')[0] ?? '', new RegExp(`\\b${level}\\b`), article.file);
      }
    }
  });

  test('every article says what it does not tell', () => {
    for (const article of articles)
      assert.ok(
        chunkArticle(article, options).some(({ part }) => part === 'limits'),
        article.file,
      );
  });

  test('the headings of an article lead to different places', () => {
    for (const article of articles) {
      const sections = new Set(chunkArticle(article, options).map(({ section }) => section));
      assert.equal(new Set([...sections].map(anchorOf)).size, sections.size, article.file);
    }
  });

  test('no passage holds a marker of a source, Markdown or an empty line', () => {
    for (const article of articles)
      for (const { id, content } of chunkArticle(article, options))
        assert.doesNotMatch(content, / \[\d+\]|\*\*|\]\(|\n\n|^\s|\s$/, id);
  });
});
