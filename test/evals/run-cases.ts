import type { Answer } from '#mentor/answer.ts';
import { type AskedQuestion, askAll, isDeclined } from './asked-question.ts';
import { isAnswerable, type LabelledQuestion, readCases } from './labelled-questions.ts';
import { openMentorUnderTest, type Writer } from './open-mentor.ts';

/** How one case ended. */
export interface CaseResult {
  readonly id: string;
  readonly question: string;
  readonly isRight: boolean;
  readonly wanted: string;
  readonly found: string;
}

/** Asks every case of a file of reviewed answers, as one person would; throws where the file is malformed. */
export async function runCases(file: string, writer: Writer): Promise<CaseResult[]> {
  const cases = readCases(file);
  const mentor = await openMentorUnderTest(writer);
  try {
    return (await askAll(cases, mentor.ask)).map(judge);
  } finally {
    await mentor.close();
  }
}

/** A case that an article answers is right when one of them is cited; any other when the answer says honestly that there is none. */
function judge({ question, answer }: AskedQuestion): CaseResult {
  const { id, question: asked } = question;
  const isRight = isAnswerable(question) ? citesWanted(question, answer) : isDeclined(answer);
  return { id, question: asked, isRight, wanted: wantedOf(question), found: foundIn(answer) };
}

function citesWanted({ relevant }: LabelledQuestion, { citations }: Answer): boolean {
  const wanted = new Set(relevant.map(({ documentId }) => documentId));
  return citations.some(({ documentId }) => wanted.has(documentId));
}

function wantedOf(question: LabelledQuestion): string {
  if (!isAnswerable(question)) return 'an answer that says there is no article';
  return [...new Set(question.relevant.map(({ documentId }) => documentId))].join(' or ');
}

function foundIn({ state, citations }: Answer): string {
  const cited = [...new Set(citations.map(({ documentId }) => documentId))].join(', ');
  return cited === '' ? state : `${state}, citing ${cited}`;
}

/** Each case that went wrong, and how many went right. */
export function formatCases(results: readonly CaseResult[]): string {
  const wrong = results.filter(({ isRight }) => !isRight);
  return [
    ...wrong.map(
      ({ id, question, wanted, found }) =>
        `${id}: ${question}\n  wanted ${wanted}\n  found ${found}`,
    ),
    `${results.length - wrong.length} of ${results.length} cases are right.`,
  ].join('\n');
}
