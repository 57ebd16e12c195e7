import { createHash } from 'node:crypto';
import type { SourceFile } from '#services/document-source/port.ts';
import { experienceLevels } from '#services/profiles/port.ts';
import { type ArticleFrontMatter, articleSchema, type DocumentFields } from './article-schema.ts';
import { readSections, type Section } from './chunk-article.ts';
import type { ReadDocument } from './readers/reader.ts';

export interface DescribedDocument {
  readonly frontMatter: ArticleFrontMatter;
  readonly hasText: boolean;
  /** Whether the document says everything of itself that an article of ours says. */
  readonly hasNamedSections: boolean;
}

/** Stands for the date of a text that tells none. */
const unknownDate = '';
const longestTitle = 120;
const longestSummary = 200;

/**
 * Fills in what a document and the file beside it do not say: for everybody, a resource, with the title and the opening
 * words that it shows itself. A date that nobody wrote is unknown: when a file was last written says nothing of its text.
 */
export function describeDocument(
  document: ReadDocument,
  sidecar: DocumentFields,
  { source, file }: { readonly source: string; readonly file: SourceFile },
): DescribedDocument {
  const sections = readSections(document.body, '');
  /** What is not said is not there: neither of the two holds a field that is undefined. */
  const said = { ...document.fields, ...sidecar } as Partial<ArticleFrontMatter>;
  const title = shorten(
    sidecar.title ??
      usableTitle(document.fields.title) ??
      headingOf(sections) ??
      titleOf(file.path),
    longestTitle,
  );
  const folders = file.path.split('/').slice(0, -1);
  const category = said.category ?? wordsOfName(lastPartOf(source));
  const defaults: ArticleFrontMatter = {
    id: documentIdOf(source, file.path),
    title,
    summary: title,
    document_type: 'resource',
    category,
    subcategory: folders.length === 0 ? category : wordsOfName(folders.at(-1) ?? ''),
    audience: [...experienceLevels],
    career_paths: ['any'],
    skills: [],
    tags: [],
    sources: [],
    last_reviewed: unknownDate,
    ...(file.url !== undefined && { source_url: file.url }),
  };
  const opening = said.summary ?? openingOf(sections) ?? title;
  return {
    frontMatter: {
      ...defaults,
      ...said,
      title,
      summary: shorten(opening, longestSummary),
      last_reviewed: isDate(said.last_reviewed) ? said.last_reviewed : defaults.last_reviewed,
    },
    hasText: sections.some(({ lines }) => lines.some(({ text }) => /[\p{L}\p{N}]/u.test(text))),
    hasNamedSections: articleSchema.safeParse(said).success,
  };
}

/**
 * The id of a document by where it stands, the same each time: the last part of its source and its path, in lower-case
 * words. What cannot be told from them any more, such as other alphabets, is told by a hash at the end.
 */
export function documentIdOf(source: string, path: string): string {
  const plain = `${lastPartOf(source)}/${path}`.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const slug = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (slug.length <= longestId && /^[\w ./()&,+-]*$/.test(plain)) return slug;
  const hash = createHash('sha256').update(path.normalize()).digest('hex').slice(0, 10);
  return [slug.slice(0, longestId - 11).replace(/-+$/, ''), hash].filter(Boolean).join('-');
}

const longestId = 100;

function lastPartOf(source: string): string {
  return source.split('/').findLast((part) => /[\p{L}\p{N}]/u.test(part)) ?? 'documents';
}

/** What programs put in the place of a title that nobody gave. */
const noTitle =
  /^(?:microsoft (?:word|powerpoint)\b.*|untitled\b.*|document\s?\d*|title|slide \d+|.*\.(?:docx?|pdf|indd|pptx?|html?|txt))$/i;

function usableTitle(title: string | undefined): string | undefined {
  const text = title?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return /[\p{L}\p{N}]/u.test(text) && !noTitle.test(text) ? text : undefined;
}

/** Programs write dates as they please. */
function isDate(text: string | undefined): text is string {
  return articleSchema.shape.last_reviewed.safeParse(text).success;
}

function headingOf(sections: readonly Section[]): string | undefined {
  return sections.slice(1).find(({ heading }) => heading !== '')?.heading;
}

function titleOf(path: string): string {
  const name = path.split('/').at(-1) ?? path;
  return wordsOfName(name.replace(/\.[^.]+$/, ''));
}

/** `salary_guide-2026` reads as `Salary guide 2026`. */
function wordsOfName(name: string): string {
  const words = name
    .replaceAll(/[\s_-]+/g, ' ')
    .replaceAll(/\p{C}/gu, '')
    .trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Names and dates stand before the first sentence. */
const shortestOpening = 60;

function openingOf(sections: readonly Section[]): string | undefined {
  const lines = sections.flatMap((section) => section.lines.map(({ text }) => text));
  return lines.find((text) => text.length >= shortestOpening) ?? lines[0];
}

/** Cuts between words, and shows that something was cut. */
function shorten(text: string, longest: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  if (line.length <= longest) return line;
  const cut = line.slice(0, longest - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), longest / 2)).trimEnd()}…`;
}
