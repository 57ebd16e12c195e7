import type { StatePropertyAccessor, TurnContext } from 'botbuilder';

/** What the bot remembers of a conversation between its turns, beside the dialogs. */
export interface TalkState {
  greeted?: boolean;
  /** The turn that changed this state last. */
  lastTurn?: string;
  /** Whether the person's record names this conversation. */
  remembered?: boolean;
  /** Whether the offer to tell something about oneself was made. */
  profileOffered?: boolean;
  /** Whether somebody too young said so here: they are asked nothing about themselves. */
  isUnderAge?: true;
  /** Ids of the questions of practice interviews that came up here, so that the next round has others. */
  interviewQuestions?: readonly string[];
  /** The role, by its id, that the last roadmap led to: where the profile names none, the next one leads there too. */
  roadmapRole?: string;
  /** How often each kind of small talk was answered, so that the next reply has other words. */
  smallTalk?: Readonly<Record<string, number>>;
  /** The answer whose reason for a thumbs down may be the next message. */
  awaitingReasonFor?: string;
  /** The answer whose reason was asked for last: nobody is asked twice. */
  askedReasonFor?: string;
  /**
   * Which answer a sent message holds and in whose part of the conversation it is kept, newest last: some channels name the
   * message and not the answer, and in a group others than the one who asked may rate it.
   */
  answersBySentId?: [sentId: string, answerId: string, conversationKey?: string][];
}

export type TalkStateAccessor = StatePropertyAccessor<TalkState>;

const rememberedAnswers = 40;

/** The conversation's state, to be changed in place; it is saved when the turn ends. */
export async function talkOf(
  accessor: TalkStateAccessor,
  context: TurnContext,
): Promise<TalkState> {
  return (await accessor.get(context, {})) ?? {};
}

/** Notes which answer the message that goes by these ids holds, and where the answer is kept. */
export function rememberAnswer(
  talk: TalkState,
  sentIds: readonly string[],
  { answerId, conversationKey }: { answerId: string; conversationKey: string },
): void {
  talk.answersBySentId = [
    ...(talk.answersBySentId ?? []),
    ...sentIds.map((id): [string, string, string] => [id, answerId, conversationKey]),
  ].slice(-rememberedAnswers);
}
