import type { TurnContext } from 'botbuilder';
import { fixedReplies } from '#mentor/fixed-replies.ts';

const key = Symbol('words not kept');

/** Notes that the words of this turn's message are not to be kept, and what is kept in their place. */
export function keepNoWords(
  context: TurnContext,
  instead: string = fixedReplies.wordsNotKept,
): void {
  context.turnState.set(key, instead);
}

/** What is kept of this turn's message: its words, or that there was one. */
export function keptWords(context: TurnContext, text: string): string {
  return context.turnState.get<string>(key) ?? text;
}
