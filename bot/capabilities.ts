import type { TurnContext } from 'botbuilder';
import { type ChannelCapabilities, capabilitiesKey } from './channels/channel.ts';

export type { ChannelCapabilities } from './channels/channel.ts';

/** What any channel can show: plain text, once. */
const plainText: ChannelCapabilities = {
  streaming: false,
  citations: 'text',
  suggestedActions: false,
  markdown: false,
  maxTextLength: 4_000,
};

/** Whether the channel shows cards, in whichever form. */
export function showsCards({ adaptiveCards, cardData = false }: ChannelCapabilities): boolean {
  return adaptiveCards !== undefined || cardData;
}

/** What the channel of this turn can show; a channel that says nothing gets plain text. */
export function capabilitiesOf(context: TurnContext): ChannelCapabilities {
  return context.turnState.get<ChannelCapabilities>(capabilitiesKey) ?? plainText;
}
