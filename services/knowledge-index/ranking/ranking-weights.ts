/**
 * What makes a passage rank. Tuned together on public synonyms of job titles, on abstracts with graded judgements and on
 * our own development questions (test/evals/), never on a test split; one set of weights for all. Change a number only
 * with `npm run eval` before and after.
 */
export const rankingWeights = {
  /** BM25's k1. */
  saturation: 1.3,
  /** The headings of articles are the questions that people ask, so they outweigh the rest. */
  fields: {
    title: { weight: 2.4, lengthNormalisation: 0.4, neighbours: 0.3 },
    section: { weight: 4, lengthNormalisation: 0.35, neighbours: 0.3 },
    /** Further headings, as it were, in the words of people who do not know the article's. */
    questions: { weight: 3, lengthNormalisation: 0, neighbours: 0.2 },
    tags: { weight: 2, lengthNormalisation: 0.3, neighbours: 0.1 },
    content: { weight: 1, lengthNormalisation: 0.55, neighbours: 0.15 },
  },
  /** How much of the question's weight a heading adds that says the same as the question, no less and no more. */
  likeness: { title: 0.15, section: 0.45, questions: 0.4 },
  /** How much a passage counts as being about a word that stands in its text alone; in a heading or a tag it counts 1. */
  stress: { mentioned: 0.35, repeated: 0.8 },
  /** A word that stands in its questions, but not in the one that is most like the question asked: what it counts there, */
  askedElsewhere: {
    stress: 0.35,
    /** and how often, next to a word of that one. */
    frequency: 0.3,
  },
  /** The same where nobody gave the article tags or questions: its text is all there is to tell what it is about. */
  stressUncatalogued: { mentioned: 0.6, repeated: 0.9 },
  /** What a match of another way to say a word is worth, next to the word itself: a synonym that was asked for, */
  synonym: 0.95,
  /** what a mistyped word probably means, or what two words are together, */
  correction: 0.9,
  /** and a word of the same family with another stem: "analytics" of "analyst". */
  relative: 0.75,
  /** A word that stands in no passage, next to one that stands in a single one: what it asks for is not there. */
  unknownWord: 1.4,
  /** A bare number, such as an age or a year, next to a word: it says how much, and less what about. */
  number: 0.5,
  /** ... and one that stands in no passage. */
  unknownNumber: 0.1,
  /** k of reciprocal rank fusion; 60 as in Cormack, Clarke and Büttcher, SIGIR 2009. */
  reciprocalRank: 60,
  /** What lies near in meaning, next to what shares words. */
  meaning: {
    /** k of their fusion: below 60, since of a few hundred passages only the first ranks say much. */
    reciprocalRank: 10,
    /** What its list says, next to the one by words. */
    weight: 0.7,
    /** What a full likeness adds to the share of the question that a passage covers, and takes off where it is to others. */
    coverage: 0.8,
  },
} as const;
