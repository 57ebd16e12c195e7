import type { Answer, Citation } from '#mentor/answer.ts';
import { sampleAnswer } from '#test/helpers/sample-answer.ts';
import type { Evaluation, Figure } from './evaluation.ts';
import type { LabelledQuestion, RelevanceLabel } from './labelled-questions.ts';

/** A labelled question; every test says only what matters to it. */
export function sampleQuestion(
  relevant: readonly RelevanceLabel[],
  changes: Partial<LabelledQuestion> = {},
): LabelledQuestion {
  return {
    id: 'plain-1',
    kind: 'plain',
    question: 'What is a vector?',
    relevant: [...relevant],
    history: [],
    ...changes,
  };
}

/** An answer whose text cites passages, given as article and passage text. */
export function answerCiting(
  text: string,
  passages: readonly (readonly [documentId: string, passage: string])[],
  changes: Partial<Answer> = {},
): Answer {
  const [model] = sampleAnswer.citations;
  if (model === undefined) throw new Error('The sample answer cites nothing');
  const citations = passages.map(
    ([documentId, passage], index): Citation => ({
      ...model,
      number: index + 1,
      documentId,
      section: 'A section',
      passage,
    }),
  );
  return { ...sampleAnswer, text, citations, state: 'grounded', nextSteps: [], ...changes };
}

/** What the mentor says where it has nothing. */
export const declinedAnswer: Answer = answerCiting('I have no article that answers it.', [], {
  state: 'no-evidence',
});

export function sampleFigure(changes: Partial<Figure> = {}): Figure {
  return {
    id: 'retrieval.dev.recallAt5',
    label: 'recall@5, dev',
    value: 0.9,
    better: 'higher',
    unit: 'share',
    cases: 200,
    target: 0.95,
    ...changes,
  };
}

/** A run of one set, with one failure and one answer to read. */
export function sampleEvaluation(figures: readonly Figure[] = [sampleFigure()]): Evaluation {
  return {
    date: '2026-11-23T10:00:00.000Z',
    model: 'extractive',
    durationMs: 12_000,
    sets: [
      {
        name: 'retrieval',
        title: 'Retrieval',
        about: 'Questions & what was found.',
        figures,
        failures: [{ caseId: 'plain-1', cause: 'another article', details: 'asked\nfound: <b>' }],
        exhibits: [
          {
            question: 'Is <script> | safe?',
            answer: 'It is not [1].\n\nNever.',
            sources: ['1 Security: scripts'],
            state: 'grounded',
            origin: 'pse-1, CC BY-SA',
          },
        ],
      },
    ],
  };
}

export function figureValue(figures: readonly Figure[], id: string): number | undefined {
  return figures.find((figure) => figure.id === id)?.value;
}
