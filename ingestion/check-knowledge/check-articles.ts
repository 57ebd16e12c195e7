import { fleschKincaid } from 'flesch-kincaid';
import { syllable } from 'syllable';
import type { Article } from '#ingestion/article-schema.ts';
import { anchorOf, chunkArticle } from '#ingestion/chunk-article.ts';
import { splitSentences } from '#language/sentences.ts';
import { topicStems, wordsOf } from '#language/words.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';

export interface KnowledgeFinding {
  /** The file to mend. */
  readonly file: string;
  readonly message: string;
}

export interface ArticleCheck {
  readonly problems: readonly KnowledgeFinding[];
  /** Articles that are past their date of review: to be read again, and right until somebody finds otherwise. */
  readonly pastReview: readonly KnowledgeFinding[];
}

/** US school grade above which an article asks too much of somebody who reads English as a second language. */
export const highestGrade = 14;

/** Share of three-word runs that two passages of different articles may have in common. */
export const highestOverlap = 0.4;

/** What a statistic looks like: a share, an amount of money, or a number too large to be an example. */
const statistic =
  /\d+(?:\.\d+)?\s?(?:%|percent\b|per cent\b)|[$€£]\s?\d|\d[\d,.]*\s(?:USD|EUR|GBP|CHF|INR|euros?|dollars|pounds)\b|\b\d{1,3}(?:,\d{3})+\b|\b\d+(?:\.\d+)? (?:million|billion)\b/;
const year = /\b(?:19|20)\d\d\b/;
const link = /\]\((?!https?:\/\/|mailto:)([^)\s]*)\)/g;

interface ReadArticle {
  readonly article: Article;
  readonly passages: readonly KnowledgeDocument[];
}

/** What a reader of the articles would stumble over, and the schema cannot see; `today` is a date such as 2026-01-31. */
export function checkArticles(articles: readonly Article[], today: string): ArticleCheck {
  const read = articles.map((article) => ({
    article,
    passages: chunkArticle(article, {
      now: new Date(today),
      collection: 'check',
      contentHash: article.contentHash,
    }),
  }));
  return {
    problems: [
      ...read.flatMap((one) => [
        ...wrongDates(one, today),
        ...undatedNumbers(one),
        ...difficultText(one),
      ]),
      ...brokenLinks(read),
      ...nearDuplicates(read),
    ],
    pastReview: articles.flatMap(({ file, frontMatter: { review_by: reviewBy } }) =>
      reviewBy !== undefined && reviewBy < today
        ? [{ file, message: `was to be reviewed by ${reviewBy}` }]
        : [],
    ),
  };
}

function wrongDates({ article }: ReadArticle, today: string): KnowledgeFinding[] {
  const { last_reviewed: reviewed, review_by: reviewBy } = article.frontMatter;
  const { file } = article;
  return [
    ...(reviewed > today ? [{ file, message: `last_reviewed ${reviewed} lies ahead` }] : []),
    ...(reviewBy !== undefined && reviewBy <= reviewed
      ? [{ file, message: `review_by ${reviewBy} is not after last_reviewed ${reviewed}` }]
      : []),
  ];
}

/** A number ages: without its year in the same sentence nobody can tell whether it still holds. */
function undatedNumbers({ article, passages }: ReadArticle): KnowledgeFinding[] {
  return passages
    .filter(({ part }) => part === 'body')
    .flatMap(({ content }) => splitSentences(content))
    .filter((sentence) => statistic.test(sentence) && !year.test(sentence))
    .map((sentence) => ({ file: article.file, message: `a number without a year: “${sentence}”` }));
}

/** Flesch-Kincaid grade (Kincaid et al. 1975) of what people read, next steps aside. */
function difficultText({ article, passages }: ReadArticle): KnowledgeFinding[] {
  const text = passages
    .filter(({ part }) => part !== 'next-steps')
    .map(({ content }) => content)
    .join('\n');
  const grade = fleschKincaid({
    sentence: splitSentences(text).length,
    word: wordsOf(text).length,
    syllable: syllable(text),
  });
  return grade <= highestGrade
    ? []
    : [
        {
          file: article.file,
          message: `reads at school grade ${grade.toFixed(1)}; shorter sentences and words bring it below ${highestGrade}`,
        },
      ];
}

/** Links inside the knowledge base name an article, and a heading of it: `skills-evals`, `skills-evals#what-is-it`. */
function brokenLinks(read: readonly ReadArticle[]): KnowledgeFinding[] {
  const anchors = new Map(
    read.map(({ article, passages }) => [
      article.frontMatter.id,
      new Set(passages.map(({ section }) => anchorOf(section))),
    ]),
  );
  return read.flatMap(({ article }) =>
    [...article.body.matchAll(link)].flatMap(([, target = '']) => {
      const [path = '', anchor] = target.split('#');
      const id = path === '' ? article.frontMatter.id : path.replace(/^.*\/|\.md$/g, '');
      const known = anchors.get(id);
      if (known !== undefined && (anchor === undefined || known.has(anchor))) return [];
      return [{ file: article.file, message: `links to ${target}, which does not exist` }];
    }),
  );
}

/** Two passages that say the same crowd a third out of the answer, and one of them is soon out of date. */
function nearDuplicates(read: readonly ReadArticle[]): KnowledgeFinding[] {
  const passages = read.flatMap(({ article, passages }) =>
    passages.map((passage) => ({ file: article.file, passage, runs: runsOf(passage.content) })),
  );
  const holders = new Map<string, number[]>();
  passages.forEach(({ runs }, place) => {
    for (const run of runs) holders.set(run, [...(holders.get(run) ?? []), place]);
  });
  return passages.flatMap(({ file, passage, runs }, place) => {
    const shared = new Map<number, number>();
    for (const run of runs)
      for (const other of holders.get(run) ?? [])
        if (other < place) shared.set(other, (shared.get(other) ?? 0) + 1);
    return [...shared].flatMap(([other, count]) => {
      const twin = passages[other];
      if (twin === undefined || twin.passage.documentId === passage.documentId) return [];
      const overlap = count / (runs.size + twin.runs.size - count);
      if (overlap <= highestOverlap) return [];
      const message = `“${passage.section}” says nearly the same as “${twin.passage.section}” of ${twin.file}`;
      return [{ file, message }];
    });
  });
}

function runsOf(content: string): ReadonlySet<string> {
  const stems = topicStems(content);
  return new Set(stems.slice(2).map((_, at) => stems.slice(at, at + 3).join(' ')));
}
