import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer, AnswerQuestion, MentorEvent, Question } from '#mentor/answer.ts';
import { answerCachePrefix, withAnswerCache } from '#mentor/with-answer-cache.ts';
import { createMemoryCache } from '#services/cache/memory.ts';
import type { Cache } from '#services/cache/port.ts';
import type { Profile } from '#services/profiles/port.ts';
import { sampleAnswer } from '#test/helpers/sample-answer.ts';

function open(
  changes: { answer?: Partial<Answer>; cache?: Cache; indexVersion?: string | undefined } = {},
) {
  let asked = 0;
  let now = 0;
  let id = 0;
  const settings = { indexVersion: 'i1', promptVersion: 'p1', model: 'gpt-4o', ...changes };
  const inner: AnswerQuestion = async function* () {
    asked += 1;
    yield { type: 'stage', stage: 'searching' };
    const answer = { ...sampleAnswer, messageId: `made-${asked}`, ...changes.answer };
    yield { type: 'text-delta', text: answer.text };
    yield { type: 'answer', answer };
  };
  const cache = settings.cache ?? createMemoryCache({ nowMs: () => now });
  const mentor = () =>
    withAnswerCache(inner, {
      cache,
      indexVersion: { current: async () => settings.indexVersion },
      promptVersion: settings.promptVersion,
      model: settings.model,
      newId: () => {
        id += 1;
        return `hit-${id}`;
      },
      elapsedMs: () => now,
    });
  return {
    cache,
    settings,
    asked: () => asked,
    pass(milliseconds: number) {
      now += milliseconds;
    },
    async ask(text: string, question: Partial<Question> = {}) {
      const asking = { text, conversationId: 'c', history: [], ...question };
      const events: MentorEvent[] = await Array.fromAsync(mentor()(asking));
      const last = events.at(-1);
      assert.ok(last?.type === 'answer');
      return { events, answer: last.answer };
    },
  };
}

const asked = 'How do I start with SQL?';

test('the same question is answered once, and then again from the cache, as events under a new id', async () => {
  const { ask, asked: calls } = open();
  const first = await ask(asked);
  const second = await ask(asked);
  assert.equal(calls(), 1);
  assert.equal(second.answer.messageId, 'hit-1');
  assert.deepEqual(second.answer.tokens, { prompt: 0, answer: 0 });
  const { messageId: _, tokens: __, timingsMs: ___, costUsd: ____, ...same } = first.answer;
  assert.deepEqual({ ...second.answer, ...same }, second.answer);
  const kinds = second.events.map(({ type }) => type);
  assert.equal(kinds.at(0), 'stage');
  assert.ok(kinds.includes('source-found'));
  const shown = second.events.map((event) => (event.type === 'text-delta' ? event.text : ''));
  assert.equal(shown.join(''), first.answer.text);
});

test('case, spaces and the mark at the end make no other question; words do', async () => {
  const { ask, asked: calls } = open();
  await ask(asked);
  for (const same of ['how do i start  with sql', ' HOW DO I START WITH SQL?! ', `${asked}\n`])
    await ask(same);
  assert.equal(calls(), 1);
  await ask('How do I start with NoSQL?');
  assert.equal(calls(), 2);
});

test('a question within a conversation is answered anew', async () => {
  const { ask, asked: calls } = open();
  await ask(asked);
  await ask(asked, { history: [{ role: 'user', content: 'Hi' }] });
  await ask(asked, { conversationSummary: 'They are a nurse.' });
  assert.equal(calls(), 3);
});

const profile: Profile = {
  userId: 'ana',
  background: 'Nurse',
  experienceLevel: 'junior',
  targetRole: 'data_analyst',
  careerGoals: ['change by summer'],
  specificInterests: ['health', 'SQL'],
  hoursPerWeek: 6,
  updatedAt: '2026-11-01T00:00:00.000Z',
};

test('people who told the same share an answer, whoever they are', async () => {
  const { ask, asked: calls } = open();
  await ask(asked, { profile });
  await ask(asked, {
    profile: {
      ...profile,
      userId: 'ben',
      background: ' nurse ',
      specificInterests: ['sql', 'Health'],
      updatedAt: '2026-11-20T00:00:00.000Z',
    },
  });
  assert.equal(calls(), 1);
});

const others: readonly (readonly [string, Partial<Profile>])[] = [
  ['level', { experienceLevel: 'senior' }],
  ['target role', { targetRole: 'ai_engineer' }],
  ['background', { background: 'Teacher' }],
  ['interests', { specificInterests: ['games'] }],
  ['goals', { careerGoals: ['lead a team'] }],
  ['hours', { hoursPerWeek: 40 }],
  ['closest work', { closestWork: 'A dashboard at Acme' }],
];
for (const [what, changes] of others)
  test(`nobody reads an answer that was shaped by another person's ${what}`, async () => {
    const { ask, asked: calls } = open();
    await ask(asked, { profile });
    await ask(asked, { profile: { ...profile, ...changes } });
    await ask(asked);
    assert.equal(calls(), 3);
  });

for (const what of ['indexVersion', 'promptVersion', 'model'] as const)
  test(`another ${what} is another answer`, async () => {
    const { ask, asked: calls, settings } = open();
    await ask(asked);
    settings[what] = 'other';
    await ask(asked);
    assert.equal(calls(), 2);
  });

for (const state of ['degraded', 'declined', 'no-evidence'] as const)
  test(`an answer that is ${state} is never kept`, async () => {
    const { ask, asked: calls } = open({ answer: { state } });
    await ask(asked);
    await ask(asked);
    assert.equal(calls(), 2);
  });

test('an answer is kept for 300 seconds', async () => {
  const { ask, asked: calls, pass } = open();
  await ask(asked);
  pass(299_000);
  await ask(asked);
  assert.equal(calls(), 1);
  pass(1_000);
  await ask(asked);
  assert.equal(calls(), 2);
});

test('all answers can be deleted at once', async () => {
  const { ask, asked: calls, cache } = open();
  await ask(asked);
  await cache.deletePrefix(answerCachePrefix);
  await ask(asked);
  assert.equal(calls(), 2);
});

test('without a version of the index nothing is kept', async () => {
  const { ask, asked: calls, settings } = open();
  Object.assign(settings, { indexVersion: undefined });
  await ask(asked);
  await ask(asked);
  assert.equal(calls(), 2);
});

test('what is damaged, or of another shape, is a miss', async () => {
  for (const stored of ['{"text":', '{"text":"x"}', 'null', '[]']) {
    const cache: Cache = { ...createMemoryCache(), get: async () => Buffer.from(stored) };
    const { ask, asked: calls } = open({ cache });
    assert.equal((await ask(asked)).answer.messageId, 'made-1');
    assert.equal(calls(), 1);
  }
});

test('no key holds the question or the profile in words', async () => {
  const keys: string[] = [];
  const cache: Cache = {
    ...createMemoryCache(),
    async get(key) {
      keys.push(key);
      return undefined;
    },
  };
  await open({ cache }).ask('Should I leave Acme?', { profile });
  assert.equal(keys.length, 1);
  assert.doesNotMatch(keys.join(), /acme|nurse/i);
});
