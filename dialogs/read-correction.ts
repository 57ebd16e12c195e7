import { bareWords } from '#bot/normalise-text.ts';
import type { ProfileAnswers } from './profile-answers.ts';
import { findStep, isSkip, type MatchRole, type StepName, saysSkip } from './profile-steps.ts';

export interface Correction {
  readonly step: StepName;
  readonly answers: ProfileAnswers;
}

/** What only says that something is wrong, not what would be right. */
const complaint =
  /^(wrong|incorrect|outdated|missing|off|old|empty|false|not\b.*|no\b.*|something else|different)[.!]*$/i;

/**
 * What a sentence such as "my level is senior" or "hours: 10" changes; `undefined` where it names no part of the profile or
 * not what belongs there.
 */
export function readCorrection(text: string, matchRole: MatchRole): Correction | undefined {
  const [, named = '', value = ''] =
    /^(.*?)(?:\bis\b|\bshould be\b|\bto\b|[:=])\s*(.+)$/is.exec(text.trim()) ?? [];
  const step = findStep(named);
  if (step === undefined || value === '' || complaint.test(value) || isSkip(value))
    return undefined;
  const answers = step.read(value, matchRole);
  return answers && { step: step.name, answers };
}

/** Whether the profile is right as it was shown: to "What did I get wrong?" a no is good news. */
export function saysItIsRight(text: string): boolean {
  return (
    saysSkip(text) ||
    /^((it |that |this |all |everything )?(looks|is|seems|sounds)? ?(right|good|correct|fine|ok|okay|perfect|great)( thanks| thank you)?|yes|yep|yeah|no|nope|nothing|nothing wrong|none|all good|thanks?|thank you|cool|nice|done)$/.test(
      bareWords(text),
    )
  );
}
