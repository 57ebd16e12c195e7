import type { TurnContext } from 'botbuilder';
import { fixedReplies } from '#mentor/fixed-replies.ts';

const key = Symbol('words not kept');

/** Notes that the words of this turn's message are not to be kept. */
export function keepNoWords(context: TurnContext): void {
  context.turnState.set(key, true);
}

/** What is kept of this turn's message: its words, or that there was one. */
export function keptWords(context: TurnContext, text: string): string {
  return context.turnState.get<boolean>(key) === true ? fixedReplies.wordsNotKept : text;
}
