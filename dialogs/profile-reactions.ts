import { texts } from '#bot/texts.ts';
import { type ProfileStep, profileSteps } from './profile-steps.ts';
import type { Reaction } from './read-reaction.ts';

/** Where in the dialog somebody reacts. */
export interface ReactionPlace {
  /** The step whose question is open; absent where what was understood is looked at. */
  readonly step: ProfileStep | undefined;
  /** Whether the questions are asked one after another, not one of them again. */
  readonly isAsking: boolean;
}

/** What is said to a reaction after which the same question stays open; `undefined` where something else is to be done. */
export function replyToReaction(
  reaction: Reaction,
  { step, isAsking }: ReactionPlace,
): string | undefined {
  switch (reaction) {
    case 'rude':
      return texts.keptFriendly;
    case 'privacy':
      return texts.whatIsKept;
    case 'length':
      return step === undefined || !isAsking
        ? texts.noMoreQuestions
        : texts.questionOf(profileSteps.indexOf(step) + 1, profileSteps.length);
    case 'back':
      return isAsking ? texts.correctAtTheEnd : undefined;
    case 'thanks':
      return step === undefined ? undefined : texts.notAtAll;
    default:
      return undefined;
  }
}

/** Takes it well that a question stays open; each time in other words. */
export function leftOutText(step: ProfileStep): string {
  const { leftOut } = texts;
  return leftOut[profileSteps.indexOf(step) % leftOut.length] ?? leftOut[0];
}
