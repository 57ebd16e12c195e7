import type { Profile, ProfileStore } from '#services/profiles/port.ts';

/** A profile store that keeps nothing of somebody whose own words in the profile say that they are under age. */
export function withoutMinors(
  profiles: ProfileStore,
  isUnderAge: (text: string) => boolean,
): ProfileStore {
  const saysUnderAge = ({ reason, background, closestWork, careerGoals }: Profile) =>
    [reason, background, closestWork, ...careerGoals].some(
      (text) => text !== undefined && isUnderAge(text),
    );
  return {
    ...profiles,
    async put(profile) {
      if (saysUnderAge(profile)) await profiles.delete(profile.userId);
      else await profiles.put(profile);
    },
  };
}
