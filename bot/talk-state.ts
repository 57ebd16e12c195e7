import type { StatePropertyAccessor, TurnContext } from 'botbuilder';

/** What the bot remembers of a conversation between its turns, beside the dialogs. */
export interface TalkState {
  greeted?: boolean;
  /** Whether the person's record names this conversation. */
  remembered?: boolean;
  /** Whether the offer to tell something about oneself was made. */
  profileOffered?: boolean;
  /** The answer whose reason for a thumbs down may be the next message. */
  awaitingReasonFor?: string;
  /** The answer whose reason was asked for last: nobody is asked twice. */
  askedReasonFor?: string;
  /** Which answer a sent message holds, newest last, for channels that name the message and not the answer. */
  answersBySentId?: [sentId: string, answerId: string][];
}

export type TalkStateAccessor = StatePropertyAccessor<TalkState>;

const rememberedAnswers = 20;

/** The conversation's state, to be changed in place; it is saved when the turn ends. */
export async function talkOf(
  accessor: TalkStateAccessor,
  context: TurnContext,
): Promise<TalkState> {
  return (await accessor.get(context, {})) ?? {};
}

/** Notes which answer the message with this id holds. */
export function rememberAnswer(talk: TalkState, sentId: string, answerId: string): void {
  talk.answersBySentId = [
    ...(talk.answersBySentId ?? []).slice(1 - rememberedAnswers),
    [sentId, answerId],
  ];
}
