import type { EvidenceSource, KnowledgeDocument } from '#services/knowledge-index/port.ts';

const kinds: Readonly<Record<KnowledgeDocument['documentType'], string>> = {
  guide: 'Guide',
  faq: 'Questions and answers',
  case_study: 'Case study',
  resource: 'Resource',
};

const evidenceKinds: Readonly<Record<EvidenceSource['evidence'], string>> = {
  primary: 'primary source',
  practitioner: 'practitioner’s account',
  secondary: 'secondary source',
};

interface Section {
  readonly heading: string;
  readonly anchor: string;
  readonly part: KnowledgeDocument['part'];
  readonly lines: readonly string[];
}

export interface PageOptions {
  /** Gives a file of ours the address under which browsers may keep it. */
  readonly addressOf: (file: string) => string;
}

/** The page of one article, from all its passages in order: what a citation links to. Everything in it is escaped. */
export function renderArticlePage(
  passages: readonly [KnowledgeDocument, ...KnowledgeDocument[]],
  options: PageOptions & { readonly today: Date },
): string {
  const [article] = passages;
  const sections = sectionsOf(passages);
  const opening = sections.filter((section) => section.heading === article.title);
  const rest = sections.filter((section) => section.heading !== article.title);
  const content = `
      <header>
        <p class="kind">${escapeHtml(kinds[article.documentType])} · ${escapeHtml(article.category)}</p>
        <h1>${escapeHtml(article.title)}</h1>
        <p class="reviewed">${article.updatedAt === '' ? 'Date unknown' : `Reviewed ${dateOf(article.updatedAt)}`}</p>
        ${pastReviewNote(article, options.today)}
      </header>
      ${opening.map((section) => `<div class="opening" id="${section.anchor}">${paragraphs(section)}</div>`).join('\n')}
      ${rest.map(renderSection).join('\n')}
      ${renderEvidence(passages)}`;
  return renderPage({ title: article.title, description: article.summary, content }, options);
}

/** What is shown where there is no such page. */
export function renderNotFoundPage(options: PageOptions): string {
  const content = `
      <header>
        <h1>There is nothing here</h1>
      </header>
      <p>The address may be mistyped, or the article may have been taken down.</p>
      <p><a href="/">Ask the mentor instead</a></p>`;
  return renderPage(
    { title: 'Not found', description: 'This page does not exist.', content },
    options,
  );
}

function renderPage(
  page: { readonly title: string; readonly description: string; readonly content: string },
  { addressOf }: PageOptions,
): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escapeHtml(page.title)} · Career Mentor</title>
    <meta name="description" content="${escapeHtml(page.description)}">
    <link rel="icon" href="${addressOf('favicon.svg')}" type="image/svg+xml">
    <link rel="stylesheet" href="${addressOf('tokens.css')}">
    <link rel="stylesheet" href="${addressOf('article.css')}">
    <script src="${addressOf('theme.js')}"></script>
  </head>
  <body>
    <nav aria-label="Career Mentor"><a href="/">Career Mentor</a></nav>
    <main>
      <article>${page.content}
      </article>
    </main>
  </body>
</html>
`;
}

function sectionsOf(passages: readonly KnowledgeDocument[]): Section[] {
  const sections: (Section & { lines: string[] })[] = [];
  for (const passage of passages) {
    const lines = passage.content.split('\n').filter((line) => line.trim() !== '');
    const last = sections.at(-1);
    if (last !== undefined && last.heading === passage.section) last.lines.push(...lines);
    else
      sections.push({
        heading: passage.section,
        anchor: escapeHtml(anchorOf(passage)),
        part: passage.part,
        lines,
      });
  }
  return sections;
}

/** The fragment by which citations reach the passage's section. */
function anchorOf(passage: KnowledgeDocument): string {
  const fragment = passage.sourceUrl.split('#')[1];
  return fragment ?? `passage-${passage.chunkIndex}`;
}

function renderSection(section: Section): string {
  const body = section.part === 'next-steps' ? nextSteps(section) : paragraphs(section);
  return `<section class="${section.part}" id="${section.anchor}">
        <h2>${escapeHtml(section.heading)}</h2>
        ${body}
      </section>`;
}

function paragraphs(section: Section): string {
  return section.lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n        ');
}

/** Each step says first whom it is for, as in `mid: This week (3 hours): ...`. */
function nextSteps(section: Section): string {
  const items = section.lines.map((line) => {
    const [, audience, step] = /^([a-z_ ,]{3,40}):\s+(.+)$/is.exec(line) ?? [];
    if (audience === undefined || step === undefined) return `<li>${escapeHtml(line)}</li>`;
    const label = escapeHtml(audience.replaceAll('_', ' '));
    return `<li><strong>${label}</strong> ${escapeHtml(step)}</li>`;
  });
  return `<ul>${items.join('\n')}</ul>`;
}

function renderEvidence(passages: readonly KnowledgeDocument[]): string {
  const byAddress = new Map(
    passages.flatMap((passage) => passage.sources).map((source) => [source.url, source]),
  );
  if (byAddress.size === 0) return '';
  const items = [...byAddress.values()].map((source) => {
    const title = isWebAddress(source.url)
      ? `<a href="${escapeHtml(source.url)}" target="_blank" rel="noopener noreferrer">${escapeHtml(source.title)}</a>`
      : escapeHtml(source.title);
    return `<li>${title} <small>${evidenceKinds[source.evidence]}, ${escapeHtml(source.asOf)}</small></li>`;
  });
  return `<section class="evidence" id="sources">
        <h2>What this rests on</h2>
        <ol>${items.join('\n')}</ol>
      </section>`;
}

function pastReviewNote(article: KnowledgeDocument, today: Date): string {
  if (article.reviewBy === undefined || Date.parse(article.reviewBy) >= today.getTime()) return '';
  return `<p class="past-review">This was due for a new review on ${dateOf(article.reviewBy)}; figures in it may have changed.</p>`;
}

function dateOf(isoDate: string): string {
  const date = new Date(isoDate);
  if (Number.isNaN(date.getTime())) return escapeHtml(isoDate);
  const text = date.toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return `<time datetime="${isoDate.slice(0, 10)}">${text}</time>`;
}

function isWebAddress(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes text safe between tags and inside quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
