import { z } from 'zod';
import {
  type HelperDependencies,
  helperDeadlineMs,
  helperTemperature,
  readJsonObject,
  tryHelper,
} from './try-helper.ts';
import type { CheckedSentence, CitationCheck } from './verify-citations.ts';

/** Below, the words differ too much to be about the same; above, they are too much alike to be wrong. */
const doubtful = { from: 0.1, to: 0.65 };

/** As many as are judged within the deadline. */
const mostClaims = 8;

const verdictsSchema = z.strictObject({
  verdicts: z.array(z.strictObject({ id: z.number(), supported: z.boolean() })),
});
const { $schema: _, ...verdictsJsonSchema } = z.toJSONSchema(verdictsSchema);

/**
 * Lets the helper model judge the sentences that a comparison of words leaves in doubt. Where there are none, there is no
 * helper, it fails or its answer is of no use, the comparison stands. Rejects only with the signal's reason.
 */
export async function judgeClaims(
  check: CitationCheck,
  passages: ReadonlyMap<number, string>,
  dependencies: HelperDependencies,
  signal?: AbortSignal,
): Promise<CitationCheck> {
  const claims = [...check.supported, ...check.unsupported]
    .filter(({ support }) => support >= doubtful.from && support < doubtful.to)
    .slice(0, mostClaims);
  if (claims.length === 0) return check;
  const cited = [...new Set(claims.flatMap((claim) => claim.cited))];
  const statements = claims.map(({ text, cited }, index) => ({ id: index + 1, text, cited }));
  const documents = cited.map((number) => ({ number, text: passages.get(number) ?? '' }));
  const content = dependencies.render('judge', {
    statements: JSON.stringify(statements),
    passages: JSON.stringify(documents),
  });
  const verdicts = await tryHelper(
    'judge',
    {
      messages: [{ role: 'user', content }],
      temperature: helperTemperature,
      maxAnswerTokens: 200,
      output: { name: 'verdicts', schema: verdictsJsonSchema },
      timeoutMs: helperDeadlineMs,
      ...(signal === undefined ? {} : { signal }),
    },
    (answer) => verdictsSchema.parse(readJsonObject(answer)).verdicts,
    dependencies,
  );
  if (verdicts === undefined) return check;
  return withVerdicts(check, claims, new Map(verdicts.map(({ id, supported }) => [id, supported])));
}

function withVerdicts(
  check: CitationCheck,
  claims: readonly CheckedSentence[],
  verdicts: ReadonlyMap<number, boolean>,
): CitationCheck {
  const isSupported = (sentence: CheckedSentence) =>
    verdicts.get(claims.indexOf(sentence) + 1) ?? check.supported.includes(sentence);
  const claimed = new Set([...check.supported, ...check.unsupported]);
  const all = check.sentences.filter((sentence) => claimed.has(sentence));
  return {
    ...check,
    supported: all.filter(isSupported),
    unsupported: all.filter((sentence) => !isSupported(sentence)),
  };
}
