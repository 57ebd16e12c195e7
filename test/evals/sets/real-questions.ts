import { z } from 'zod';
import { type Ask, isDeclined } from '#test/evals/asked-question.ts';
import type { Exhibit, Figure } from '#test/evals/evaluation.ts';
import { shareOf } from '#test/evals/metrics.ts';

export const realQuestionSchema = z.object({
  id: z.string(),
  text: z.string().min(1),
  source: z.string(),
  licence: z.string(),
});

export type RealQuestion = z.infer<typeof realQuestionSchema>;

/** Puts questions that people really asked, and shows every answer: nobody labelled these, so a reader has to judge. */
export async function showRealQuestions(
  questions: readonly RealQuestion[],
  ask: Ask,
): Promise<{ figures: Figure[]; exhibits: Exhibit[] }> {
  const answered = [];
  for (const question of questions)
    answered.push({
      question,
      answer: await ask({ text: question.text, conversationId: question.id, history: [] }),
    });
  const figures: Figure[] = [
    {
      id: 'realQuestions.answered',
      label: 'answered with sources',
      value: shareOf(answered, ({ answer }) => !isDeclined(answer)),
      better: 'higher',
      unit: 'share',
      cases: answered.length,
    },
  ];
  const exhibits = answered.map(({ question, answer }) => ({
    question: question.text,
    answer: answer.text,
    sources: answer.citations.map(({ number, title, section }) => `${number} ${title}: ${section}`),
    state: answer.state,
    origin: `${question.id}, ${question.licence}`,
  }));
  return { figures, exhibits };
}
