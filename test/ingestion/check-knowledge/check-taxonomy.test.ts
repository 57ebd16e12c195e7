import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTaxonomy, type TaxonomyFile } from '#ingestion/check-knowledge/check-taxonomy.ts';
import { sampleArticle } from './sample-article.ts';

const level = { junior: 1, mid: 2, senior: 3 };
const sound: TaxonomyFile = {
  themes: ['wellbeing'],
  roles: [
    {
      id: 'tester',
      name: 'Tester',
      aliases: [],
      skills: [{ skill: 'sql', ...level }],
      learning_order: ['python', 'sql'],
    },
  ],
  skills: [
    { id: 'python', name: 'Python', aliases: [], prerequisites: [] },
    { id: 'sql', name: 'SQL', aliases: [], prerequisites: ['python'] },
  ],
};
const articles = [
  sampleArticle({ skills: ['python', 'sql', 'wellbeing'], career_paths: ['tester'] }),
];
const messagesOf = (taxonomy: TaxonomyFile, read = articles) =>
  checkTaxonomy(taxonomy, read).map(({ message }) => message);

test('a taxonomy that fits its articles passes', () => {
  assert.deepEqual(messagesOf(sound), []);
});

test('prerequisites that lead back to themselves are named, each cycle once', () => {
  const skills = [
    { id: 'a', name: 'A', aliases: [], prerequisites: ['b'] },
    { id: 'b', name: 'B', aliases: [], prerequisites: ['c'] },
    { id: 'c', name: 'C', aliases: [], prerequisites: ['b'] },
  ];
  const read = [sampleArticle({ skills: ['a', 'b', 'c'], career_paths: ['any'] })];
  assert.deepEqual(messagesOf({ themes: [], roles: [], skills }, read), [
    'skills that need each other: b → c → b',
  ]);
});

test('a skill that does not exist is named where it is needed', () => {
  const [python, sql] = sound.skills;
  assert.ok(python !== undefined && sql !== undefined);
  const skills = [python, { ...sql, prerequisites: ['maths'] }];
  assert.deepEqual(messagesOf({ ...sound, skills }), [
    'skill sql needs maths, which does not exist',
  ]);
});

test('an order of learning that puts a skill before what it needs is named', () => {
  const [role] = sound.roles;
  assert.ok(role !== undefined);
  const roles = [{ ...role, learning_order: ['sql', 'python'] }];
  assert.deepEqual(messagesOf({ ...sound, roles }), [
    'role tester learns sql before python, which it needs',
  ]);
});

test('a skill that no article names, and tags that nobody knows, are named', () => {
  const read = [sampleArticle({ skills: ['python', 'cobol'], career_paths: ['astronaut'] })];
  assert.deepEqual(messagesOf(sound, read), [
    'no article is about the skill sql',
    'knows no skill cobol',
    'knows no career path astronaut',
  ]);
});

test('an id that stands there twice is named', () => {
  const [python] = sound.skills;
  assert.ok(python !== undefined);
  const messages = messagesOf({ ...sound, skills: [...sound.skills, python] });
  assert.deepEqual(messages, ['the id python stands there twice']);
});
