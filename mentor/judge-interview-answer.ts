import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { wordsOf } from '#language/words.ts';
import type { InterviewQuestion } from './interview-questions.ts';
import {
  type HelperDependencies,
  helperDeadlineMs,
  helperTemperature,
  readJsonObject,
  tryHelper,
} from './try-helper.ts';

const madeSchema = z.strictObject({
  made: z.array(z.strictObject({ id: z.number(), words: z.string() })),
});
const { $schema: _, ...madeJsonSchema } = z.toJSONSchema(madeSchema);

/** Fewer words of the answer than this make no point. */
const fewestWords = 2;

const prompt = readFileSync(`${import.meta.dirname}/prompts/interview.md`, 'utf8').trim();

/**
 * The points, by their place, that the helper model finds made in an answer; each must name words that stand in the answer,
 * so that neither an invention nor an order inside the answer makes a point. Resolves to nothing where there is no helper, it
 * fails or its answer is of no use; rejects only with the signal's reason.
 */
export async function judgeInterviewAnswer(
  answer: string,
  { asks, points }: Pick<InterviewQuestion, 'asks' | 'points'>,
  dependencies: HelperDependencies,
  signal?: AbortSignal,
): Promise<number[] | undefined> {
  const numbered = points.map(({ says }, index) => ({ id: index + 1, text: says }));
  return tryHelper(
    'judge',
    {
      messages: [
        {
          role: 'user',
          content: fill({
            question: JSON.stringify(asks),
            points: JSON.stringify(numbered),
            answer: JSON.stringify(answer),
          }),
        },
      ],
      temperature: helperTemperature,
      maxAnswerTokens: 300,
      output: { name: 'made', schema: madeJsonSchema },
      timeoutMs: helperDeadlineMs,
      ...(signal === undefined ? {} : { signal }),
    },
    (text) => readMade(text, answer, points.length),
    dependencies,
  );
}

/** In one pass, so that an answer that holds braces is never filled itself. */
function fill(values: Readonly<Record<string, string>>): string {
  return prompt.replaceAll(/\{\{([a-z]+)\}\}/g, (_place, name: string) => values[name] ?? '');
}

function readMade(text: string, answer: string, pointCount: number): number[] {
  const { made } = madeSchema.parse(readJsonObject(text));
  const said = ` ${wordsOf(answer).join(' ')} `;
  const proven = made.filter(({ words }) => {
    const named = wordsOf(words);
    return named.length >= fewestWords && said.includes(` ${named.join(' ')} `);
  });
  const places = new Set(proven.map(({ id }) => id - 1));
  return Array.from({ length: pointCount }, (_point, place) => place).filter((place) =>
    places.has(place),
  );
}
