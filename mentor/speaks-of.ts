import { topicStems } from '#language/words.ts';
import type { KnowledgeDocument, SynonymGroup } from '#services/knowledge-index/port.ts';
import { canAnswer, kindOf } from './question-kind.ts';
import { ownStems, type StandaloneQuestion } from './rewrite-question.ts';

/**
 * Whether a passage says anything of what was just asked in a follow-up ("in Germany"), where that has a topic of its own;
 * of "how long?" a span of time.
 */
export function speaksOf(
  { content, section, title, questions }: KnowledgeDocument,
  { latest = '', isChoice }: Pick<StandaloneQuestion, 'latest' | 'isChoice'>,
  synonyms: readonly SynonymGroup[],
): boolean {
  if (!canAnswer(kindOf(latest), content)) return false;
  const wanted = isChoice === true ? [] : ownStems(latest);
  if (wanted.length === 0) return true;
  const others = synonyms
    .filter(({ term }) => topicStems(term).some((stem) => wanted.includes(stem)))
    .flatMap(({ alternatives }) => alternatives.flatMap(topicStems));
  const stems = new Set([content, section, title, ...questions].flatMap(topicStems));
  return [...wanted, ...others].some((stem) => stems.has(stem));
}
