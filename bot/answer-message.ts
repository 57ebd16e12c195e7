import { type Activity, ActivityTypes, CardFactory, InputHints } from 'botbuilder';
import { cardText } from '#cards/card-text.ts';
import { renderCard } from '#cards/render-card.ts';
import type { Answer } from '#mentor/answer.ts';
import { answerCardData, hasContent, maxCitations } from './answer-card-data.ts';
import { answerEntity } from './answer-entity.ts';
import type { ChannelCapabilities } from './capabilities.ts';
import { shorten } from './normalise-text.ts';
import { safeMarkdown, withoutMarkdown } from './safe-markdown.ts';
import { suggestedActions } from './suggested-actions.ts';

export interface AnswerMessageOptions {
  readonly capabilities: ChannelCapabilities;
  /** Where this server's own article pages can be opened; without it they have no links. */
  readonly publicUrl: string | undefined;
  /** Whether follow-ups may stand beside the message where no card holds them. */
  readonly suggestFollowUps: boolean;
}

/** The answer as one final message: its text with citations, and below it the card, or the same in words. */
export async function answerMessage(
  answer: Answer,
  { capabilities, publicUrl, suggestFollowUps }: AnswerMessageOptions,
): Promise<Partial<Activity>> {
  const data = answerCardData(answer, {
    publicUrl,
    thumbs: capabilities.feedback === undefined,
  });
  const text = answerText(answer, capabilities);
  const entity = answerEntity(answer, capabilities, publicUrl);
  const message: Partial<Activity> = {
    type: ActivityTypes.Message,
    textFormat: capabilities.markdown ? 'markdown' : 'plain',
    inputHint: InputHints.AcceptingInput,
    ...(entity === undefined ? {} : { entities: [entity] }),
    ...(capabilities.feedback === 'feedback-loop' && entity !== undefined
      ? { channelData: { feedbackLoop: { type: 'default' } } }
      : {}),
  };

  if (capabilities.adaptiveCards !== undefined) {
    const card = hasContent(data)
      ? await renderCard('answer', data, capabilities.adaptiveCards)
      : undefined;
    return {
      ...message,
      text: withDefinitions(text, answer, capabilities),
      ...(card === undefined ? {} : { attachments: [CardFactory.adaptiveCard(card)] }),
    };
  }
  const followUps = suggestFollowUps && capabilities.suggestedActions ? answer.followUps : [];
  const below = cardText.answer(followUps.length > 0 ? { ...data, followUps: [] } : data);
  const shownBelow = capabilities.markdown ? safeMarkdown(below) : below;
  return {
    ...message,
    text: below === '' ? text : `${text}\n\n${shownBelow}`,
    ...(followUps.length > 0 ? { suggestedActions: suggestedActions(followUps) } : {}),
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
