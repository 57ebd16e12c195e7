import { topicStems } from '#language/words.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type {
  KnowledgeDocument,
  KnowledgeIndex,
  SearchHit,
  SynonymGroup,
} from '#services/knowledge-index/port.ts';
import type { ExperienceLevel, Profile } from '#services/profiles/port.ts';
import type { QueryExpander } from './expand-query.ts';
import { retrievalWeights as weights } from './retrieval-weights.ts';

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
  /** All that came close, best first, evidence or not: for saying what there is instead. */
  readonly nearest: readonly KnowledgeDocument[];
  readonly synonyms: readonly SynonymGroup[];
  /** What of the profile changed the order: for telling the person so. */
  readonly shapedBy: readonly ('level' | 'role' | 'background')[];
}

export interface RetrievalRequest {
  /** The question as one that stands alone. */
  readonly question: string;
  readonly profile?: Profile;
  /** A level that the question itself names ("for seniors") goes before the profile's. */
  readonly level?: ExperienceLevel;
  readonly signal?: AbortSignal;
}

export interface RetrievalDependencies {
  readonly index: KnowledgeIndex;
  readonly embeddings?: EmbeddingModel;
  readonly expander: QueryExpander;
  readonly now: () => Date;
}

/** Finds the passages an answer may rest on, weighed for this person; rejects with `search-unavailable`. */
export async function retrievePassages(
  request: RetrievalRequest,
  dependencies: RetrievalDependencies,
): Promise<Retrieval> {
  const synonyms = dependencies.expander.expand(request.question);
  const ranked = await rankPassages(request, synonyms, dependencies);
  const chosen = choose(ranked);
  const best = chosen[0]?.score ?? 0;
  return {
    passages: chosen.map((candidate, position) => ({
      number: position + 1,
      document: candidate.hit.document,
      relevance: candidate.score / best,
      coverage: candidate.hit.coverage,
      pastReview: candidate.pastReview,
    })),
    nearest: ranked.map((candidate) => candidate.hit.document),
    synonyms,
    shapedBy: shapedBy(chosen),
  };
}

/** The candidates of the index in the order that suits this person. */
async function rankPassages(
  request: RetrievalRequest,
  synonyms: readonly SynonymGroup[],
  dependencies: RetrievalDependencies,
): Promise<RankedPassage[]> {
  const vector = await embedQuestion(request, dependencies);
  const hits = await dependencies.index.search(
    {
      text: request.question,
      synonyms,
      limit: weights.candidates,
      ...(vector === undefined ? {} : { vector }),
    },
    request.signal === undefined ? {} : { signal: request.signal },
  );
  const person = describePerson(request, dependencies.expander);
  const today = dependencies.now().toISOString().slice(0, 10);
  return hits
    .map((hit) => ({ hit, ...weigh(hit, person, today) }))
    .toSorted((left, right) => right.score - left.score);
}

/** Without embeddings, or when they fail, the full text serves alone. */
async function embedQuestion(
  request: RetrievalRequest,
  { embeddings }: RetrievalDependencies,
): Promise<Float32Array | undefined> {
  if (embeddings === undefined) return undefined;
  try {
    const options = request.signal === undefined ? {} : { signal: request.signal };
    return (await embeddings.embed([request.question], options))[0];
  } catch {
    request.signal?.throwIfAborted();
    return undefined;
  }
}

interface Person {
  readonly level: ExperienceLevel | undefined;
  readonly roles: ReadonlySet<string>;
  /** Roles of the profile alone: telling somebody "because you said" needs that they said it. */
  readonly ownRole: string | undefined;
  readonly backgroundStems: ReadonlySet<string>;
  readonly profileLevel: ExperienceLevel | undefined;
}

function describePerson(request: RetrievalRequest, expander: QueryExpander): Person {
  const { profile } = request;
  const asked = expander.rolesIn(request.question).map((role) => role.id);
  const ownRoles = profile?.targetRole === undefined ? [] : [profile.targetRole];
  const background = [profile?.background, ...(profile?.specificInterests ?? [])].join(' ');
  const question = new Set(topicStems(request.question));
  return {
    level: request.level ?? profile?.experienceLevel,
    profileLevel: profile?.experienceLevel,
    roles: new Set(asked.length > 0 ? asked : ownRoles),
    ownRole: asked.length > 0 ? undefined : profile?.targetRole,
    backgroundStems: new Set(topicStems(background).filter((stem) => !question.has(stem))),
  };
}

interface RankedPassage {
  readonly hit: SearchHit;
  readonly score: number;
  readonly pastReview: boolean;
  readonly reasons: readonly ('level' | 'role' | 'background')[];
}

function weigh(hit: SearchHit, person: Person, today: string): Omit<RankedPassage, 'hit'> {
  const { document } = hit;
  const reasons: ('level' | 'role' | 'background')[] = [];
  let factor = 1;
  if (person.level !== undefined) {
    const fits = document.targetAudience.includes(person.level);
    factor *= fits ? weights.levelMatches : weights.levelMissing;
    if (fits && person.level === person.profileLevel) reasons.push('level');
  }
  const roles = document.careerPaths.filter((role) => role !== 'any');
  if (roles.some((role) => person.roles.has(role))) {
    factor *= weights.roleMatches;
    if (person.ownRole !== undefined && roles.includes(person.ownRole)) reasons.push('role');
  }
  factor *= weights.roleUnasked ** roles.filter((role) => !person.roles.has(role)).length;
  if (topicStems(document.title).some((stem) => person.backgroundStems.has(stem))) {
    factor *= weights.backgroundMatches;
    reasons.push('background');
  }
  const pastReview = document.reviewBy !== undefined && document.reviewBy < today;
  if (pastReview) factor *= weights.pastReview;
  factor *=
    1 + weights.authority * document.authorityScore + weights.freshness * document.freshnessScore;
  return { score: hit.score * factor, pastReview, reasons };
}

/** The best passages above the floors, few of one article, and never the same text twice. */
function choose(weighed: readonly RankedPassage[]): RankedPassage[] {
  const top = weighed[0];
  if (top === undefined) return [];
  const evidence = weighed.filter(
    (candidate) =>
      candidate.hit.coverage >= weights.coverageFloor &&
      candidate.score >= top.score * weights.relativeFloor,
  );
  const chosen: RankedPassage[] = [];
  const perDocument = new Map<string, number>();
  for (const candidate of evidence) {
    const { documentId, content } = candidate.hit.document;
    const count = perDocument.get(documentId) ?? 0;
    if (count >= weights.passagesPerDocument) continue;
    if (chosen.some((other) => other.hit.document.content === content)) continue;
    perDocument.set(documentId, count + 1);
    chosen.push(candidate);
    if (chosen.length === weights.passages) break;
  }
  return chosen;
}

function shapedBy(chosen: readonly RankedPassage[]): Retrieval['shapedBy'] {
  const reasons = new Set(chosen.slice(0, 3).flatMap((candidate) => candidate.reasons));
  return [...reasons];
}
