import type { Feedback, Message } from './port.ts';

/** What messages add to the counters of their conversation. */
export function countMessages(messages: readonly Message[]) {
  const reactions = messages.map((message) => countReaction(message.feedback));
  return {
    messages: messages.length,
    tokens: messages.reduce((sum, message) => sum + message.tokensUsed, 0),
    questions: messages.filter((message) => message.role === 'user').length,
    likes: reactions.reduce((sum, reaction) => sum + reaction.likes, 0),
    dislikes: reactions.reduce((sum, reaction) => sum + reaction.dislikes, 0),
  };
}

/** What a reaction adds to the counters of its conversation. */
export function countReaction(feedback: Feedback | undefined) {
  return {
    likes: feedback?.reaction === 'like' ? 1 : 0,
    dislikes: feedback?.reaction === 'dislike' ? 1 : 0,
  };
}

/** The latest of the messages' timestamps; `undefined` where there is no message. */
export function newestTimestamp(messages: readonly Message[]): string | undefined {
  return messages
    .map((message) => message.timestamp)
    .toSorted()
    .at(-1);
}
