/**
 * How a person's profile, and what is known of an article, move a passage in the ranking. All are factors on its score.
 * Tuned on our own development questions (test/evals/); change a number only with `npm run eval` before and after.
 */
export const retrievalWeights = {
  /** Candidates asked of the index: four times what is used. */
  candidates: 60,
  /** How many of the closest are named, evidence or not, ... */
  nearest: 10,
  /** ... and how much of the question's weight they cover at least: below, they are about something else. */
  nearestFloor: 0.15,
  /** Passages that an answer may rest on. */
  passages: 5,
  /** Passages that a reranker may choose those from. */
  rerankCandidates: 10,
  /** Passages of one article among them, so that an answer has more than one source. */
  passagesPerDocument: 3,
  /** The article is written for the person's level; or is not. */
  levelMatches: 1.06,
  levelMissing: 0.94,
  /** The heading of the passage names that level; or names another. */
  levelInHeading: 1.25,
  otherLevelInHeading: 0.85,
  /** The heading wants to know the same of its topic as the question, such as how to become one; or something else. */
  kindMatches: 1.25,
  kindDiffers: 0.8,
  /** The question wants a time or a sum, and the passage has none. */
  cannotAnswer: 0.5,
  /** The question (or, where it names none, the profile) names a role that the article is about. */
  roleMatches: 1.35,
  /** A question of so few topic words that names no role and no skill is asked of the role the person aims for. */
  wordsOfAnyRole: 4,
  /** Each role of the article that neither question nor profile names: "from frontend" is for who is at the frontend. */
  roleUnasked: 0.97,
  /** Words of the person's background or interests stand in the article's title. */
  backgroundMatches: 1.4,
  /** The heading names all of what was just asked in a follow-up. */
  latestInHeading: 0.5,
  /** Full authority or freshness next to none. */
  authority: 0.06,
  freshness: 0.04,
  pastReview: 0.9,
  /** Below this share of the question's weight nothing counts as evidence. */
  coverageFloor: 0.38,
  /** The same of a question that names a topic which is none of ours. */
  coverageFloorOfOtherTopics: 0.85,
  /** A passage far behind the best one is left out. */
  relativeFloor: 0.5,
} as const;
