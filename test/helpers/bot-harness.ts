import { type Activity, MemoryTranscriptStore } from 'botbuilder';
import { type CareerMentorDependencies, createCareerMentorBot } from '#bot/career-mentor-bot.ts';
import type { ChannelCapabilities } from '#bot/channels/channel.ts';
import { createTranscriptMiddleware } from '#bot/middleware/transcript-middleware.ts';
import { createTurnErrorHandler } from '#bot/middleware/turn-errors.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { builtInInterview } from './built-in-interview.ts';
import { builtInRoadmaps } from './built-in-roadmaps.ts';
import { RecordingAdapter, type Speaker, webCapabilities } from './recording-adapter.ts';
import { isScriptedCrisis, scriptedMentor } from './scripted-mentor.ts';

/** The whole bot on stores in memory, with a scripted mentor, in a channel that keeps everything. */
export function createBotHarness(
  changes: Partial<CareerMentorDependencies> & { capabilities?: ChannelCapabilities } = {},
) {
  const { capabilities = webCapabilities, ...dependencies } = changes;
  const { database } = openDatabase(':memory:');
  const mentor = scriptedMentor();
  const logged: { level: string; fields: unknown; message: unknown }[] = [];
  const log = (level: string) => (fields: unknown, message?: unknown) =>
    void logged.push({ level, fields, message });
  const clock = changes.clock ?? createClock();
  const parts = {
    answerQuestion: mentor.answerQuestion,
    conversations: createSqliteConversationStore(database),
    profiles: createSqliteProfileStore(database),
    storage: createSqliteBotStateStorage(database),
    transcripts: new MemoryTranscriptStore(),
    deleteHooks: [],
    matchRole: (text: string) =>
      /\bai eng/i.test(text) ? { id: 'ai_engineer', name: 'AI Engineer' } : undefined,
    roadmaps: builtInRoadmaps(),
    interview: builtInInterview(),
    suggestStarters: () => ['How do I start in AI?', 'What does an ML engineer do?'],
    isCrisis: isScriptedCrisis,
    articleCount: () => 100,
    publicUrl: 'https://mentor.example',
    logger: { info: log('info'), warn: log('warn'), error: log('error') },
    streamIntervalMs: 0,
    ...dependencies,
    clock,
  } satisfies CareerMentorDependencies;
  const bot = createCareerMentorBot(parts);
  const adapter = new RecordingAdapter(capabilities);
  const { transcripts, logger } = parts;
  adapter.use(createTranscriptMiddleware({ transcripts, logger, clock }));
  adapter.onTurnError = createTurnErrorHandler({
    logger,
    clearDialog: bot.clearDialog,
    newId: () => 'ref-1',
  });

  /** Runs one turn; resolves to the messages it sent. */
  const receive = async (activity: Partial<Activity>, speaker?: Speaker): Promise<Activity[]> => {
    const before = adapter.sent.length;
    await adapter.receive(
      { timestamp: clock(), ...activity },
      (context) => bot.run(context),
      speaker,
    );
    return adapter.sent.slice(before).filter(({ type }) => type === 'message');
  };
  return {
    ...parts,
    bot,
    adapter,
    mentor,
    logged,
    receive,
    say: (text: string, speaker?: Speaker) => receive({ type: 'message', text }, speaker),
    submit: (value: unknown, speaker?: Speaker) => receive({ type: 'message', value }, speaker),
    join: (speaker: Speaker = {}) =>
      receive(
        {
          type: 'conversationUpdate',
          membersAdded: [
            { id: speaker.userId ?? 'ada', name: '' },
            { id: 'mentor', name: '' },
          ],
        },
        speaker,
      ),
  };
}

/** A clock that goes a tenth of a second further with each look. */
function createClock(): () => Date {
  let time = Date.UTC(2026, 10, 23, 14, 5);
  return () => {
    time += 100;
    return new Date(time);
  };
}

/** The words of a message's cards, in the order in which they stand; what is folded up included. */
export function cardWords(activity: Activity | undefined): string {
  return wordsIn(activity?.attachments?.map(({ content }) => content)).join('\n');
}

const wordKeys = new Set(['text', 'title', 'label', 'value', 'placeholder']);

function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (typeof item === 'string') return wordKeys.has(key) ? [item] : [];
    return key === 'data' ? [] : wordsIn(item);
  });
}

/** The titles of a message's suggested actions. */
export function buttonsOf(activity: Activity | undefined): string[] {
  return activity?.suggestedActions?.actions.map(({ title }) => title) ?? [];
}
