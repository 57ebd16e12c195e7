import { problemOf } from '#api/problem.ts';
import {
  keepTurn,
  messagesOf,
  readQuestion,
  type TurnPlace,
  type TurnStores,
} from '#bot/conversation-turn.ts';
import { safeMarkdown } from '#bot/safe-markdown.ts';
import type { SessionOnly } from '#bot/session-only.ts';
import { openableUrl } from '#bot/source-url.ts';
import type { TokenBudget } from '#bot/token-budget.ts';
import { tryToRead, unread } from '#bot/try-to-read.ts';
import { toMentorError } from '#errors.ts';
import type { Answer, AnswerQuestion, MentorEvent } from '#mentor/answer.ts';
import type { Message, StoredCitation } from '#services/conversations/port.ts';
import type { Profile, ProfileStore } from '#services/profiles/port.ts';
import { answerText, createGrowingAnswer } from './answer-text.ts';
import type { ApiCitation } from './schemas/citation.ts';
import type { MessageAnswer } from './schemas/message-answer.ts';
import type { MessageRequest } from './schemas/message-request.ts';
import type { StreamEvent } from './schemas/stream-event.ts';
import type { UserContext } from './schemas/user-context.ts';
import { personAt } from './sessions.ts';

export interface AnswerMessageOptions extends TurnStores {
  readonly answerQuestion: AnswerQuestion;
  readonly profiles: ProfileStore;
  readonly tokenBudget?: TokenBudget;
  /** Forgets those of whom nothing may be kept beyond the session. */
  readonly sessionOnly?: SessionOnly;
  /** Where people reach this server, for the addresses of sources. */
  readonly publicUrl: () => string;
  readonly now: () => Date;
}

export interface AskedMessage {
  readonly place: TurnPlace;
  /** What the session knows of the person. */
  readonly context: UserContext;
  readonly request: MessageRequest;
  /** Under which the question is kept, once. */
  readonly messageId: string;
  readonly requestId: string;
}

/**
 * Answers one message through the mentor, keeps the turn, and gives it as events that end with one `answer` or `error`.
 * Rejects only when the signal stopped it, and then keeps nothing.
 */
export async function* answerMessage(
  asked: AskedMessage,
  options: AnswerMessageOptions,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent, void> {
  const at = options.now();
  const { place, request } = asked;
  const includesSources = request.options?.includeSources ?? true;
  const growing = createGrowingAnswer(includesSources);
  try {
    signal.throwIfAborted();
    const profile = await profileOf(asked, options);
    const question = await readQuestion(place, { text: request.message, profile }, options);
    const { maxTokens, temperature } = request.options ?? {};
    const events = options.answerQuestion(question, {
      signal,
      ...(maxTokens === undefined ? {} : { maxAnswerTokens: maxTokens }),
      ...(temperature === undefined ? {} : { temperature }),
    });
    for await (const event of events) {
      signal.throwIfAborted();
      if (event.type !== 'answer') {
        yield* toStreamEvents(event, growing);
        continue;
      }
      const kept = await keep({ asked, at, answer: event.answer }, options);
      const publicUrl = options.publicUrl();
      const data = presentAnswer(kept, place.sessionId, { includesSources, publicUrl });
      yield* growing.end(data.response);
      yield { event: 'answer', data };
      return;
    }
    throw new Error('The mentor ended without an answer.');
  } catch (thrown) {
    signal.throwIfAborted();
    const error = toMentorError(thrown);
    if (error.row.httpStatus >= 500)
      options.logger.error(
        { err: thrown, requestId: asked.requestId },
        'a question could not be answered',
      );
    yield { event: 'error', data: problemOf(error, asked.requestId) };
  }
}

async function keep(
  { asked, at, answer }: { asked: AskedMessage; at: Date; answer: Answer },
  options: AnswerMessageOptions,
): Promise<Message> {
  const { place, context, request, messageId } = asked;
  const question = { messageId, text: request.message, at };
  const messages = messagesOf(place.conversationKey, question, answer, options.now());
  await keepTurn(place, { userContext: context, messages }, options);
  await options.tokenBudget?.spend(place, messages[1].tokensUsed);
  if (answer.sessionOnly) options.sessionOnly?.touch(personAt(place));
  return messages[1];
}

/** What the stores know of the person, with what the session and this very message say over it. */
async function profileOf(
  { place, context, request }: AskedMessage,
  { profiles, now, logger }: AnswerMessageOptions,
): Promise<Profile | typeof unread | undefined> {
  const stored = await tryToRead('profile', profiles.get(place.userKey), logger);
  const said = Object.fromEntries(
    Object.entries({ ...context, ...request.context }).filter(([, value]) => value !== undefined),
  );
  const saysNothing = Object.keys(said).length === 0;
  if (saysNothing && (stored === undefined || stored === unread)) return stored;
  return {
    userId: place.userKey,
    careerGoals: [],
    specificInterests: [],
    updatedAt: now().toISOString(),
    ...(stored === unread ? {} : stored),
    ...said,
  };
}

function toStreamEvents(
  event: Exclude<MentorEvent, { type: 'answer' }>,
  growing: ReturnType<typeof createGrowingAnswer>,
): StreamEvent[] {
  switch (event.type) {
    case 'stage':
      return [{ event: 'stage', data: { stage: event.stage } }];
    case 'source-found':
      return [
        { event: 'source-found', data: { documentId: event.documentId, title: event.title } },
      ];
    case 'text-reset':
      return growing.reset();
    case 'text-delta':
      return growing.add(event.text);
  }
}

/** An answer as it is kept, in the API's words. */
export function presentAnswer(
  message: Message,
  sessionId: string,
  options: {
    readonly includesSources: boolean;
    readonly publicUrl: string;
  },
): MessageAnswer {
  const { includesSources, publicUrl } = options;
  const { notice } = message;
  return {
    messageId: message.messageId,
    sessionId,
    response: answerText(message.content, includesSources),
    citations: includesSources ? presentCitations(message.knowledgeSources, publicUrl) : [],
    followUps: (message.followUps ?? []).map(safeMarkdown),
    nextSteps: (message.nextSteps ?? []).map(safeMarkdown),
    state: message.state ?? 'grounded',
    ...(notice === undefined ? {} : { notice }),
    metadata: {
      tokensUsed: message.tokensUsed,
      responseTime: message.responseTimeMs ?? 0,
      modelUsed: message.modelUsed ?? 'unknown',
      confidenceScore: message.confidenceScore ?? 0,
      knowledgeSources: [...new Set(message.knowledgeSources.map(({ documentId }) => documentId))],
    },
    timestamp: message.timestamp,
  };
}

/** Citations with addresses that can be opened from anywhere. */
export function presentCitations(
  citations: readonly StoredCitation[],
  publicUrl: string,
): ApiCitation[] {
  return citations.map((citation) => ({
    ...citation,
    documentType: citation.documentType as ApiCitation['documentType'],
    sourceUrl: openableUrl(citation.sourceUrl, publicUrl) ?? '',
  }));
}
