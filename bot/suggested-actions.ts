import { ActionTypes, type SuggestedActions } from 'botbuilder';

/** Buttons beside a message; each says its words in the person's name, under a title of its own where one is given. */
export function suggestedActions(words: readonly string[], title?: string): SuggestedActions {
  return {
    // Empty: for whoever is in the conversation.
    to: [],
    actions: words.map((value) => ({ type: ActionTypes.ImBack, title: title ?? value, value })),
  };
}
