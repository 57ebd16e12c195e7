import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInArticles } from '#composition/knowledge-sources.ts';
import { checkInterviewQuestions } from '#ingestion/check-knowledge/check-interview-questions.ts';
import { readArticles } from '#ingestion/read-articles.ts';
import {
  type InterviewPoint,
  type InterviewQuestion,
  readInterviewQuestions,
} from '#mentor/interview-questions.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { builtInQuestions } from '#test/helpers/built-in-interview.ts';
import { knowledgeFolder } from '#test/helpers/built-in-roadmaps.ts';

const { articles } = await readArticles(
  builtInArticles({ knowledgeDirectory: knowledgeFolder }).source,
);
const roles = readTaxonomy(knowledgeFolder).roles.map(({ id }) => id);
const questions = builtInQuestions();
const [first] = questions;
assert.ok(first !== undefined);
const messagesOf = (changed: Partial<InterviewQuestion>) =>
  checkInterviewQuestions([{ ...first, ...changed }, ...questions.slice(1)], articles, {
    roles,
  }).map(({ message }) => message);
const withPoint = (changes: Partial<InterviewPoint>) => {
  const [point, ...others] = first.points;
  assert.ok(point !== undefined);
  return messagesOf({ points: [{ ...point, ...changes }, ...others] });
};

test('each point of ours stands in the passage that it names', () => {
  assert.deepEqual(messagesOf({}), []);
});

test('a point that its passage does not say is named', () => {
  assert.match(
    withPoint({ says: 'Bring a bottle of water and two pens.' })[0] ?? '',
    /does not say/,
  );
});

test('an article or a heading that does not exist is named', () => {
  assert.match(withPoint({ article: 'nowhere' })[0] ?? '', /nowhere, which does not exist/);
  assert.match(withPoint({ section: 'Nothing' })[0] ?? '', /“Nothing” of .+ does not exist/);
});

test('a sign that no answer can show is named', () => {
  assert.match(withPoint({ signs: ['now', '—', 'today'] })[0] ?? '', /the sign “—”/);
});

test('an unknown role, and an id that stands there twice, are named', () => {
  assert.match(messagesOf({ roles: ['any', 'astronaut'] })[0] ?? '', /astronaut, which does not/);
  assert.match(messagesOf({ id: questions[1]?.id ?? '' })[0] ?? '', /stands there twice/);
});

test('a knowledge folder without questions is sound', () => {
  assert.deepEqual(readInterviewQuestions(import.meta.dirname), []);
  assert.deepEqual(checkInterviewQuestions([], articles, { roles }), []);
});

test('a role that has too few questions is named with its level', () => {
  const found = checkInterviewQuestions(questions, articles, { roles: [...roles, 'diver'] });
  assert.equal(found.length, 6);
  assert.match(found[0]?.message ?? '', /role diver has too few questions .+ level student/);
});
