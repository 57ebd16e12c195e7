/** How far along somebody is; the values are stored, so they never change their spelling. */
export const experienceLevels = [
  'student',
  'entry',
  'junior',
  'mid',
  'senior',
  'career_changer',
] as const;

export type ExperienceLevel = (typeof experienceLevels)[number];

/** What one person told the mentor about themselves. Every field but the identity may be absent: each question is skippable. */
export interface Profile {
  readonly userId: string;
  /** What brought them here, in their words. */
  readonly reason?: string;
  /** Where they are now: role or study, in their words. */
  readonly background?: string;
  readonly experienceLevel?: ExperienceLevel;
  /** What they built that is closest to where they want to go. */
  readonly closestWork?: string;
  readonly careerGoals: readonly string[];
  readonly specificInterests: readonly string[];
  /** A role id of the taxonomy, such as `ai_engineer`. */
  readonly targetRole?: string;
  readonly hoursPerWeek?: number;
  /** BCP 47 tag. */
  readonly locale?: string;
  /** Whether the person agreed that the profile is kept, and when. */
  readonly consent?: { readonly granted: boolean; readonly at: string };
  /** ISO 8601, UTC. */
  readonly updatedAt: string;
}

/** Keeps one profile per person. Writes are atomic: a reader sees the old profile or the new one, never a mixture. */
export interface ProfileStore {
  /** The profile, or `undefined` where the person has none. */
  get(userId: string): Promise<Profile | undefined>;
  /** Replaces the person's profile whole. */
  put(profile: Profile): Promise<void>;
  /** Removes the profile; resolves to whether there was one. */
  delete(userId: string): Promise<boolean>;
}
