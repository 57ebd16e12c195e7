import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Article } from './article-schema.ts';
import { type ArticleProblem, readArticle } from './read-article.ts';

export interface ReadFolder {
  readonly articles: readonly Article[];
  readonly problems: readonly ArticleProblem[];
  /** Ids of all files, those that could not be read by their file name. */
  readonly seen: ReadonlySet<string>;
}

/** Reads every Markdown file below a folder; of two files with one id the second is refused. */
export async function readArticles(folder: string): Promise<ReadFolder> {
  const names = await readdir(folder, { recursive: true });
  const articles: Article[] = [];
  const problems: ArticleProblem[] = [];
  const fileById = new Map<string, string>();
  for (const name of names.filter((entry) => entry.endsWith('.md')).toSorted()) {
    const path = join(folder, name);
    const file = relative(process.cwd(), path);
    const result = readArticle(file, await readFile(path, 'utf8'));
    const stem = name.replace(/^.*[/\\]/, '').replace(/\.md$/, '');
    const id = result.article?.frontMatter.id ?? stem;
    const twin = fileById.get(id);
    fileById.set(id, twin ?? file);
    if (result.problems !== undefined) problems.push(...result.problems);
    else if (twin !== undefined)
      problems.push({ file, line: 1, message: `has the id ${id}, which ${twin} has already` });
    else articles.push(result.article);
  }
  return { articles, problems, seen: new Set(fileById.keys()) };
}
