/**
 * What makes a passage rank. Tuned on public synonyms of job titles and on our own development questions
 * (test/evals/), never on a test split; change a number only with `npm run eval` before and after.
 */
export const rankingWeights = {
  /** BM25's k1. */
  saturation: 1.2,
  fields: {
    title: { weight: 2.5, lengthNormalisation: 0.3, neighbours: 0.3 },
    section: { weight: 2.5, lengthNormalisation: 0.3, neighbours: 0.4 },
    tags: { weight: 1.5, lengthNormalisation: 0.3, neighbours: 0.1 },
    content: { weight: 1, lengthNormalisation: 0.5, neighbours: 0.15 },
  },
  /** k of reciprocal rank fusion; 60 as in Cormack, Clarke and Büttcher, SIGIR 2009. */
  reciprocalRank: 60,
} as const;
