import { readdir, readFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { Article } from './article-schema.ts';
import { type ArticleProblem, readArticle } from './read-article.ts';

export interface ReadFolder {
  readonly articles: readonly Article[];
  readonly problems: readonly ArticleProblem[];
  /** Ids of all files; where one could not be read, the id it seems to have and the one of its file name. */
  readonly seen: ReadonlySet<string>;
}

/** Reads every Markdown file below a folder; of two files with one id the second is refused. */
export async function readArticles(folder: string): Promise<ReadFolder> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  const articles: Article[] = [];
  const problems: ArticleProblem[] = [];
  const fileById = new Map<string, string>();
  const seen = new Set<string>();
  for (const path of paths) {
    const file = relative(process.cwd(), path);
    const text = await readFile(path, 'utf8').catch((error: Error) => error);
    const result =
      typeof text === 'string'
        ? readArticle(file, text)
        : { problems: [{ file, line: 1, message: `could not be read: ${text.message}` }] };
    if (result.problems !== undefined) {
      problems.push(...result.problems);
      for (const id of likelyIds(path, text)) seen.add(id);
      continue;
    }
    const { id } = result.article.frontMatter;
    seen.add(id);
    const twin = fileById.get(id);
    if (twin === undefined) articles.push(result.article);
    else problems.push({ file, line: 1, message: `has the id ${id}, which ${twin} has already` });
    fileById.set(id, twin ?? file);
  }
  return { articles, problems, seen };
}

/** What a refused file may have been published as before: that version is kept. */
function likelyIds(path: string, text: string | Error): string[] {
  const written = typeof text === 'string' ? /^id:[ \t]*["']?([\w-]+)/m.exec(text)?.[1] : undefined;
  const stem = basename(path, '.md');
  return written === undefined ? [stem] : [written, stem];
}
