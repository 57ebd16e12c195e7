import { z } from 'zod';
import type { RetrievedPassage } from './retrieve-passages.ts';
import {
  type HelperDependencies,
  helperDeadlineMs,
  helperTemperature,
  readJsonObject,
  tryHelper,
} from './try-helper.ts';

export interface RerankInput {
  /** What serves where nothing is reranked: the best, in the order of the search. */
  readonly passages: readonly RetrievedPassage[];
  /** What may be chosen among; the passages themselves where there is no more. */
  readonly candidates?: readonly RetrievedPassage[];
}

/** How many passages an answer rests on at most: fixed by the architecture, as the ten candidates are. */
const mostPassages = 5;

/** A first passage that leaves the second this far behind needs nobody to say that it is the best. */
const farAhead = 0.6;

/** What the helper reads of a passage: enough to judge it by, and little enough to judge ten within the deadline. */
const charactersOfPassage = 600;

const orderSchema = z.strictObject({ order: z.array(z.number()) });
const { $schema: _, ...orderJsonSchema } = z.toJSONSchema(orderSchema);

/** Whether there is something to gain: more candidates than are used, and no clear winner among them. */
export function isWorthReranking({ passages, candidates = passages }: RerankInput): boolean {
  const second = candidates[1];
  return candidates.length > mostPassages && second !== undefined && second.relevance >= farAhead;
}

/**
 * The best passages in the order that the helper model gives, numbered anew. Where it is not worth asking, there is no
 * helper, it fails or its answer is of no use, the passages stay as the search ordered them.
 */
export async function rerankPassages(
  question: string,
  input: RerankInput,
  dependencies: HelperDependencies,
  signal?: AbortSignal,
): Promise<readonly RetrievedPassage[]> {
  const { passages, candidates = passages } = input;
  if (!isWorthReranking(input)) return passages;
  const chosen = await tryHelper(
    'rerank',
    {
      messages: [
        {
          role: 'user',
          content: dependencies.render('rerank', { question, passages: toJson(candidates) }),
        },
      ],
      temperature: helperTemperature,
      maxAnswerTokens: 100,
      output: { name: 'order', schema: orderJsonSchema },
      timeoutMs: helperDeadlineMs,
      ...(signal === undefined ? {} : { signal }),
    },
    (answer) => readOrder(answer, candidates),
    dependencies,
  );
  return chosen === undefined ? passages : inOrder(chosen, passages);
}

function toJson(candidates: readonly RetrievedPassage[]): string {
  return JSON.stringify(
    candidates.map(({ document }, position) => ({
      id: position + 1,
      title: document.title,
      section: document.section,
      text: document.content.slice(0, charactersOfPassage),
    })),
  );
}

/** Ids that were never given are left out, and so is the second mention of one; an order of nothing else is none. */
function readOrder(answer: string, candidates: readonly RetrievedPassage[]): RetrievedPassage[] {
  const { order } = orderSchema.parse(readJsonObject(answer));
  const chosen = [...new Set(order)].flatMap((id) => candidates[id - 1] ?? []);
  if (chosen.length === 0) throw new Error('The order names none of the passages');
  return chosen;
}

/** What the helper chose, filled up with what the search put first. */
function inOrder(
  chosen: readonly RetrievedPassage[],
  passages: readonly RetrievedPassage[],
): RetrievedPassage[] {
  const byId = new Map([...chosen, ...passages].map((passage) => [passage.document.id, passage]));
  const best = [...byId.values()].slice(0, mostPassages);
  /** The place says how well a passage fits now: the highest relevance goes to the first. */
  const relevances = best.map((passage) => passage.relevance).toSorted((a, b) => b - a);
  const highest = relevances[0] ?? 1;
  return best.map((passage, position) => ({
    ...passage,
    number: position + 1,
    relevance: (relevances[position] ?? 0) / highest,
  }));
}
