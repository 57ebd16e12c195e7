import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { RelevanceLabel } from './labelled-questions.ts';
import type { Judgements } from './metrics.ts';

type Passage = Pick<KnowledgeDocument, 'id' | 'documentId' | 'section'>;

/** The labels as judgements: the name of a section or of a whole article, with its grade. */
export function judgementsOf(labels: readonly RelevanceLabel[]): Judgements {
  return new Map(labels.map((label) => [nameOf(label), label.grade]));
}

/** The most exact judgement that speaks about the passage: of its section, else of its article, else its own id. */
export function judgedUnit(passage: Passage, judgements: Judgements): string {
  const ofSection = nameOf(passage);
  if (judgements.has(ofSection)) return ofSection;
  return judgements.has(passage.documentId) ? passage.documentId : passage.id;
}

/** A passage, or what a label names, in one line. */
export function nameOf({
  documentId,
  section,
}: {
  readonly documentId: string;
  readonly section?: string | undefined;
}): string {
  return section === undefined ? documentId : `${documentId} > ${section}`;
}
