import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPrompts } from '#mentor/load-prompts.ts';

const folder = `${import.meta.dirname}/../../mentor/prompts`;

test('a value is put in as it is, whatever it holds', () => {
  const render = loadPrompts(folder);
  const question = 'What do $& and {{documents}} and {{question}} mean?';
  assert.ok(render('citation-reminder', { question }).startsWith(question));
});

test('a place without a value vanishes with its line', () => {
  const text = loadPrompts(folder)('answer', {});
  assert.doesNotMatch(text, /\{\{|\n{3}/);
  assert.equal(text, text.trim());
});

test('the prompts stay calm: no shouted words, which trip content filters', () => {
  const render = loadPrompts(folder);
  for (const name of [
    'answer',
    'documents',
    'citation-reminder',
    'rewrite',
    'rerank',
    'suggest',
    'summary',
  ] as const)
    assert.doesNotMatch(render(name, {}), /\b(MUST|NOT|NEVER|ALWAYS|REFUSE|IMPORTANT)\b/);
});

test('a missing prompt is found at start', () => {
  assert.throws(() => loadPrompts(`${import.meta.dirname}/nowhere`), /ENOENT/);
});
