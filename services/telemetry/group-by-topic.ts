import { isStopWord, stemOf, wordsOf } from '#language/words.ts';

export interface AskedQuestion {
  readonly text: string;
  /** Tells people apart; never shown. */
  readonly personKey: string;
}

export interface Topic {
  /** One or two words in the form that most people used. */
  readonly words: string;
  readonly questions: number;
  readonly people: number;
}

/**
 * Groups questions by the words that most people share, largest group first, each question in one group. Only words that so
 * many different people used are shown, and no question as a whole: nobody can be recognised by what they asked.
 */
export function groupByTopic(
  questions: readonly AskedQuestion[],
  { minimumPeople, most }: { readonly minimumPeople: number; readonly most: number },
): Topic[] {
  let left = questions.map((question) => ({ ...question, terms: termsOf(question.text) }));
  const spelling = countSpellings(questions);
  const topics: Topic[] = [];
  while (topics.length < most) {
    const best = largestTerm(left, minimumPeople);
    if (best === undefined) break;
    const inTopic = left.filter(({ terms }) => terms.has(best.term));
    topics.push({
      words: best.term
        .split(' ')
        .map((stem) => spelling(stem))
        .join(' '),
      questions: inTopic.length,
      people: best.people,
    });
    left = left.filter(({ terms }) => !terms.has(best.term));
  }
  return topics;
}

/** Words and pairs of neighbours by their stems. */
function termsOf(text: string): Set<string> {
  const stems = topicWords(text).map(stemOf);
  const pairs = stems.slice(1).map((stem, index) => `${stems[index]} ${stem}`);
  return new Set([...stems, ...pairs]);
}

/** Numbers, and what looks like a name in an address, are nobody's topic. */
function topicWords(text: string): string[] {
  return wordsOf(text).filter((word) => word.length > 2 && !isStopWord(word) && !/\d/.test(word));
}

function largestTerm(
  questions: readonly { readonly personKey: string; readonly terms: ReadonlySet<string> }[],
  minimumPeople: number,
) {
  const peopleOf = new Map<string, Set<string>>();
  for (const { personKey, terms } of questions)
    for (const term of terms) peopleOf.set(term, (peopleOf.get(term) ?? new Set()).add(personKey));
  let best: { term: string; people: number } | undefined;
  for (const [term, { size: people }] of peopleOf) {
    if (people < minimumPeople) continue;
    // A pair says more than a word that as many people used.
    const weight = (found: { term: string; people: number }) =>
      found.people * (found.term.includes(' ') ? 1.5 : 1);
    if (best === undefined || weight({ term, people }) > weight(best)) best = { term, people };
  }
  return best;
}

/** How people wrote a word that has this stem, most often. */
function countSpellings(questions: readonly AskedQuestion[]): (stem: string) => string {
  const counts = new Map<string, Map<string, number>>();
  for (const { text } of questions)
    for (const word of topicWords(text)) {
      const stem = stemOf(word);
      const spellings = counts.get(stem) ?? new Map<string, number>();
      counts.set(stem, spellings.set(word, (spellings.get(word) ?? 0) + 1));
    }
  return (stem) =>
    [...(counts.get(stem) ?? [])].toSorted((left, right) => right[1] - left[1])[0]?.[0] ?? stem;
}
