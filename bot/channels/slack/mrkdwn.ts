import MarkdownIt from 'markdown-it';

/** Plain text on its way into mrkdwn: no mention and no link can come of it. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A link in mrkdwn. */
export function mrkdwnLink(url: string, title: string): string {
  return `<${linkTarget(url)}|${escapeMrkdwn(title)}>`;
}

/** Markdown on its way into a `markdown` block: nothing in it notifies a person or a channel. */
export function withoutMentions(markdown: string): string {
  return markdown.replace(/<(?=[@#!])/g, '< ');
}

/**
 * Markdown as Slack's own mrkdwn, for the places that take no other: notifications, and workspaces that refuse blocks.
 * What mrkdwn lacks keeps its words: a heading becomes bold, a table one line a row, an image its description.
 */
export function toMrkdwn(markdown: string): string {
  const rendered: string = parser.render(markdown, { quotes: 0 });
  return rendered.replace(/\n{3,}/g, '\n\n').trim();
}

/** What is true where the renderer stands. */
interface Place {
  quotes: number;
}

const parser = new MarkdownIt('default', { html: false, linkify: false, breaks: true });
type RenderRule = NonNullable<InstanceType<typeof MarkdownIt>['renderer']['rules'][string]>;
type Tokens = Parameters<RenderRule>[0];

const nothing = () => '';
const placeIn = (environment: unknown): Place => environment as Place;
const quoteMarks = (environment: unknown): string => '> '.repeat(placeIn(environment).quotes);
const lineBreak: RenderRule = (_tokens, _index, _options, place) => `\n${quoteMarks(place)}`;
const codeBlock: RenderRule = (tokens, index) =>
  `\`\`\`\n${escapeMrkdwn(tokens[index]?.content.trimEnd() ?? '')}\n\`\`\`\n\n`;

// In mrkdwn a link to `!here` would be a mention of everybody.
parser.validateLink = (url) => /^(?:https?|mailto):/i.test(url);

parser.renderer.rules = {
  text: (tokens, index) => escapeMrkdwn(tokens[index]?.content ?? ''),
  text_special: (tokens, index) => escapeMrkdwn(tokens[index]?.content ?? ''),
  code_inline: (tokens, index) => `\`${escapeMrkdwn(tokens[index]?.content ?? '')}\``,
  fence: codeBlock,
  code_block: codeBlock,
  softbreak: lineBreak,
  hardbreak: lineBreak,
  strong_open: openMark('*'),
  strong_close: closeMark('*'),
  em_open: openMark('_'),
  em_close: closeMark('_'),
  s_open: openMark('~'),
  s_close: closeMark('~'),
  link_open: (tokens, index) => `<${linkTarget(String(tokens[index]?.attrGet('href') ?? ''))}|`,
  link_close: () => '>',
  image: (tokens, index) => escapeMrkdwn(tokens[index]?.content ?? ''),
  paragraph_open: (_tokens, _index, _options, place) => quoteMarks(place),
  paragraph_close: (tokens, index) => (tokens[index]?.hidden ? '\n' : '\n\n'),
  heading_open: () => '*',
  heading_close: () => '*\n\n',
  hr: () => '———\n\n',
  bullet_list_open: nothing,
  bullet_list_close: endList,
  ordered_list_open: nothing,
  ordered_list_close: endList,
  list_item_open: (tokens, index) => {
    const item = tokens[index];
    // A list inside an item stands two levels deeper than the list around it.
    const indent = '    '.repeat(Math.floor((item?.level ?? 1) / 2));
    return `${indent}${item?.info ? `${item.info}. ` : '• '}`;
  },
  list_item_close: nothing,
  blockquote_open: (_tokens, _index, _options, place) => {
    placeIn(place).quotes += 1;
    return '';
  },
  blockquote_close: (_tokens, _index, _options, place) => {
    placeIn(place).quotes -= 1;
    return '';
  },
  table_open: nothing,
  table_close: () => '\n',
  thead_open: nothing,
  thead_close: nothing,
  tbody_open: nothing,
  tbody_close: nothing,
  tr_open: nothing,
  tr_close: () => '\n',
  th_open: nothing,
  th_close: endCell,
  td_open: nothing,
  td_close: endCell,
};

function endList(tokens: Tokens, index: number): string {
  return tokens[index]?.level === 0 ? '\n' : '';
}

function endCell(tokens: Tokens, index: number): string {
  return tokens[index + 1]?.type === 'tr_close' ? '' : ' | ';
}

/** Beside a letter Slack reads a mark as itself; a space of no width between them lets it mark. */
function openMark(mark: string): RenderRule {
  return (tokens, index) =>
    `${/[\p{L}\p{N}]$/u.test(contentAt(tokens, index - 1)) ? '\u200B' : ''}${mark}`;
}

function closeMark(mark: string): RenderRule {
  return (tokens, index) =>
    `${mark}${/^[\p{L}\p{N}]/u.test(contentAt(tokens, index + 1)) ? '\u200B' : ''}`;
}

function contentAt(tokens: Tokens, index: number): string {
  const token = tokens[index];
  return token?.type === 'text' ? token.content : '';
}

/** An address that cannot end the link it stands in. */
function linkTarget(url: string): string {
  return escapeMrkdwn(url)
    .replaceAll('&lt;', '%3C')
    .replaceAll('&gt;', '%3E')
    .replaceAll('|', '%7C');
}
