import assert from 'node:assert/strict';
import { it } from 'node:test';
import { figureValue } from '#test/evals/sample-evaluation.ts';
import { type LabelledClaim, scoreClaims } from './claims.ts';

const passage = ['The new drug lowers blood pressure in adults.', 'Side effects were rare.'];

function claim(text: string, label: LabelledClaim['label']): LabelledClaim {
  return { claim: text, passage_sentences: passage, label };
}

it('tells claims that stand in the passage from claims about something else', () => {
  const figures = scoreClaims([
    claim('The drug lowers blood pressure.', 'supported'),
    claim('The drug lowers blood pressure. Side effects were rare.', 'supported'),
    claim('Vitamins shorten common colds.', 'not_enough_info'),
    claim('The drug lowers blood pressure. Vitamins shorten colds.', 'contradicted'),
  ]);
  assert.equal(figureValue(figures, 'claims.supportedAgainstRest'), 1);
  assert.equal(figureValue(figures, 'claims.supportedAgainstContradicted'), 1);
  assert.equal(figureValue(figures, 'claims.balancedAccuracy'), 1);
});
