import { createHash } from 'node:crypto';
import { type Article, articleSchema } from './article-schema.ts';
import { type ArticleProblem, readFields } from './read-fields.ts';

export type ReadArticle =
  | { readonly article: Article; readonly problems?: undefined }
  | { readonly article?: undefined; readonly problems: readonly ArticleProblem[] };

/** Parses and validates one Markdown article; every problem names its line. */
export function readArticle(file: string, text: string): ReadArticle {
  const normalised = normaliseText(text);
  const parts = splitFrontMatter(normalised);
  if (parts === undefined)
    return {
      problems: [
        { file, line: 1, message: 'starts without front matter between two lines of ---' },
      ],
    };
  const { yaml, body } = parts;
  const { fields, problems } = readFields(yaml, articleSchema, {
    file,
    firstLine: 2,
    name: 'front matter',
  });
  if (problems !== undefined) return { problems };
  if (body.trim() === '')
    return { problems: [{ file, line: 1, message: 'has front matter but no text' }] };
  const linesBefore = normalised.slice(0, normalised.length - body.length).split('\n').length - 1;
  const unknown = unknownSources(body, fields.sources.length).map(({ line, message }) => ({
    file,
    line: line + linesBefore,
    message,
  }));
  if (unknown.length > 0) return { problems: unknown };
  const contentHash = createHash('sha256').update(normalised).digest('hex');
  return { article: { file, frontMatter: fields, body, contentHash, hasNamedSections: true } };
}

/** A text without what an editor or a platform adds to it: a byte order mark, and other ends of lines than ours. */
export function normaliseText(text: string): string {
  return text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');
}

/** Parts the front matter of a normalised text from its body; `undefined` where it has none. */
export function splitFrontMatter(text: string): { yaml: string; body: string } | undefined {
  const match = /^---[ \t]*\n((?:[\s\S]*?\n)?)---[ \t]*(?:\n([\s\S]*))?$/.exec(text);
  return match === null ? undefined : { yaml: match[1] ?? '', body: match[2] ?? '' };
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
