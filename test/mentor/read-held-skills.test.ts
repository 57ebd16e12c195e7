import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readHeldSkills, readNamedSkills, type ToldOfSkills } from '#mentor/read-held-skills.ts';
import { builtInPaths } from '#test/helpers/built-in-roadmaps.ts';

const paths = builtInPaths();
const [role] = paths.roles.filter(({ id }) => id === 'ai_product_manager');
assert.ok(role);

const read = (told: ToldOfSkills) => readHeldSkills(told, { role, level: 'mid' }, paths);
const named = (background: string) => read({ background }).named;
const worksAs = (background: string) => read({ background }).fromWork;

describe('the skills that somebody names', () => {
  it('are found by name and by alias, in what they are and in what they built', () => {
    assert.ok(named('physicist who knows Python').has('python'));
    assert.ok(named('analyst, mostly Excel and Power BI').has('spreadsheets'));
    assert.ok(named('analyst, mostly Excel and Power BI').has('bi_tools'));
    assert.ok(read({ closestWork: 'a chatbot with pgvector' }).named.has('vector_databases'));
  });

  it('bring along what they need', () => {
    const held = named('I deploy to k8s');
    for (const id of ['kubernetes', 'docker', 'linux', 'networking']) assert.ok(held.has(id), id);
  });

  const away = [
    'I want to learn Python',
    'no Python, SQL or Git',
    'nurse. I have never used Python or SQL',
    "I don't know SQL yet",
    'interested in machine learning',
    'beginner in Python',
    'I work in a warehouse and like reporting, charts and talks',
    'I go to school, next year I am done',
    '',
  ];
  for (const text of away)
    it(`are none in "${text}"`, () => assert.deepEqual([...named(text)], []));

  it('count in the sentence that is not about what is missing', () => {
    const held = named('No degree. I know SQL, but no Python');
    assert.deepEqual([held.has('sql'), held.has('python')], [true, false]);
  });
});

describe('the skills of somebody’s work', () => {
  it('are the core skills of the role it is, and what these need, but no skill that only some need', () => {
    const held = worksAs('senior backend developer at a bank');
    assert.equal(held.get('api_design'), 3);
    assert.equal(held.get('web_basics'), 1);
    assert.equal(held.has('python'), false);
  });

  it('are all of them where it is the very role', () => {
    const [own] = paths.roles.filter(({ id }) => id === 'ai_engineer');
    assert.ok(own);
    const { fromWork } = readHeldSkills(
      { background: 'LLM engineer' },
      { role: own, level: 'junior' },
      paths,
    );
    for (const { skill, junior } of own.skills.filter((asked) => asked.junior > 0))
      assert.equal(fromWork.get(skill), junior, skill);
  });

  const software = ['developer', 'I am a developer', 'senior Java developer', 'software engineer'];
  for (const text of software)
    it(`are a software engineer’s for "${text}"`, () => assert.ok(worksAs(text).has('api_design')));

  const others = ['game developer', 'property developer', 'ich komme aus de', 'engineer', 'nurse'];
  for (const text of others)
    it(`are not known of "${text}"`, () => assert.deepEqual([...worksAs(text)], []));

  it('are not those of work that somebody wishes for, or built something for', () => {
    assert.deepEqual([...worksAs('nurse who wants to be a data scientist')], []);
    assert.deepEqual([...read({ closestWork: 'a tool for our data scientist' }).fromWork], []);
  });
});

it('names are found in wishes too, where that is what is asked', () => {
  assert.ok(readNamedSkills('I want to learn RAG', paths).has('rag'));
});
