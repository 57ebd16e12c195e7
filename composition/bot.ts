import type { CareerMentorBot } from '#bot/career-mentor-bot.ts';
import type { DeleteHook } from '#bot/personal-data.ts';
import type { TokenBudget } from '#bot/token-budget.ts';
import { createRoadmaps } from '#mentor/cite-roadmap.ts';
import { readLearningPaths } from '#mentor/learning-paths.ts';
import type { Core } from './core.ts';
import { openPersonalData } from './personal-data.ts';

/** Wires the bot onto a core; what a channel keeps of a person is deleted through the hooks. */
export async function openBot(
  core: Core,
  extra: {
    readonly publicUrl?: string;
    readonly deleteHooks: readonly DeleteHook[];
    readonly tokenBudget?: TokenBudget;
  },
) {
  const [{ createTranscriptMiddleware }, { createTurnErrorHandler }, { createSessionOnly }] =
    await Promise.all([
      import('#bot/middleware/transcript-middleware.ts'),
      import('#bot/middleware/turn-errors.ts'),
      import('#bot/session-only.ts'),
    ]);
  const { logger, expander, isCrisis, isUnderAge, transcripts } = core;
  const personalData = openPersonalData(core, extra.deleteHooks);
  const sessionOnly = createSessionOnly({ personalData, logger });
  // What the data folder of the knowledge lacks is found at the start.
  const roadmaps = createRoadmaps(readLearningPaths(core.config.knowledgeDirectory), core.index);
  const bot = loadedWithFirstTurn(async () => {
    const { createCareerMentorBot } = await import('#bot/career-mentor-bot.ts');
    return createCareerMentorBot({
      answerQuestion: core.answerQuestion,
      conversations: core.conversations,
      profiles: core.profiles,
      storage: core.botState,
      transcripts,
      deleteHooks: extra.deleteHooks,
      matchRole: (text) => expander.rolesIn(text)[0],
      roadmaps,
      interview: core.interview,
      suggestStarters: () => core.starters,
      isCrisis,
      isUnderAge,
      articleCount: core.articleCount,
      summarise: core.summarise,
      ...(extra.tokenBudget === undefined ? {} : { tokenBudget: extra.tokenBudget }),
      sessionOnly,
      ...(core.config.sensitivity === undefined ? {} : { sensitivity: core.config.sensitivity }),
      ...(extra.publicUrl === undefined ? {} : { publicUrl: extra.publicUrl }),
      logger,
    });
  });
  return {
    bot,
    isCrisis,
    personalData,
    /** To be closed before the core: what belongs to a session alone goes then. */
    sessionOnly,
    transcriptMiddleware: createTranscriptMiddleware({
      transcripts,
      logger,
      clock: () => new Date(),
    }),
    onTurnError: createTurnErrorHandler({ logger, clearDialog: bot.clearDialog }),
  };
}

/** The bot's dialogs take a tenth of the start, and nobody needs them before somebody speaks, or `load` is called. */
function loadedWithFirstTurn(
  create: () => Promise<CareerMentorBot>,
): CareerMentorBot & { load(): Promise<unknown> } {
  let created: Promise<CareerMentorBot> | undefined;
  const load = () => {
    created ??= create().catch((error: unknown) => {
      created = undefined;
      throw error;
    });
    return created;
  };
  return {
    load,
    run: async (context) => (await load()).run(context),
    clearDialog: async (context) => (await load()).clearDialog(context),
  };
}
