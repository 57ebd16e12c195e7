import MarkdownIt from 'markdown-it';
import { isQuestion, splitSentences } from '#language/sentences.ts';
import type { EvidenceSource, KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { Article } from './article-schema.ts';
import { countWords, maxWordsPerPassage, splitLongText } from './split-long-text.ts';
import { createTableReader } from './table-reader.ts';

const markdown = new MarkdownIt({ html: false, linkify: false });

export interface Line {
  readonly text: string;
  /** Numbers of the sources it names. */
  readonly sourceNumbers: readonly number[];
  /** Whether it is a paragraph of its own, outside of lists and tables. */
  readonly isParagraph?: true;
}

export interface Section {
  readonly heading: string;
  /** Other ways in which people ask what stands here. */
  readonly questions: string[];
  readonly lines: Line[];
}

interface ChunkOptions {
  /** Date the passages are made. */
  readonly now: Date;
  readonly collection: string;
  /** What tells this version of the article from others. */
  readonly contentHash: string;
}

/** Cuts an article along its headings into passages that stand alone; see KnowledgeDocument for what each holds. */
export function chunkArticle(article: Article, options: ChunkOptions): KnowledgeDocument[] {
  const { frontMatter } = article;
  const sections = readSections(article.body, frontMatter.title);
  const passages = (article.hasNamedSections ? sections : sections.flatMap(splitAtQuestions))
    .filter((section) => section.lines.length > 0)
    .flatMap((section) => splitLongSection(section).map((lines) => ({ ...section, lines })));
  const sources: EvidenceSource[] = frontMatter.sources.map((source) => ({
    title: source.title,
    url: source.url,
    evidence: source.evidence,
    asOf: source.as_of,
  }));
  return passages.map(({ heading, questions, lines }, chunkIndex) => {
    const cited = sourcesOf(lines, sources);
    return {
      id: `${frontMatter.id}#${chunkIndex}`,
      documentId: frontMatter.id,
      title: frontMatter.title,
      content: lines.map((line) => line.text).join('\n'),
      summary: frontMatter.summary,
      documentType: frontMatter.document_type,
      category: frontMatter.category,
      subcategory: frontMatter.subcategory,
      tags: frontMatter.tags,
      questions,
      chunkIndex,
      totalChunks: passages.length,
      targetAudience: frontMatter.audience,
      careerPaths: frontMatter.career_paths,
      skillsCovered: frontMatter.skills,
      authorityScore: authorityOf(cited),
      freshnessScore: freshnessOf(frontMatter.last_reviewed, options.now),
      engagementScore: 0.5,
      sourceUrl: frontMatter.source_url ?? `/articles/${frontMatter.id}#${anchorOf(heading)}`,
      section: heading,
      part: article.hasNamedSections ? partOf(heading) : 'body',
      sources: cited,
      createdAt: options.now.toISOString(),
      updatedAt: frontMatter.last_reviewed,
      ...(frontMatter.review_by === undefined ? {} : { reviewBy: frontMatter.review_by }),
      version: 1,
      collection: options.collection,
      contentHash: options.contentHash,
    };
  });
}

/** The fragment under which a heading is reached on the article's page. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '');
}

/**
 * Every block of text, and every row of a table, becomes one line under the heading it stands below; the opening stands
 * under the title.
 */
export function readSections(body: string, title: string): Section[] {
  const sections: Section[] = [{ heading: title, questions: [], lines: [] }];
  const addLine = (text: string, isParagraph = false) => {
    const asked = askedComment.exec(text)?.[1];
    if (asked !== undefined) {
      sections.at(-1)?.questions.push(...questionsIn(asked));
      return;
    }
    if (withoutMarkers(text) === '' || onlyTags.test(text)) return;
    sections.at(-1)?.lines.push({
      text: withoutMarkers(text),
      sourceNumbers: numbersIn(text),
      ...(isParagraph && { isParagraph }),
    });
  };
  const table = createTableReader(addLine);
  const tokens = markdown.parse(body, {});
  for (const [position, token] of tokens.entries()) {
    const before = tokens[position - 1]?.type;
    const text = token.type === 'inline' ? plainTextOf(token) : '';
    if (table.take(token.type, before, text, isBold(token))) continue;
    if (token.type === 'fence' || token.type === 'code_block')
      sections.at(-1)?.lines.push({ text: token.content.trim(), sourceNumbers: [] });
    else if (before === 'heading_open') sections.push({ heading: text, questions: [], lines: [] });
    else addLine(text, before === 'paragraph_open' && token.level === 1);
  }
  return sections;
}

/** Elements of HTML without words: nobody reads them. */
const onlyTags = /^(?:<\/?[a-z][^<>]*>\s*)+$/i;

/** Longer questions are part of what is told. */
const mostWordsOfHeading = 25;

/** Cuts a list of questions and answers, each of which stands under its question, whoever set it as a mere paragraph. */
function splitAtQuestions(section: Section): Section[] {
  const sections: Section[] = [{ ...section, lines: [] }];
  for (const [position, line] of section.lines.entries()) {
    const next = section.lines[position + 1];
    const isAnswered = next !== undefined && !isHeadingQuestion(next);
    if (isAnswered && isHeadingQuestion(line))
      sections.push({ heading: line.text, questions: [], lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

function isHeadingQuestion({ text, isParagraph }: Line): boolean {
  return (
    isParagraph === true &&
    countWords(text) <= mostWordsOfHeading &&
    splitSentences(text).length === 1 &&
    isQuestion(text)
  );
}

/** `<!-- asked: how do I begin? | where to start -->` below a heading: invisible where Markdown is shown. */
const askedComment = /^<!--\s*asked:([\s\S]*?)-->$/;

function questionsIn(asked: string): string[] {
  return asked
    .split('|')
    .map((question) => question.trim())
    .filter((question) => question !== '');
}

type Token = ReturnType<typeof markdown.parse>[number];

/** Whether all of the text is set in bold. */
function isBold({ children }: Token): boolean {
  const shown = (children ?? []).filter(
    ({ type, content }) => type !== 'text' || content.trim() !== '',
  );
  return shown[0]?.type === 'strong_open' && shown.at(-1)?.type === 'strong_close';
}

/** What a reader sees of a line of Markdown: link texts without addresses, no emphasis marks, no images. */
function plainTextOf(token: Token): string {
  return (token.children ?? [])
    .map((child) => {
      if (child.type === 'text' || child.type === 'code_inline') return child.content;
      return child.type === 'softbreak' || child.type === 'hardbreak' ? ' ' : '';
    })
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function splitLongSection(section: Section): Line[][] {
  const parts: Line[][] = [[]];
  let words = 0;
  const lines = section.lines.flatMap((line) =>
    splitLongText(line.text).map((text) => ({ ...line, text })),
  );
  for (const line of lines) {
    const count = countWords(line.text);
    if (words > 0 && words + count > maxWordsPerPassage) {
      parts.push([]);
      words = 0;
    }
    parts.at(-1)?.push(line);
    words += count;
  }
  return parts;
}

/** `[1]` behind a statement; `list[1]` is code. */
const marker = /\s*(?<![\p{L}\p{N}_)])\[(\d{1,2})\](?!\()/gu;

function withoutMarkers(line: string): string {
  return line.replaceAll(marker, '').trim();
}

function numbersIn(line: string): number[] {
  return [...line.matchAll(marker)].map((match) => Number(match[1]));
}

function sourcesOf(lines: readonly Line[], sources: readonly EvidenceSource[]): EvidenceSource[] {
  const numbers = new Set(lines.flatMap((line) => line.sourceNumbers));
  return sources.filter((_, index) => numbers.has(index + 1));
}

function partOf(heading: string): KnowledgeDocument['part'] {
  if (/^what this does not tell you$/i.test(heading)) return 'limits';
  return /^next steps?$/i.test(heading) ? 'next-steps' : 'body';
}

const authorityByEvidence = { primary: 1, practitioner: 0.7, secondary: 0.5 } as const;
/** Our own judgement, said without a source. */
const authorityWithoutSource = 0.6;

function authorityOf(sources: readonly EvidenceSource[]): number {
  if (sources.length === 0) return authorityWithoutSource;
  const sum = sources.reduce((total, source) => total + authorityByEvidence[source.evidence], 0);
  return sum / sources.length;
}

/** 1 on the day of the review, falling evenly to 0 over four years; half of it where nobody knows the day. */
function freshnessOf(lastReviewed: string, now: Date): number {
  if (lastReviewed === '') return 0.5;
  const years = (now.getTime() - Date.parse(lastReviewed)) / (365.25 * 24 * 60 * 60 * 1000);
  return Math.min(1, Math.max(0, 1 - years / 4));
}
