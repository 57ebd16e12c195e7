import type { Article, ArticleFrontMatter } from '#ingestion/article-schema.ts';

/** An article that passes every check, with what a test wants to be different. */
export function sampleArticle(
  frontMatter: Partial<ArticleFrontMatter> = {},
  body = 'A good test fails when the code is wrong.',
): Article {
  const id = frontMatter.id ?? 'skills-testing';
  return {
    file: `${id}.md`,
    frontMatter: {
      id,
      title: 'Testing software',
      summary: 'How to write tests that people trust.',
      document_type: 'guide',
      category: 'Technical Skills',
      subcategory: 'Engineering Practice',
      audience: ['junior'],
      career_paths: ['any'],
      skills: [],
      tags: [],
      sources: [],
      last_reviewed: '2026-01-31',
      ...frontMatter,
    },
    body,
    contentHash: 'of the file',
    hasNamedSections: true,
  };
}
