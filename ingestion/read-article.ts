import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import { type Article, articleSchema } from './article-schema.ts';

/** What is wrong in a file, and on which line. */
export interface ArticleProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export type ReadArticle =
  | { readonly article: Article; readonly problems?: undefined }
  | { readonly article?: undefined; readonly problems: readonly ArticleProblem[] };

/** Parses and validates one Markdown article; every problem names its line. */
export function readArticle(file: string, text: string): ReadArticle {
  const normalised = text.replaceAll('\r\n', '\n').replace(/^\uFEFF/, '');
  const match = /^---\n([\s\S]*?)\n---(?:\n|$)([\s\S]*)$/.exec(normalised);
  if (match === null)
    return {
      problems: [
        { file, line: 1, message: 'starts without front matter between two lines of ---' },
      ],
    };
  const [, yaml = '', body = ''] = match;
  const lineCounter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter, prettyErrors: false });
  /** The front matter begins on the file's second line. */
  const lineAt = (offset: number) => lineCounter.linePos(offset).line + 1;
  if (document.errors.length > 0)
    return {
      problems: document.errors.map((error) => ({
        file,
        line: lineAt(error.pos[0]),
        message: error.message,
      })),
    };
  const parsed = articleSchema.safeParse(document.toJS());
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map((issue) => ({
        file,
        line: lineOf(document, issue.path, lineAt),
        message: `${issue.path.join('.') || 'front matter'}: ${issue.message}`,
      })),
    };
  if (body.trim() === '')
    return { problems: [{ file, line: 1, message: 'has front matter but no text' }] };
  const contentHash = createHash('sha256').update(normalised).digest('hex');
  return { article: { frontMatter: parsed.data, body, contentHash } };
}

/** The line of the deepest node that the path reaches; 1 where nothing of it stands in the file. */
function lineOf(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
  lineAt: (offset: number) => number,
): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const node = document.getIn(path.slice(0, depth), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range !== undefined) return lineAt(node.range[0]);
  }
  return 1;
}
