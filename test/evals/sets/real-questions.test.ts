import assert from 'node:assert/strict';
import { it } from 'node:test';
import { answerCiting, declinedAnswer, figureValue } from '#test/evals/sample-evaluation.ts';
import { showRealQuestions } from './real-questions.ts';

it('shows every question with its answer, sources and origin', async () => {
  const question = { id: 'q-1', text: 'Why?', source: 'a forum', licence: 'CC BY-SA' };
  const answers = [answerCiting('Because [1].', [['why', 'Because.']]), declinedAnswer];
  const { figures, exhibits } = await showRealQuestions(
    [question, question],
    async () => answers.shift() ?? declinedAnswer,
  );
  assert.equal(figureValue(figures, 'realQuestions.answered'), 1 / 2);
  assert.deepEqual(
    exhibits.map(({ state, origin, sources }) => [state, origin, sources.length]),
    [
      ['grounded', 'q-1, CC BY-SA', 1],
      ['no-evidence', 'q-1, CC BY-SA', 0],
    ],
  );
});
