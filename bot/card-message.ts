import {
  type Activity,
  ActivityTypes,
  CardFactory,
  InputHints,
  type TurnContext,
} from 'botbuilder';
import { type CardData, type CardName, cardDataAttachment } from '#cards/card-data.ts';
import { cardText } from '#cards/card-text.ts';
import { renderCard } from '#cards/render-card.ts';
import { capabilitiesOf } from './capabilities.ts';
import { escapeMarkdown } from './safe-markdown.ts';
import { suggestedActions } from './suggested-actions.ts';

/** A message with a card, or where the channel has none the same in words. */
export async function cardMessage<Name extends CardName>(
  context: TurnContext,
  name: Name,
  data: CardData<Name>,
): Promise<Partial<Activity>> {
  const { adaptiveCards, cardData, markdown, maxTextLength } = capabilitiesOf(context);
  if (cardData)
    return {
      type: ActivityTypes.Message,
      text: cardText[name](data),
      textFormat: 'plain',
      attachments: [cardDataAttachment(name, data)],
    };
  if (adaptiveCards !== undefined) {
    const card = await renderCard(name, data, adaptiveCards);
    return { type: ActivityTypes.Message, attachments: [CardFactory.adaptiveCard(card)] };
  }
  const text = cardText[name](data).slice(0, maxTextLength);
  // Two spaces keep the line breaks in Markdown.
  const shown = markdown ? escapeMarkdown(text).replaceAll('\n', '  \n') : text;
  return { type: ActivityTypes.Message, text: shown };
}

/** A message with buttons beside it; where the channel has none, they stand in the text as words to write. */
export function buttonMessage(
  context: TurnContext,
  text: string,
  words: readonly string[],
): Partial<Activity> {
  const message = {
    type: ActivityTypes.Message,
    inputHint: InputHints.ExpectingInput,
  };
  if (words.length === 0) return { ...message, text };
  if (capabilitiesOf(context).suggestedActions)
    return { ...message, text, suggestedActions: suggestedActions(words) };
  return { ...message, text: `${text}\n\n${words.map((word) => `- ${word}`).join('\n')}` };
}
