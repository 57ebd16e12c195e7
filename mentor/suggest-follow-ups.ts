import { topicStems } from '#language/words.ts';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';

const mostFollowUps = 3;

/**
 * Up to three questions that the knowledge base can answer, since each is the heading of a passage: first from the
 * articles that the answer rests on, never what was just asked or answered.
 */
export function suggestFollowUps(
  question: string,
  asked: readonly string[],
  candidates: readonly KnowledgeDocument[],
  used: ReadonlySet<string>,
): string[] {
  const seen = [question, ...asked].map((text) => new Set(topicStems(text)));
  const chosen: string[] = [];
  const perDocument = new Map<string, number>();
  for (const document of candidates) {
    if (chosen.length === mostFollowUps) break;
    const heading = document.section;
    if (used.has(document.id) || document.part !== 'body' || !heading.endsWith('?')) continue;
    if ((perDocument.get(document.documentId) ?? 0) >= 2) continue;
    const stems = new Set(topicStems(heading));
    if (seen.some((other) => overlap(stems, other) > 0.7)) continue;
    if (chosen.includes(heading)) continue;
    chosen.push(heading);
    seen.push(stems);
    perDocument.set(document.documentId, (perDocument.get(document.documentId) ?? 0) + 1);
  }
  return chosen;
}

function overlap(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size === 0) return 1;
  return [...left].filter((stem) => right.has(stem)).length / left.size;
}
