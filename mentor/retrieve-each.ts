import {
  nothingRetrieved,
  type Retrieval,
  type RetrievalDependencies,
  type RetrievalRequest,
  type RetrievedPassage,
  retrievePassages,
} from './retrieve-passages.ts';

/** As many passages for each of several questions: together hardly more than for one. */
const passagesOfEach = 3;

/** One question of a message that asks several. */
export interface AskedPart extends RetrievalRequest {
  /** What the person wrote of it. */
  readonly asked: string;
}

/**
 * Finds the passages for each question of a message, side by side, and numbers them as one list: first the best of each.
 * Rejects with `search-unavailable`.
 */
export async function retrieveEach(
  parts: readonly AskedPart[],
  dependencies: RetrievalDependencies,
): Promise<Retrieval> {
  const [only] = parts;
  if (only === undefined) return nothingRetrieved;
  if (parts.length === 1) return retrievePassages(only, dependencies);
  const found = await Promise.all(
    parts.map(async (part) => ({ part, ...(await retrievePassages(part, dependencies)) })),
  );
  const passages = numbered(found.map((retrieval) => retrieval.passages.slice(0, passagesOfEach)));
  const numberOf = new Map(passages.map(({ number, document }) => [document.id, number]));
  const answered = found.filter((retrieval) => retrieval.passages.length > 0);
  return {
    passages,
    candidates: passages,
    nearest: found.flatMap((retrieval) => retrieval.nearest),
    synonyms: found.flatMap((retrieval) => retrieval.synonyms),
    shapedBy: [...new Set(found.flatMap((retrieval) => retrieval.shapedBy))],
    parts: answered.map((retrieval) => ({
      question: retrieval.part.question,
      passages: retrieval.passages
        .slice(0, passagesOfEach)
        .flatMap(({ document }) => numberOf.get(document.id) ?? []),
    })),
    unanswered: found
      .filter((retrieval) => retrieval.passages.length === 0)
      .map((retrieval) => retrieval.part.asked),
  };
}

/** The best of each, then the second best of each, and so on; no passage twice. */
function numbered(lists: readonly (readonly RetrievedPassage[])[]): RetrievedPassage[] {
  const byId = new Map<string, RetrievedPassage>();
  for (let place = 0; place < passagesOfEach; place += 1)
    for (const list of lists) {
      const passage = list[place];
      if (passage !== undefined && !byId.has(passage.document.id))
        byId.set(passage.document.id, { ...passage, number: byId.size + 1 });
    }
  return [...byId.values()];
}
