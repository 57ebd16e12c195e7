import type { ChannelCapabilities } from '#bot/channels/channel.ts';

/**
 * What Microsoft Teams shows. A stream lives two minutes at most and takes one part a second; 1.5 s and 110 s leave room for
 * the way there. Teams takes 100 KB as UTF-16 today, and has taken 28 KB in every client and cloud since long.
 */
export const teamsCapabilities: ChannelCapabilities = {
  streaming: true,
  streamRules: {
    minIntervalMs: 1_500,
    maxDurationMs: 110_000,
    maxStatusLength: 1_000,
    maxTextLength: 7_000,
  },
  adaptiveCards: '1.5',
  citations: 'entities',
  feedback: 'feedback-loop',
  suggestedActions: true,
  markdown: true,
  maxTextLength: 12_000,
  maxMessageBytes: 28 * 1_024,
  // Teams refuses streams, and shows no suggested actions, wherever more than one person reads.
  inGroups: { streaming: false, suggestedActions: false },
};
