import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderFollowUps } from '#mentor/order-follow-ups.ts';
import { samplePassage } from './passage-samples.ts';
import { helperDown, scriptedHelper } from './scripted-helper.ts';

const documents = ['a', 'b', 'c', 'd', 'e'].map((name) =>
  samplePassage({ id: `doc#${name}`, section: `What is ${name}?` }),
);
const none = new Set<string>();
const question = 'How do I begin?';
const namesOf = (ordered: readonly { id: string }[]) => ordered.map(({ id }) => id.at(-1)).join('');

test('what the helper chose comes first, and the rest stays as it was', async () => {
  const { dependencies, prompt } = scriptedHelper('{"choice": [4, 2, 9]}');
  const ordered = await orderFollowUps(question, documents, { ...dependencies, answered: none });
  assert.equal(namesOf(ordered), 'dbace');
  assert.match(prompt(), /\{"id":1,"question":"What is a\?"\}/);
});

test('only questions whose passages are not being said are offered for choice', async () => {
  const { dependencies, prompt } = scriptedHelper('{"choice": [1]}');
  const others = [
    samplePassage({ id: 'doc#n', section: 'Next step?', part: 'next-steps' }),
    samplePassage({ id: 'doc#t', section: 'A title' }),
  ];
  const ordered = await orderFollowUps(question, [...others, ...documents], {
    ...dependencies,
    answered: new Set(['doc#a']),
  });
  assert.equal(namesOf(ordered), 'bntacde');
  assert.doesNotMatch(prompt(), /Next step|A title|What is a\?/);
});

test('the helper reads what the person told, where they did', async () => {
  const { dependencies, prompt } = scriptedHelper('{"choice": [1]}');
  const profile = {
    userId: 'ana',
    background: 'Nurse',
    careerGoals: [],
    specificInterests: [],
    updatedAt: '',
  };
  await orderFollowUps(question, documents, { ...dependencies, profile, answered: none });
  assert.match(prompt(), /Background: Nurse/);
});

for (const [what, answer] of [
  ['fails', helperDown],
  ['writes questions of its own', '{"choice": ["How do I get rich?"]}'],
  ['names nothing that there is', '{"choice": [77]}'],
] as const)
  test(`when the helper ${what}, the headings stay as they were`, async () => {
    const { dependencies, failures } = scriptedHelper(answer);
    const ordered = await orderFollowUps(question, documents, { ...dependencies, answered: none });
    assert.equal(ordered, documents);
    assert.equal(failures[0]?.part, 'suggest');
  });

test('three headings or fewer need no choice', async () => {
  const { dependencies, requests } = scriptedHelper('{"choice": [2]}');
  await orderFollowUps(question, documents.slice(0, 3), { ...dependencies, answered: none });
  assert.equal(requests.length, 0);
});
