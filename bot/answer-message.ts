import { type Activity, ActivityTypes, type Attachment, CardFactory, InputHints } from 'botbuilder';
import { type CardData, cardDataAttachment } from '#cards/card-data.ts';
import { cardText } from '#cards/card-text.ts';
import { type CardVersion, renderCard } from '#cards/render-card.ts';
import type { Answer } from '#mentor/answer.ts';
import { answerCardData, canBeRated, hasContent, maxCitations } from './answer-card-data.ts';
import { answerEntity, type SensitivityLabel } from './answer-entity.ts';
import type { ChannelCapabilities } from './capabilities.ts';
import {
  type AnswerDetail,
  answerDetails,
  messageBytes,
  withShorterPassage,
} from './message-size.ts';
import { shorten } from './normalise-text.ts';
import { safeMarkdown, withoutMarkdown } from './safe-markdown.ts';
import { suggestedActions } from './suggested-actions.ts';

export interface AnswerMessageOptions {
  readonly capabilities: ChannelCapabilities;
  /** Where this server's own article pages can be opened; without it they have no links. */
  readonly publicUrl: string | undefined;
  /** Whether follow-ups may stand beside the message where no card holds them, or come with the message after it. */
  readonly suggestFollowUps: boolean | 'in-next-message';
  /** How confidential answers are, where the operator said so. */
  readonly sensitivity?: SensitivityLabel | undefined;
}

/**
 * The answer as one final message: its text with citations, and below it the card, or the same in words. Where the channel
 * takes no message as large as that, passages become shorter first, then the card goes.
 */
export async function answerMessage(
  answer: Answer,
  options: AnswerMessageOptions,
): Promise<Partial<Activity>> {
  const { maxMessageBytes = Number.POSITIVE_INFINITY } = options.capabilities;
  for (const detail of answerDetails) {
    const message = await messageWith(detail, answer, options);
    if (messageBytes(message) <= maxMessageBytes) return message;
  }
  return {
    type: ActivityTypes.Message,
    text: presentText(shorten(answer.text, 1_000), options.capabilities),
  };
}

async function messageWith(
  detail: AnswerDetail,
  answer: Answer,
  options: AnswerMessageOptions,
): Promise<Partial<Activity>> {
  const { capabilities, publicUrl } = options;
  const thumbs = capabilities.feedback === undefined;
  const data = answerCardData(answer, { publicUrl, thumbs });
  const text = shorten(answerText(answer, capabilities), detail.textLength);
  const frame = frameOf(answer, detail, options);
  if (capabilities.cardData) {
    const attachments = hasContent(data) ? [cardDataAttachment('answer', data)] : undefined;
    return { ...frame, text, ...(attachments && { attachments }) };
  }
  if (capabilities.adaptiveCards !== undefined) {
    const attachments = await cardOf(data, detail, capabilities.adaptiveCards);
    return {
      ...frame,
      text: withDefinitions(text, answer, capabilities),
      ...(attachments && { attachments }),
    };
  }
  // After a fixed answer nothing is offered.
  const suggestFollowUps =
    options.suggestFollowUps !== false && (canBeRated(answer) ? options.suggestFollowUps : true);
  return { ...frame, ...inWords(text, data, { ...options, suggestFollowUps }) };
}

/** Everything of the message but what is read: labels, citations, feedback. */
function frameOf(
  answer: Answer,
  { abstractLength }: AnswerDetail,
  options: AnswerMessageOptions,
): Partial<Activity> {
  const { markdown, feedback } = options.capabilities;
  const entity = answerEntity(answer, { ...options, abstractLength });
  const hasLoop = feedback === 'feedback-loop' && canBeRated(answer);
  return {
    type: ActivityTypes.Message,
    textFormat: markdown ? 'markdown' : 'plain',
    inputHint: InputHints.AcceptingInput,
    ...(entity === undefined ? {} : { entities: [entity] }),
    ...(hasLoop ? { channelData: { feedbackLoop: { type: 'default' } } } : {}),
  };
}

async function cardOf(
  data: CardData<'answer'>,
  { passageLength }: AnswerDetail,
  version: CardVersion,
): Promise<Attachment[] | undefined> {
  if (!hasContent(data) || passageLength === 0) return undefined;
  const sources = data.sources.map((source) => withShorterPassage(source, passageLength));
  return [CardFactory.adaptiveCard(await renderCard('answer', { ...data, sources }, version))];
}

/** What the card would show, below the text. */
function inWords(
  text: string,
  data: CardData<'answer'>,
  { capabilities, suggestFollowUps }: AnswerMessageOptions,
): Partial<Activity> {
  const standBeside = suggestFollowUps !== false && capabilities.suggestedActions;
  const words =
    standBeside && suggestFollowUps !== 'in-next-message'
      ? data.followUps.map((button) => button.data.text)
      : [];
  const below = cardText.answer(standBeside ? { ...data, followUps: [] } : data);
  const shownBelow = capabilities.markdown ? safeMarkdown(below) : below;
  return {
    text: shorten(below === '' ? text : `${text}\n\n${shownBelow}`, capabilities.maxTextLength),
    ...(words.length > 0 ? { suggestedActions: suggestedActions(words) } : {}),
  };
}

/** The text of an answer, whole or still growing, as this channel may show it. */
export function presentText(text: string, capabilities: ChannelCapabilities): string {
  const safe = safeMarkdown(text);
  return capabilities.markdown ? safe : withoutMarkdown(safe);
}

/** Room that definitions or the words below the text may take of a message. */
const roomBelow = 0.3;

function answerText(answer: Answer, capabilities: ChannelCapabilities): string {
  const text = presentText(answer.text, capabilities).trim();
  return shorten(text, Math.floor(capabilities.maxTextLength * (1 - roomBelow)));
}

/**
 * Web Chat makes `[1]` a citation where the text defines it. The address `cite:` has no page, so a click opens the passage
 * that the entity holds; the card has the link to the article.
 */
function withDefinitions(text: string, answer: Answer, { citations }: ChannelCapabilities): string {
  if (citations !== 'link-definitions' || answer.citations.length === 0) return text;
  const definitions = answer.citations
    .slice(0, maxCitations)
    .map(
      ({ number, title }) =>
        `[${number}]: cite:${number} "${title.replace(/[\s"\\]+/g, ' ').trim()}"`,
    );
  return `${text}\n\n${definitions.join('\n')}`;
}
