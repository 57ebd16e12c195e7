import { z } from 'zod';
import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import { describeProfile } from './describe-profile.ts';
import {
  type HelperDependencies,
  helperDeadlineMs,
  helperTemperature,
  readJsonObject,
  tryHelper,
} from './try-helper.ts';

const choiceSchema = z.strictObject({ choice: z.array(z.number()) });
const { $schema: _, ...choiceJsonSchema } = z.toJSONSchema(choiceSchema);

/** With no more headings than are offered there is nothing to choose. */
const mostOffered = 3;
const headingsRead = 20;

/**
 * The passages with those first whose headings this person will most likely ask next, as the helper model sees it. It only
 * chooses among headings, so that every question that is offered has its answer; without it the order stays.
 */
export async function orderFollowUps(
  question: string,
  documents: readonly KnowledgeDocument[],
  dependencies: HelperDependencies & {
    readonly profile?: Profile | undefined;
    /** Ids of the passages that the answer rests on: what they say is being said. */
    readonly answered: ReadonlySet<string>;
  },
  signal?: AbortSignal,
): Promise<readonly KnowledgeDocument[]> {
  const offers = documents
    .filter(
      ({ id, part, section }) =>
        part === 'body' && section.endsWith('?') && !dependencies.answered.has(id),
    )
    .slice(0, headingsRead);
  if (dependencies.helper === undefined || offers.length <= mostOffered) return documents;
  const headings = JSON.stringify(
    offers.map(({ section }, position) => ({ id: position + 1, question: section })),
  );
  const profile = describeProfile(dependencies.profile);
  const chosen = await tryHelper(
    'suggest',
    {
      messages: [
        { role: 'user', content: dependencies.render('suggest', { question, profile, headings }) },
      ],
      temperature: helperTemperature,
      maxAnswerTokens: 60,
      output: { name: 'choice', schema: choiceJsonSchema },
      timeoutMs: helperDeadlineMs,
      ...(signal === undefined ? {} : { signal }),
    },
    (answer) => readChoice(answer, offers),
    dependencies,
  );
  return chosen === undefined ? documents : [...new Set([...chosen, ...documents])];
}

function readChoice(answer: string, offers: readonly KnowledgeDocument[]): KnowledgeDocument[] {
  const { choice } = choiceSchema.parse(readJsonObject(answer));
  const chosen = choice.flatMap((id) => offers[id - 1] ?? []);
  if (chosen.length === 0) throw new Error('The choice names none of the questions');
  return chosen;
}
