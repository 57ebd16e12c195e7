import type { Activity } from 'botbuilder';
import { shorten } from '#bot/normalise-text.ts';
import { escapeMarkdown } from '#bot/safe-markdown.ts';
import { type SlackBlock, slackLimits } from './blocks.ts';
import { sayButtons } from './buttons.ts';
import { readCard } from './card-blocks.ts';
import { escapeMrkdwn, toMrkdwn, withoutMentions } from './mrkdwn.ts';
import { splitMarkdown, splitText } from './split-text.ts';

/** One message as Slack takes it: the growing part above, what stands below it, and all of it in words. */
export interface SlackMessage {
  /** Standard Markdown; empty where the message has blocks alone. */
  readonly markdown: string;
  readonly below: readonly SlackBlock[];
  /** What notifications and screen readers get, in mrkdwn. */
  readonly text: string;
}

/** So long a text still leaves room for blocks in its message, however many of its characters JSON has to escape. */
const markdownRoom = 6_000;

/** What a notification says of a message that has buttons alone. */
const withoutWords = 'Career Mentor wrote to you.';

/** All blocks of a message. */
export function blocksOf({ markdown, below }: SlackMessage): SlackBlock[] {
  return markdown === '' ? [...below] : [{ type: 'markdown', text: markdown }, ...below];
}

/** The bot's message in as many Slack messages as the limits ask for; each keeps to them. */
export function toSlackMessages(activity: Partial<Activity>): SlackMessage[] {
  const cards = (activity.attachments ?? []).flatMap((attachment) => readCard(attachment) ?? []);
  const words = activity.text ?? '';
  const isPlain = activity.textFormat === 'plain';
  // A card's words stand in for it where it cannot be drawn; only an answer's stand above it.
  const isShown = cards.every(({ name }) => name === 'answer');
  const shown = isShown ? withoutMentions(isPlain ? escapePlain(words) : words) : '';
  const below = [
    ...cards.flatMap(({ blocks }) => blocks),
    ...sayButtons('choices', suggestedWords(activity)),
  ];
  const inWords = isPlain ? escapeMrkdwn(words) : toMrkdwn(words);
  const messages = splitMarkdown(shown, markdownRoom).map(
    (markdown): SlackMessage => ({ markdown, below: [], text: shortText(toMrkdwn(markdown)) }),
  );
  return addBlocks(messages, below, shortText(inWords) || withoutWords);
}

/** The message without any block: for workspaces, and for moments, in which Slack refuses them. */
export function inWordsAlone({ text, markdown }: SlackMessage): string[] {
  return splitText(markdown === '' ? text : toMrkdwn(markdown), slackLimits.text - 100);
}

/** Puts blocks below the last message, and into new ones where it is full. */
function addBlocks(
  messages: readonly SlackMessage[],
  blocks: readonly SlackBlock[],
  text: string,
): SlackMessage[] {
  const filled = [...messages];
  for (const block of blocks) {
    const last = filled.at(-1);
    const grown = last && { ...last, below: [...last.below, block] };
    if (grown && fits(blocksOf(grown))) filled[filled.length - 1] = grown;
    else filled.push({ markdown: '', below: [block], text });
  }
  return filled;
}

function fits(blocks: readonly SlackBlock[]): boolean {
  return (
    blocks.length <= slackLimits.blocksPerMessage &&
    JSON.stringify(blocks).length <= slackLimits.messageChars
  );
}

function suggestedWords({ suggestedActions }: Partial<Activity>) {
  return (suggestedActions?.actions ?? []).map(({ title, value }) => ({
    title,
    words: String(value ?? title),
  }));
}

function shortText(mrkdwn: string): string {
  return shorten(mrkdwn, slackLimits.text - 100);
}

/** Text that is no Markdown, in a block that reads Markdown. */
function escapePlain(text: string): string {
  return escapeMarkdown(text).replaceAll('\n', '  \n');
}
