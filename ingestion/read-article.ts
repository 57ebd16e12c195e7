import { createHash } from 'node:crypto';
import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
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
  const normalised = text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
  const match = /^---[ \t]*\n((?:[\s\S]*?\n)?)---[ \t]*(?:\n([\s\S]*))?$/.exec(normalised);
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
  const values = valuesOf(document);
  if (values instanceof Error) return { problems: [{ file, line: 1, message: values.message }] };
  const parsed = articleSchema.safeParse(values);
  if (!parsed.success)
    return {
      problems: parsed.error.issues.map((issue) => ({
        file,
        line: lineOf(document, placeOf(issue), lineAt),
        message: `${issue.path.join('.') || 'front matter'}: ${issue.message}`,
      })),
    };
  if (body.trim() === '')
    return { problems: [{ file, line: 1, message: 'has front matter but no text' }] };
  const problems = unknownSources(body, parsed.data.sources.length).map(({ line, message }) => ({
    file,
    line: line + normalised.slice(0, normalised.length - body.length).split('\n').length - 1,
    message,
  }));
  if (problems.length > 0) return { problems };
  const contentHash = createHash('sha256').update(normalised).digest('hex');
  return { article: { file, frontMatter: parsed.data, body, contentHash } };
}

/** What the fields hold; an error where an alias points to nothing, or unfolds without end. */
function valuesOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Where a problem stands: an unknown field is reported on the object that holds it. */
function placeOf(issue: z.core.$ZodIssue): readonly PropertyKey[] {
  const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  return key === undefined ? issue.path : [...issue.path, key];
}

/** Statements that name a source which the front matter does not list, by the line of the text, counted from 1. */
function unknownSources(body: string, sourceCount: number): { line: number; message: string }[] {
  return body.split('\n').flatMap((text, index) =>
    [...text.matchAll(/(?<![\p{L}\p{N}_)])\[(\d{1,2})\](?!\()/gu)]
      .map((match) => Number(match[1]))
      .filter((number) => number < 1 || number > sourceCount)
      .map((number) => ({
        line: index + 1,
        message: `names source [${number}], but ${sourceCount} are listed`,
      })),
  );
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
