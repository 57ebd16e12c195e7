import { MentorError } from '#errors.ts';
import type { Conversation, ConversationStore, Message } from '#services/conversations/port.ts';
import { type HelperDependencies, helperTemperature, tryHelper, unreadable } from './try-helper.ts';

export interface SummaryDependencies extends HelperDependencies {
  readonly conversations: ConversationStore;
  /** How many messages the mentor reads verbatim. */
  readonly verbatimMessages: number;
}

/** Nobody waits for a summary. */
const summaryTimeoutMs = 15_000;
const charactersOfMessage = 1_000;
const longestSummary = 2_000;

/**
 * Keeps the rolling summary of a conversation up to date, after a turn and in the background: once it has more messages than
 * are read verbatim, every half window is folded into the summary before it leaves the window. Each time the half before
 * is read again, so that one summary that failed leaves no gap. Never rejects; what fails is told and tried with the next.
 */
export function createConversationSummary(dependencies: SummaryDependencies) {
  return async function summarise(conversationId: string, addedMessages: number): Promise<void> {
    if (dependencies.helper === undefined) return;
    try {
      const conversation = await dependencies.conversations.get(conversationId);
      if (conversation !== undefined && isDue(conversation, addedMessages, dependencies))
        await update(conversation, dependencies);
    } catch (error) {
      dependencies.onFailure?.(
        'summarise',
        error instanceof MentorError
          ? error
          : new MentorError('internal', 'The summary failed', { cause: error }),
      );
    }
  };
}

/** Whether this turn crossed a half window, the first one apart: until then nothing leaves the window. */
function isDue(
  { totalMessages }: Conversation,
  addedMessages: number,
  { verbatimMessages }: SummaryDependencies,
): boolean {
  const half = verbatimMessages / 2;
  const halves = Math.floor(totalMessages / half);
  return halves >= 2 && halves > Math.floor((totalMessages - addedMessages) / half);
}

async function update(
  conversation: Conversation,
  dependencies: SummaryDependencies,
): Promise<void> {
  const { conversations, verbatimMessages, render } = dependencies;
  const { messages } = await conversations.listMessages(conversation.id, {
    limit: verbatimMessages * 1.5,
  });
  /** The newest half stays in the window until the next summary. */
  const leaving = messages.slice(0, Math.max(0, messages.length - verbatimMessages / 2));
  const summary = await tryHelper(
    'summarise',
    {
      messages: [
        {
          role: 'user',
          content: render('summary', {
            summary: JSON.stringify(conversation.conversationSummary ?? ''),
            conversation: toJson(leaving),
          }),
        },
      ],
      temperature: helperTemperature,
      maxAnswerTokens: 300,
      timeoutMs: summaryTimeoutMs,
    },
    readSummary,
    dependencies,
  );
  if (summary === undefined) return;
  /** Read again: who deleted their data in the meantime gets no conversation back. */
  const current = await conversations.get(conversation.id);
  if (current === undefined) return;
  const { id, sessionId, userId, channel, userContext } = current;
  await conversations.appendTurn(
    { id, sessionId, userId, channel, userContext, conversationSummary: summary },
    [],
  );
}

function toJson(messages: readonly Message[]): string {
  return JSON.stringify(
    messages.map(({ role, content }) => ({
      role: role === 'user' ? 'person' : 'mentor',
      text: content.slice(0, charactersOfMessage),
    })),
  );
}

function readSummary(text: string): string {
  const summary = text.trim();
  if (summary.length > longestSummary) throw unreadable('is longer than a summary');
  return summary;
}
