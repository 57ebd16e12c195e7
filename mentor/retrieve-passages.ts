import { toMentorError } from '#errors.ts';
import { topicStems } from '#language/words.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type {
  KnowledgeDocument,
  KnowledgeIndex,
  SynonymGroup,
} from '#services/knowledge-index/port.ts';
import type { ExperienceLevel, Profile } from '#services/profiles/port.ts';
import type { QueryExpander } from './expand-query.ts';
import { retrievalWeights as weights } from './retrieval-weights.ts';
import type { OnFailure } from './try-helper.ts';
import {
  createWeighing,
  product,
  type Reason,
  type WeighedPassage,
  wordsLookedFor,
} from './weigh-passage.ts';
import { withoutInstructions } from './without-instructions.ts';

export interface RetrievedPassage {
  /** 1 for the best: the number of its citation. */
  readonly number: number;
  readonly document: KnowledgeDocument;
  /** 0 to 1, next to the best passage. */
  readonly relevance: number;
  /** Share of the question's informative weight that the passage contains, 0 to 1. */
  readonly coverage: number;
  readonly pastReview: boolean;
}

export interface Retrieval {
  /** The evidence, best first; empty where nothing is above the floor. */
  readonly passages: readonly RetrievedPassage[];
  /** What a reranker may choose among, best first: the passages and the next best, numbered on their own. */
  readonly candidates: readonly RetrievedPassage[];
  /** What came closest, best first, evidence or not: for saying what there is instead. */
  readonly nearest: readonly KnowledgeDocument[];
  readonly synonyms: readonly SynonymGroup[];
  /** What of the profile changed the order: for telling the person so. */
  readonly shapedBy: readonly Reason[];
  /** Where the message asks several questions: each that has evidence, with the numbers of its passages. */
  readonly parts?: readonly { readonly question: string; readonly passages: readonly number[] }[];
  /** ... and those that have none, in the person's words. */
  readonly unanswered?: readonly string[];
}

export const nothingRetrieved: Retrieval = {
  passages: [],
  candidates: [],
  nearest: [],
  synonyms: [],
  shapedBy: [],
};

export interface RetrievalRequest {
  /** The question as one that stands alone. */
  readonly question: string;
  /** What full text looks for instead, where the question is not in the articles' language. */
  readonly searchText?: string;
  readonly profile?: Profile;
  /** What was just typed, where `question` joins it with what it leans on: it says what is wanted now. */
  readonly latest?: string;
  /** A level that the question itself names ("for seniors") goes before the profile's. */
  readonly level?: ExperienceLevel;
  readonly signal?: AbortSignal;
}

export interface RetrievalDependencies {
  readonly index: KnowledgeIndex;
  readonly embeddings?: EmbeddingModel;
  readonly expander: QueryExpander;
  /** Whether a question names a topic that is none of ours. */
  readonly isOtherTopic?: (question: string) => boolean;
  readonly now: () => Date;
  readonly onFailure?: OnFailure | undefined;
}

/** Finds the passages an answer may rest on, weighed for this person; rejects with `search-unavailable`. */
export async function retrievePassages(
  request: RetrievalRequest,
  dependencies: RetrievalDependencies,
): Promise<Retrieval> {
  const words = wordsOfSearch(request, dependencies.expander);
  const synonyms = dependencies.expander.expand(words);
  const isOther = dependencies.isOtherTopic?.(words) === true;
  const found = await weighPassages(request, words, synonyms, dependencies);
  const floor = isOther ? weights.coverageFloorOfOtherTopics : weights.coverageFloor;
  const weighed = found.map((passage) => ({
    ...passage,
    isEvidence: passage.hit.coverage >= floor,
  }));
  const ranked = inOrder(weighed);
  const chosen = choose(ranked, weights.passages);
  return {
    passages: numbered(chosen),
    candidates: numbered(choose(ranked, weights.rerankCandidates)),
    nearest: ranked
      .filter(({ hit }) => hit.coverage >= (isOther ? weights.coverageFloor : weights.nearestFloor))
      .slice(0, weights.nearest)
      .map(({ hit }) => hit.document),
    synonyms,
    shapedBy: shapedBy(weighed, words !== wordsLookedFor(request)),
  };
}

/** "What should I learn first?" is asked of the role that the person aims for. */
function wordsOfSearch(request: RetrievalRequest, expander: QueryExpander): string {
  const words = wordsLookedFor(request);
  const role = expander.role(request.profile?.targetRole ?? '');
  if (role === undefined || topicStems(words).length > weights.wordsOfAnyRole) return words;
  return expander.namesConcept(words) ? words : `${words} ${role.name}`;
}

