import type { ChannelCapabilities } from '#bot/channels/channel.ts';

/** What any other channel of Azure Bot Service can show, the Emulator's too. */
export const azureChannelCapabilities: ChannelCapabilities = {
  streaming: false,
  adaptiveCards: '1.5',
  citations: 'entities',
  suggestedActions: true,
  markdown: true,
  maxTextLength: 20_000,
};
