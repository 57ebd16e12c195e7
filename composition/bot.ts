import type { Core } from './core.ts';

/** Wires the bot onto a core; what a channel keeps of a person is deleted through the hooks. */
export async function openBot(
  core: Core,
  extra: {
    readonly publicUrl?: string;
    readonly deleteHooks: readonly ((person: {
      channelId: string;
      userId: string;
    }) => Promise<unknown>)[];
  },
) {
  const [{ createCareerMentorBot }, { createTranscriptMiddleware }, { createTurnErrorHandler }] =
    await Promise.all([
      import('#bot/career-mentor-bot.ts'),
      import('#bot/middleware/transcript-middleware.ts'),
      import('#bot/middleware/turn-errors.ts'),
    ]);
  const { logger, expander, screen, transcripts } = core;
  const bot = createCareerMentorBot({
    answerQuestion: core.answerQuestion,
    conversations: core.conversations,
    profiles: core.profiles,
    storage: core.botState,
    transcripts,
    deleteHooks: extra.deleteHooks,
    matchRole: (text) => expander.rolesIn(text)[0],
    suggestStarters: () => core.starters,
    isCrisis: (text) => {
      const screening = screen(text);
      return !screening.pass && screening.kind === 'crisis';
    },
    articleCount: core.articleCount,
    summarise: core.summarise,
    ...(extra.publicUrl === undefined ? {} : { publicUrl: extra.publicUrl }),
    logger,
  });
  return {
    bot,
    transcriptMiddleware: createTranscriptMiddleware({
      transcripts,
      logger,
      clock: () => new Date(),
    }),
    onTurnError: createTurnErrorHandler({ logger, clearDialog: bot.clearDialog }),
  };
}
