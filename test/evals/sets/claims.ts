import { z } from 'zod';
import { supportFloor, verifyCitations } from '#mentor/verify-citations.ts';
import type { Figure } from '#test/evals/evaluation.ts';
import { areaUnderCurve, mean, shareOf } from '#test/evals/metrics.ts';

export const claimSchema = z.object({
  claim: z.string(),
  passage_sentences: z.array(z.string()),
  label: z.enum(['supported', 'contradicted', 'not_enough_info']),
});

export type LabelledClaim = z.infer<typeof claimSchema>;

/**
 * How well the product's check of citations tells claims that a passage supports from the others: the area under the curve
 * of its score, against all others and against those that the passage contradicts, and the balanced accuracy at its floor.
 */
export function scoreClaims(claims: readonly LabelledClaim[]): Figure[] {
  const scored = claims.map((claim) => ({ label: claim.label, score: supportOf(claim) }));
  const scoresOf = (isWanted: (label: LabelledClaim['label']) => boolean) =>
    scored.filter(({ label }) => isWanted(label)).map(({ score }) => score);
  const supported = scoresOf((label) => label === 'supported');
  const rest = scoresOf((label) => label !== 'supported');
  const contradicted = scoresOf((label) => label === 'contradicted');
  const passes = (score: number) => score >= supportFloor;
  const shared = { better: 'higher', unit: 'share', cases: claims.length } as const;
  return [
    {
      ...shared,
      id: 'claims.supportedAgainstRest',
      label: 'AUROC, supported against the rest',
      value: areaUnderCurve(supported, rest),
      target: 0.88,
    },
    {
      ...shared,
      id: 'claims.supportedAgainstContradicted',
      label: 'AUROC, supported against contradicted',
      value: areaUnderCurve(supported, contradicted),
      target: 0.75,
    },
    {
      ...shared,
      id: 'claims.balancedAccuracy',
      label: 'balanced accuracy at the floor',
      value: mean([shareOf(supported, passes), shareOf(rest, (score) => !passes(score))]),
    },
  ];
}

/**
 * Claims stand in answers, and the check tells by the whole answer in which language it is written: a claim of a few learned
 * words alone would pass for foreign.
 */
const restOfAnswer = 'This is what the sources of the answer say.';

/** A claim of several sentences is worth its weakest. */
function supportOf({ claim, passage_sentences: passage }: LabelledClaim): number {
  const text = claim.trim().replace(/[.!?]?$/, (end) => ` [1]${end}`);
  const answer = `${text}\n${restOfAnswer}`;
  const { sentences } = verifyCitations(answer, new Map([[1, passage.join(' ')]]));
  return Math.min(
    ...sentences.filter(({ cited }) => cited.length > 0).map(({ support }) => support),
  );
}
