import type { ChannelCapabilities } from '#bot/channels/channel.ts';

/**
 * What Slack shows. Of `chat.appendStream` it takes about a hundred calls a minute; a part is kept as small as a message, so
 * that the text never has to be taken apart again. In channels others read along, so there the answer comes once.
 */
export const slackCapabilities: ChannelCapabilities = {
  streaming: true,
  streamRules: {
    minIntervalMs: 800,
    maxDurationMs: 5 * 60_000,
    maxStatusLength: 100,
    maxTextLength: 5_900,
  },
  cardData: true,
  citations: 'text',
  suggestedActions: true,
  markdown: true,
  fileAttachments: true,
  maxTextLength: 36_000,
  inGroups: { streaming: false },
};
