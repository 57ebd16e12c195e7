import type { ChannelCapabilities } from '#bot/channels/channel.ts';

/** What Web Chat 4.18 shows of a Direct Line conversation. */
export const directLineCapabilities: ChannelCapabilities = {
  streaming: true,
  adaptiveCards: '1.6',
  citations: 'link-definitions',
  feedback: 'like-actions',
  suggestedActions: true,
  fileAttachments: true,
  markdown: true,
  maxTextLength: 100_000,
};
