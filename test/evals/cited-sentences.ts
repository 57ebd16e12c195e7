import type { Answer, Citation } from '#mentor/answer.ts';
import { fixedReplies } from '#mentor/fixed-replies.ts';
import { verifyCitations } from '#mentor/verify-citations.ts';

/** A sentence of an answer with the sources it names. */
export interface CitedSentence {
  readonly text: string;
  readonly citations: readonly {
    readonly documentId: string;
    readonly section: string;
    /** Whether this passage alone supports the sentence, by the product's own check. */
    readonly isSupported: boolean;
  }[];
  /** Whether the person reads a mark behind it that says its source does not confirm it. */
  readonly isMarked: boolean;
}

const mark = ` ${fixedReplies.unsupportedMark}`;

/** The answer's text without the marks that the product puts behind what it could not confirm. */
export function withoutMarks(text: string): string {
  return text.replaceAll(mark, '');
}

/** The sentences of an answer that name a source, each held against its passages. */
export function citedSentencesIn(answer: Pick<Answer, 'text' | 'citations'>): CitedSentence[] {
  const text = withoutMarks(answer.text);
  const { sentences } = verifyCitations(text, new Map());
  const checked = answer.citations.map((citation) => ({
    citation,
    supported: supportedBy(citation, text),
  }));
  return sentences.flatMap((sentence, position) => {
    if (sentence.cited.length === 0) return [];
    const citations = checked
      .filter(({ citation }) => sentence.cited.includes(citation.number))
      .map(({ citation: { documentId, section }, supported }) => ({
        documentId,
        section,
        isSupported: supported.has(position),
      }));
    return [
      { text: sentence.text, isMarked: answer.text.includes(sentence.text + mark), citations },
    ];
  });
}

/**
 * Positions of the sentences that one passage supports alone. The whole text is checked, since the check tells by all of it
 * in which language it is written.
 */
function supportedBy({ number, passage }: Citation, text: string): Set<number> {
  const { sentences, supported } = verifyCitations(text, new Map([[number, passage]]));
  return new Set(supported.map((sentence) => sentences.indexOf(sentence)));
}
