import { randomUUID } from 'node:crypto';
import { type Activity, ActivityTypes, type TurnContext } from 'botbuilder';
import type { Logger } from 'pino';
import type { MentorError } from '#errors.ts';
import type { Answer, AnswerQuestion, MentorEvent } from '#mentor/answer.ts';
import type { ProfileStore } from '#services/profiles/port.ts';
import type { SensitivityLabel } from './answer-entity.ts';
import { answerMessage, presentText } from './answer-message.ts';
import { capabilitiesOf } from './capabilities.ts';
import {
  keepTurn,
  messagesOf,
  questionOf,
  readQuestion,
  type TurnPlace,
  type TurnStores,
  userContextOf,
} from './conversation-turn.ts';
import { personOf } from './personal-data.ts';
import { type BeginAnswer, type ReplyOutcome, replyWithStream } from './reply-stream.ts';
import { settledPart } from './safe-markdown.ts';
import { saysCrisis } from './says-crisis.ts';
import type { SessionOnly } from './session-only.ts';
import { suggestedActions } from './suggested-actions.ts';
import { stageText, texts } from './texts.ts';
import type { TokenBudget } from './token-budget.ts';
import { tryToRead } from './try-to-read.ts';
import { deliveryOf } from './turn-delivery.ts';
import { conversationKeyOf, isGroup, questionIdOf, turnSignalOf, userKeyOf } from './turn-keys.ts';
import { keepNoWords } from './words-not-kept.ts';

export interface AnswerTurnDependencies extends Omit<TurnStores, 'logger'> {
  readonly answerQuestion: AnswerQuestion;
  readonly profiles: ProfileStore;
  readonly articleCount: () => number;
  readonly publicUrl: string | undefined;
  readonly clock: () => Date;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
  readonly streamIntervalMs?: number;
  /** What answers may cost within a day; absent: as much as anybody likes. */
  readonly tokenBudget?: TokenBudget;
  /** Forgets those of whom nothing may be kept beyond the session. */
  readonly sessionOnly?: SessionOnly;
  /** Whether somebody says that they are in danger. */
  readonly isCrisis?: (text: string) => boolean;
  /** Learns under which ids the channel may name the message that holds an answer. */
  readonly onAnswered?: (
    context: TurnContext,
    sentIds: readonly string[],
    answerId: string,
  ) => Promise<void>;
  /** How confidential answers are, where the operator said so. */
  readonly sensitivity?: SensitivityLabel;
}

export interface AskOptions {
  /** Whether follow-ups may stand beside the message; not where other buttons come right after. */
  readonly suggestFollowUps?: boolean | 'in-next-message';
}

/** Puts one question to the mentor, shows the answer and keeps both; resolves to the answer, or to nothing where it failed. */
export type Ask = (
  context: TurnContext,
  text: string,
  options?: AskOptions,
) => Promise<Answer | undefined>;

