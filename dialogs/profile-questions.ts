import type { Activity, TurnContext } from 'botbuilder';
import { capabilitiesOf, showsCards } from '#bot/capabilities.ts';
import { buttonMessage } from '#bot/card-message.ts';
import { bareWords } from '#bot/normalise-text.ts';
import { texts } from '#bot/texts.ts';
import { type ProfileStep, profileSteps } from './profile-steps.ts';

/** The words of a step's question, with its choices as buttons and a way to leave it open. */
export function stepQuestion(
  context: TurnContext,
  step: ProfileStep,
  text: string,
  offersForm = false,
): Partial<Activity> {
  const hasForm = offersForm && showsCards(capabilitiesOf(context));
  return buttonMessage(context, text, [
    ...step.choices,
    ...(step.choices.includes('Not sure') ? [] : [texts.skip]),
    ...(hasForm ? [texts.fillForm] : []),
  ]);
}

/** Asks whether what was understood is right. */
export function reviewQuestion(context: TurnContext, text: string): Partial<Activity> {
  return buttonMessage(context, text, [texts.looksRight, texts.changeSomething]);
}

/** Asks which part of the profile is meant. */
export function fieldQuestion(context: TurnContext, text: string): Partial<Activity> {
  const hasForm = showsCards(capabilitiesOf(context));
  return buttonMessage(context, text, [
    ...profileSteps.map(({ label }) => label),
    ...(hasForm ? [texts.fillForm] : []),
  ]);
}

/** Whether the message asks for the form, in a channel that has one. */
export function asksForForm(context: TurnContext): boolean {
  const words = bareWords(context.activity.text ?? '');
  const wantsForm = /^(fill (in|out) (a|the) form|(use |show |open )?(a |the )?form)$/.test(words);
  return wantsForm && showsCards(capabilitiesOf(context));
}
