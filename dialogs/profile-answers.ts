import type { CardData } from '#cards/card-data.ts';
import type { ExperienceLevel, Profile } from '#services/profiles/port.ts';
import { profileSteps, type StepName } from './profile-steps.ts';
import { levelLabels } from './read-experience-level.ts';

/** What somebody told about themselves so far; plain JSON, since it waits in the dialog's state between turns. */
export interface ProfileAnswers {
  readonly reason?: string;
  readonly background?: string;
  /** The role's name where one was recognised, else their words. */
  readonly direction?: string;
  readonly targetRole?: string;
  readonly experienceLevel?: ExperienceLevel;
  readonly closestWork?: string;
  readonly hoursPerWeek?: number;
}

/** The answers that a stored profile stands for. */
export function answersOf(profile: Profile): ProfileAnswers {
  const {
    reason,
    background,
    careerGoals,
    targetRole,
    experienceLevel,
    closestWork,
    hoursPerWeek,
  } = profile;
  const direction = careerGoals.join(', ');
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(background === undefined ? {} : { background }),
    ...(direction === '' ? {} : { direction }),
    ...(targetRole === undefined ? {} : { targetRole }),
    ...(experienceLevel === undefined ? {} : { experienceLevel }),
    ...(closestWork === undefined ? {} : { closestWork }),
    ...(hoursPerWeek === undefined ? {} : { hoursPerWeek }),
  };
}

/** The profile to store: the answers, and of the profile before what the questions do not touch. */
export function profileOf(
  { direction, ...answers }: ProfileAnswers,
  before: Profile | undefined,
  { userId, now, locale }: { userId: string; now: Date; locale?: string | undefined },
): Profile {
  const spokenLocale = locale ?? before?.locale;
  return {
    ...answers,
    userId,
    careerGoals: careerGoalsOf(direction, before),
    specificInterests: before?.specificInterests ?? [],
    ...(spokenLocale === undefined ? {} : { locale: spokenLocale }),
    // They were told what is kept before they answered, and answered.
    consent: before?.consent ?? { granted: true, at: now.toISOString() },
    updatedAt: now.toISOString(),
  };
}

/** Several goals are shown as one line; as long as nobody rewrote that line they stay several. */
function careerGoalsOf(
  direction: string | undefined,
  before: Profile | undefined,
): readonly string[] {
  if (direction === undefined) return [];
  const goals = before?.careerGoals ?? [];
  return direction === goals.join(', ') ? goals : [direction];
}

/** What the profile card lists; what is not known is not there. */
export function profileFacts(answers: ProfileAnswers): CardData<'profile'>['facts'] {
  return profileSteps.flatMap(({ name, label }) => {
    const answer = answers[name];
    if (answer === undefined) return [];
    const value =
      name === 'experienceLevel' ? levelLabels[answer as ExperienceLevel] : String(answer);
    return [{ label, value }];
  });
}

/** The answers without what this step asked for. */
export function withoutStep(answers: ProfileAnswers, step: StepName): ProfileAnswers {
  const { [step]: _old, targetRole, ...rest } = answers;
  return step === 'direction' || targetRole === undefined ? rest : { ...rest, targetRole };
}

/** The form, filled with what is known. */
export function profileFormData(answers: ProfileAnswers): CardData<'profile-form'> {
  return {
    reason: answers.reason ?? '',
    background: answers.background ?? '',
    direction: answers.direction ?? '',
    experienceLevel: answers.experienceLevel ?? '',
    levels: Object.entries(levelLabels).map(([value, title]) => ({ title, value })),
    closestWork: answers.closestWork ?? '',
    hoursPerWeek: answers.hoursPerWeek?.toString() ?? '',
  };
}
