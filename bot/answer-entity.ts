import type { Entity } from 'botbuilder';
import type { Answer, Citation } from '#mentor/answer.ts';
import {
  canBeRated,
  distinctTitle,
  markCited,
  maxCitations,
  sourceDetails,
} from './answer-card-data.ts';
import type { ChannelCapabilities } from './capabilities.ts';
import { shorten } from './normalise-text.ts';
import { escapeMarkdown } from './safe-markdown.ts';
import { openableUrl } from './source-url.ts';
import { texts } from './texts.ts';

/** Limits of Teams for one citation; longer ones make it refuse the whole message. */
const maxNameLength = 80;
const maxAbstractLength = 160;
const maxKeywordLength = 28;

/** How confidential a message is, in the words of the organisation. */
export interface SensitivityLabel {
  readonly name: string;
  readonly description?: string | undefined;
}

export interface AnswerEntityOptions {
  readonly capabilities: ChannelCapabilities;
  readonly publicUrl: string | undefined;
  readonly sensitivity?: SensitivityLabel | undefined;
  readonly abstractLength?: number;
}

/**
 * The schema.org Message that labels an answer as made by a machine, carries its citations and, where the channel shows them
 * so, its thumbs. Replies that are fixed sentences have none.
 */
export function answerEntity(answer: Answer, options: AnswerEntityOptions): Entity | undefined {
  if (answer.writtenBy === 'fixed' && answer.citations.length === 0) return undefined;
  const { capabilities, sensitivity } = options;
  // Web Chat alone reads these two, and Teams' schema does not know them.
  const isWebChat = capabilities.citations === 'link-definitions';
  const slogan = answer.writtenBy === 'model' ? texts.claimFromModel : texts.claimFromPassages;
  const citation = answer.citations.slice(0, maxCitations).map((cited, index) => ({
    '@type': 'Claim',
    position: cited.number,
    ...(isWebChat && index === 0 ? { claimInterpreter: { '@type': 'Project', slogan } } : {}),
    appearance: appearanceOf(cited, distinctTitle(cited, answer.citations), options),
  }));
  const hasThumbs = capabilities.feedback === 'like-actions' && canBeRated(answer);
  return {
    type: 'https://schema.org/Message',
    '@type': 'Message',
    '@context': 'https://schema.org',
    '@id': '',
    additionalType: ['AIGeneratedContent'],
    ...(isWebChat ? { keywords: ['AIGeneratedContent'] } : {}),
    ...(sensitivity === undefined ? {} : { usageInfo: usageInfoOf(sensitivity) }),
    ...(citation.length > 0 ? { citation } : {}),
    ...(hasThumbs ? { potentialAction: thumbsFor(answer.messageId) } : {}),
  };
}

function usageInfoOf({ name, description }: SensitivityLabel): Record<string, string> {
  return {
    type: 'https://schema.org/Message',
    '@type': 'CreativeWork',
    name,
    ...(description === undefined ? {} : { description }),
  };
}

function appearanceOf(
  cited: Citation,
  distinct: string,
  { capabilities, publicUrl, abstractLength = maxAbstractLength }: AnswerEntityOptions,
): Record<string, unknown> {
  // Teams refuses an empty name or abstract.
  const title = distinct.trim() || texts.sourceWithoutTitle(cited.number);
  const passage = cited.passage.replace(/\s+/g, ' ').trim();
  const appearance = {
    '@type': 'DigitalDocument',
    name: shorten(title, maxNameLength),
    abstract: shorten(passage || title, Math.min(abstractLength, maxAbstractLength)),
    keywords: [shorten(sourceDetails(cited), maxKeywordLength)],
  };
  const url = openableUrl(cited.sourceUrl, publicUrl);
  // Web Chat opens `text` where there is no url; Teams fails on `text` while streaming (botbuilder-js#4880).
  if (capabilities.citations === 'link-definitions')
    return { ...appearance, text: passageText(cited, url) };
  return url === undefined ? appearance : { ...appearance, url };
}

/** The passage as Markdown: where it stands, its words with the cited sentences in bold, and the way to the article. */
function passageText(cited: Citation, url: string | undefined): string {
  const passage = markCited(cited.passage, cited.citedSentences)
    .map(({ text, cited: isCited }) =>
      isCited ? `**${escapeMarkdown(text)}**` : escapeMarkdown(text),
    )
    .join('')
    .replaceAll('\n', '\n\n');
  return [
    `${escapeMarkdown(cited.section)} (${sourceDetails(cited)})`,
    passage,
    ...(url === undefined ? [] : [`[${texts.openArticle}](<${url}>)`]),
  ].join('\n\n');
}

function thumbsFor(answerId: string): Record<string, string>[] {
  return (['LikeAction', 'DislikeAction'] as const).map((type) => ({
    '@type': type,
    '@id': `_:${type}-${answerId}`,
    actionStatus: 'PotentialActionStatus',
    // Comes back with the click, which names no message.
    answerId,
  }));
}
