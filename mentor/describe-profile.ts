import type { Profile } from '#services/profiles/port.ts';

/** What the person told about themselves, as a prompt says it; empty where nothing is known. */
export function describeProfile(profile: Profile | undefined): string {
  const facts = factsOf(profile);
  return facts.length === 0
    ? ''
    : `What the person told you about themselves:\n${facts
        .map(([label, value]) => `${label}: ${value}`)
        .join('\n')}`;
}

/** The facts of a profile that shape an answer, each with its name; only those that are known. */
export function factsOf(profile: Profile | undefined): (readonly [label: string, value: string])[] {
  if (profile === undefined) return [];
  const facts = [
    ['Background', profile.background],
    ['Experience level', profile.experienceLevel],
    ['Wants to become', profile.targetRole],
    ['Goals', profile.careerGoals.join('; ')],
    ['Interests', profile.specificInterests.join('; ')],
    ['Closest thing built so far', profile.closestWork],
    ['Hours a week', profile.hoursPerWeek?.toString()],
  ] as const;
  return facts.flatMap(([label, value]) =>
    value === undefined || value === '' ? [] : [[label, value] as const],
  );
}