function numbered(chosen: readonly RankedPassage[]): RetrievedPassage[] {
  const best = chosen[0]?.score ?? 0;
  return chosen.map((candidate, position) => ({
    number: position + 1,
    document: readable(candidate.hit.document),
    relevance: candidate.score / best,
    coverage: candidate.hit.coverage,
    pastReview: candidate.pastReview,
  }));
}

/** Passages that were looked through before: the index gives out the same objects. */
const readables = new WeakMap<KnowledgeDocument, KnowledgeDocument>();

/** What an article orders whoever processes it is neither followed, quoted nor cited. */
function readable(document: KnowledgeDocument): KnowledgeDocument {
  const before = readables.get(document);
  if (before !== undefined) return before;
  const content = withoutInstructions(document.content);
  const cleaned = content === document.content ? document : { ...document, content };
  readables.set(document, cleaned);
  return cleaned;
}

function inOrder(passages: readonly RankedPassage[]): RankedPassage[] {
  return passages.toSorted((left, right) => right.score - left.score);
}

/** The candidates of the index in its order, weighed for this person. */
async function weighPassages(
  request: RetrievalRequest,
  words: string,
  synonyms: readonly SynonymGroup[],
  dependencies: RetrievalDependencies,
): Promise<WeighedPassage[]> {
  if (!hasTopic(words)) return [];
  const vector = await embedQuestion(request, dependencies);
  const hits = await dependencies.index.search(
    {
      text: words,
      synonyms,
      limit: weights.candidates,
      ...(words === wordsLookedFor(request) ? {} : { asked: wordsLookedFor(request) }),
      ...(vector === undefined ? {} : { vector }),
    },
    request.signal === undefined ? {} : { signal: request.signal },
  );
  const weigh = createWeighing(request, dependencies);
  return hits.map(weigh);
}

/** Signs and digits alone are no question, whatever passages hold them. */
function hasTopic(question: string): boolean {
  return topicStems(question).some((stem) => /\p{L}/u.test(stem));
}

/** Without embeddings, or when they fail, the full text serves alone. */
async function embedQuestion(
  request: RetrievalRequest,
  { embeddings, onFailure }: RetrievalDependencies,
): Promise<Float32Array | undefined> {
  if (embeddings === undefined) return undefined;
  try {
    const options = request.signal === undefined ? {} : { signal: request.signal };
    return (await embeddings.embed([request.question], options))[0];
  } catch (error) {
    request.signal?.throwIfAborted();
    onFailure?.('embed', toMentorError(error));
    return undefined;
  }
}

interface RankedPassage extends WeighedPassage {
  /** Whether it covers enough of the question. */
  readonly isEvidence: boolean;
}

/** The best passages above the floors, never the same text twice; first few of each article, then what else there is. */
function choose(ranked: readonly RankedPassage[], most: number): RankedPassage[] {
  const top = ranked[0];
  if (top === undefined) return [];
  const evidence = ranked.filter(
    (candidate, position) =>
      candidate.isEvidence &&
      candidate.score >= top.score * weights.relativeFloor &&
      ranked.findIndex((other) => other.hit.document.content === candidate.hit.document.content) ===
        position,
  );
  const perDocument = new Map<string, number>();
  const [few, more] = [[] as RankedPassage[], [] as RankedPassage[]];
  for (const candidate of evidence) {
    const { documentId } = candidate.hit.document;
    const count = perDocument.get(documentId) ?? 0;
    perDocument.set(documentId, count + 1);
    (count < weights.passagesPerDocument ? few : more).push(candidate);
  }
  return [...few, ...more].slice(0, most).toSorted((left, right) => right.score - left.score);
}

/** How many of the first passages an answer is mostly made of. */
const leading = 2;

/**
 * What of the profile changed what the answer begins with: without it, other passages would lead. That a passage fits the
 * profile is no such change where it would have led all the same.
 */
function shapedBy(weighed: readonly RankedPassage[], roleWasAdded: boolean): Reason[] {
  const led = choose(inOrder(weighed), leading).map(idOf);
  const reasons = new Set(weighed.flatMap(({ factors }) => [...factors.keys()]));
  const changed = [...reasons].filter((reason) => {
    const without = weighed.map((passage) => ({
      ...passage,
      score: passage.common * product(passage.factors, reason),
    }));
    return choose(inOrder(without), leading).some((passage, place) => idOf(passage) !== led[place]);
  });
  return led.length > 0 && roleWasAdded ? [...new Set<Reason>([...changed, 'role'])] : changed;
}

function idOf({ hit }: RankedPassage): string {
  return hit.document.id;
}