export function createAsk(dependencies: AnswerTurnDependencies): Ask {
  const { answerQuestion, profiles, clock, logger } = dependencies;
  return async (context, text, { suggestFollowUps = true } = {}) => {
    const { activity } = context;
    const startedAt = clock();
    // In a group nobody's profile shapes an answer that all can read.
    const profile = isGroup(activity)
      ? undefined
      : await tryToRead('profile', profiles.get(userKeyOf(activity)), logger);
    const place = placeOf(activity);
    const question = await readQuestion(
      place,
      { text, profile, locale: activity.locale },
      dependencies,
    );
    const kept = deliveryOf(context)?.takeAnswer();
    const begin: BeginAnswer = (signal) =>
      kept !== undefined
        ? repeatAnswer(kept)
        : withinBudget(answerQuestion(question, { signal }), { text, place, dependencies });
    const outcome = await reply(context, begin, {
      question: text,
      suggestFollowUps,
      dependencies,
    });
    if ('stopped' in outcome) return undefined;
    const key = place.conversationKey;
    // The channel's id, so that a turn that is run again keeps the question once.
    const asked = { messageId: questionIdOf(activity) ?? randomUUID(), text, at: startedAt };
    if ('error' in outcome) {
      const { code, details, row } = outcome.error;
      // A question that is too long is nothing to wake anybody for.
      if (row.httpStatus < 500) return undefined;
      logger.error({ err: outcome.error, code, details }, 'a question could not be answered');
      await keepTurn(
        place,
        { userContext: userContextOf(profile), messages: [questionOf(key, asked)] },
        dependencies,
      );
      return undefined;
    }
    if (outcome.answer.keepsNoWords) keepNoWords(context);
    const messages = messagesOf(key, asked, outcome.answer, clock());
    await keepTurn(
      place,
      { userContext: userContextOf(profile), messages },
      { ...dependencies, onUnstored: (error) => deliveryOf(context)?.takeUnstored(error) },
    );
    await dependencies.tokenBudget?.spend(place, messages[1].tokensUsed);
    if (outcome.answer.sessionOnly) dependencies.sessionOnly?.touch(personOf(activity));
    await dependencies.onAnswered?.(context, outcome.sentIds, outcome.answer.messageId);
    return outcome.answer;
  };
}

/** An answer that was written before, in a run of the turn that did not come to its end. */
async function* repeatAnswer(answer: Answer): AsyncGenerator<MentorEvent, void> {
  yield { type: 'answer', answer };
}

/** Whoever is in danger is answered whatever they used up; it costs no tokens. */
async function* withinBudget(
  events: ReturnType<AnswerQuestion>,
  {
    text,
    place,
    dependencies: { tokenBudget, isCrisis = () => false },
  }: {
    readonly text: string;
    readonly place: TurnPlace;
    readonly dependencies: AnswerTurnDependencies;
  },
): ReturnType<AnswerQuestion> {
  if (!saysCrisis(text, isCrisis)) await tokenBudget?.require(place);
  yield* events;
}

function placeOf(activity: Activity): TurnPlace {
  return {
    conversationKey: conversationKeyOf(activity),
    sessionId: activity.conversation.id,
    userKey: userKeyOf(activity),
    channelId: activity.channelId,
    tenantId: activity.conversation.tenantId,
  };
}

interface ReplyInput {
  readonly question: string;
  readonly suggestFollowUps: boolean | 'in-next-message';
  readonly dependencies: AnswerTurnDependencies;
}

function reply(
  context: TurnContext,
  begin: BeginAnswer,
  { question, suggestFollowUps, dependencies }: ReplyInput,
): Promise<ReplyOutcome> {
  const capabilities = capabilitiesOf(context);
  const delivery = deliveryOf(context);
  const { articleCount, publicUrl, sensitivity, streamIntervalMs } = dependencies;
  return replyWithStream(context, begin, {
    streaming: capabilities.streaming && !isGroup(context.activity),
    rules: capabilities.streamRules,
    stageText: (stage) => stageText(stage, articleCount()),
    visibleText: (text) => presentText(settledPart(text), capabilities),
    async finalMessage(answer) {
      await delivery?.keepAnswer(answer);
      return answerMessage(answer, { capabilities, publicUrl, suggestFollowUps, sensitivity });
    },
    resumedStreamId: delivery?.openStreamId,
    failureMessage: (error, shownText) =>
      failureMessage(error, shownText, capabilities.suggestedActions ? question : undefined),
    signal: turnSignalOf(context),
    ...(streamIntervalMs === undefined ? {} : { minIntervalMs: streamIntervalMs }),
  });
}

/** What was shown stays, since a channel may only let a message grow; the sentence says how it ended. */
function failureMessage(
  error: MentorError,
  shownText: string,
  question: string | undefined,
): Partial<Activity> {
  const { userText, retryable } = error.row;
  return {
    type: ActivityTypes.Message,
    text: shownText === '' ? userText : `${shownText} …\n\n${userText}`,
    ...(retryable && question !== undefined
      ? { suggestedActions: suggestedActions([question], texts.tryAgain) }
      : {}),
  };
}
