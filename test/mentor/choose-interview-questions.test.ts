import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseInterviewQuestions, questionsPerRound } from '#mentor/choose-interview-questions.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { experienceLevels } from '#services/profiles/port.ts';
import { builtInQuestions } from '#test/helpers/built-in-interview.ts';
import { knowledgeFolder } from '#test/helpers/built-in-roadmaps.ts';

const questions = builtInQuestions();

test('each role at each level gets one question about how they work and two others that fit', () => {
  for (const { id: role } of readTaxonomy(knowledgeFolder).roles)
    for (const level of experienceLevels) {
      const chosen = chooseInterviewQuestions(questions, { role, level, asked: [] }, Math.random);
      assert.equal(chosen.length, questionsPerRound);
      assert.equal(chosen[0]?.topic, 'behavioral');
      for (const { roles, levels } of chosen) {
        assert.ok(roles.includes('any') || roles.includes(role), role);
        assert.ok(levels.includes('any') || levels.includes(level), level);
      }
      assert.ok(
        chosen.slice(1).every(({ roles }) => roles.includes(role)),
        role,
      );
    }
});

test('a second round has other questions, as long as there are some', () => {
  const wish = { role: 'ai_engineer', level: 'mid' } as const;
  const first = chooseInterviewQuestions(questions, { ...wish, asked: [] }, () => 0);
  const asked = first.map(({ id }) => id);
  const second = chooseInterviewQuestions(questions, { ...wish, asked }, () => 0);
  assert.ok(second.every(({ id }) => !asked.includes(id)));
  const all = questions.map(({ id }) => id);
  const last = chooseInterviewQuestions(questions, { ...wish, asked: all }, () => 0);
  assert.equal(last.length, questionsPerRound);
});

test('whose role and level are not known is asked what any beginner may be asked', () => {
  const chosen = chooseInterviewQuestions(questions, { asked: [] }, Math.random);
  assert.equal(chosen.length, questionsPerRound);
  for (const { roles, levels } of chosen) {
    assert.deepEqual(roles, ['any']);
    assert.ok(levels.includes('any') || levels.includes('junior'));
  }
});

test('with no questions there are none to choose', () => {
  assert.deepEqual(chooseInterviewQuestions([], { asked: [] }, Math.random), []);
});
