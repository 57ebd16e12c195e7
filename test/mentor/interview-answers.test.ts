import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { touchedPoints } from '#mentor/match-interview-points.ts';
import { builtInQuestions } from '#test/helpers/built-in-interview.ts';
import answers from './interview-answers.json' with { type: 'json' };

/** Counts of points: found and made, found and not made, made and not found. */
function compare(set: string) {
  const counts = { right: 0, invented: 0, missed: 0 };
  for (const { question, made, answer } of answers.filter((one) => one.set === set)) {
    const points = builtInQuestions().find(({ id }) => id === question)?.points;
    assert.ok(points !== undefined, question);
    const found = touchedPoints(answer, points);
    counts.right += found.filter((place) => made.includes(place)).length;
    counts.invented += found.filter((place) => !made.includes(place)).length;
    counts.missed += made.filter((place) => !found.includes(place)).length;
  }
  const { right, invented, missed } = counts;
  return { precision: right / (right + invented), recall: right / (right + missed) };
}

/** The signs were chosen with the tuned answers in view, and with none of the fresh ones. */
describe('the points that words alone show, next to what a person finds in the answers', () => {
  it('are nearly always made, and most that are made are found', () => {
    const fresh = compare('fresh');
    assert.ok(fresh.precision >= 0.9, String(fresh.precision));
    assert.ok(fresh.recall >= 0.6, String(fresh.recall));
    const tuned = compare('tuned');
    assert.ok(tuned.precision >= 0.9, String(tuned.precision));
    assert.ok(tuned.recall >= 0.9, String(tuned.recall));
  });

  it('are few in an answer to another question', () => {
    let [found, all] = [0, 0];
    for (const { question, answer } of answers)
      for (const { id, points } of builtInQuestions()) {
        if (id === question) continue;
        found += touchedPoints(answer, points).length;
        all += points.length;
      }
    assert.ok(found / all < 0.12, String(found / all));
  });
});
