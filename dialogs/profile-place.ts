import type { DialogContext, DialogInstance } from 'botbuilder-dialogs';
import type { ProfileAnswers } from './profile-answers.ts';
import { type ProfileStep, profileSteps } from './profile-steps.ts';

/** Under which a step's question is asked. */
export function promptId(step: ProfileStep['name']): string {
  return `ask-${step}`;
}

/** The step whose question is open. */
export function openStep({ activeDialog }: DialogContext): ProfileStep | undefined {
  return profileSteps.find(({ name }) => promptId(name) === activeDialog?.id);
}

/** Whether the questions are asked one after another, and nothing is stored yet. */
export function isAsking(innerDc: DialogContext): boolean {
  return questionsOpen(innerDc) !== undefined;
}

/** The questions one after another, where they are asked. */
export function questionsOpen({ stack }: DialogContext): DialogInstance | undefined {
  return stack.find(({ id }) => id === 'questions');
}

/** What the open waterfall has gathered, for a form that comes in the middle of it. */
export function answersSoFar(innerDc: DialogContext): ProfileAnswers {
  for (const { state } of innerDc.stack) {
    const answers = state?.values?.answers ?? state?.options?.answers;
    if (answers) return answers as ProfileAnswers;
  }
  return {};
}
