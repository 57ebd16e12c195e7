import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { MentorEvent, PastTurn } from '#mentor/answer.ts';
import { createSqliteKnowledgeIndex } from '#services/knowledge-index/sqlite.ts';
import type { HelperModel } from '#services/model/port.ts';
import { openTemporaryStore } from '#test/services/database/temporary-database.ts';
import { finishes, sampleArticle, says, scriptedModel } from './passage-samples.ts';
import { askMentor, openMentor, publishSamples } from './sample-mentor.ts';
import { helperDown, scriptedHelper } from './scripted-helper.ts';

const topics = [
  'datasets',
  'judges',
  'regressions',
  'prompts',
  'costs',
  'safety',
  'agents',
  'logs',
];
/** One article with more to say on evaluation than an answer holds. */
const article = sampleArticle(
  'skills-evals',
  'Evaluating language models',
  topics
    .map(
      (topic) =>
        `## What is known of ${topic} in an evaluation?\n\nAn evaluation treats ${topic} with care, and measures ${topic} each week. Evaluation of ${topic} begins small.`,
    )
    .join('\n\n'),
);
const other = article
  .replaceAll('skills-evals', 'skills-testing')
  .replace('Evaluating language models', 'Testing language models')
  .replaceAll('with care', 'by tests');

const asked = 'What is known of datasets in an evaluation?';
const history: readonly PastTurn[] = [
  { role: 'user', content: asked },
  { role: 'assistant', content: 'It measures prompts [1].', followUps: [] },
];
const written = [says('An evaluation treats datasets with care [1].'), finishes()];

/** What a helper was asked for, by its prompt. */
function taskOf(prompt: string): string {
  if (prompt.startsWith('Rewrite')) return 'rewrite';
  return prompt.startsWith('Choose the five') ? 'rerank' : 'suggest';
}

describe('an answer with a helper model', () => {
  const { store: index, close } = openTemporaryStore(createSqliteKnowledgeIndex);
  before(() => publishSamples(index, [article, other]));
  after(close);

  /** Answers each task as told, and keeps the order of the tasks and of the first word. */
  function watchedHelper(answers: Readonly<Record<string, string>> = {}) {
    const order: string[] = [];
    const prompts = new Map<string, string>();
    const helper: HelperModel = {
      name: 'fast',
      async complete({ messages }) {
        const prompt = messages[0]?.content ?? '';
        const task = taskOf(prompt);
        order.push(task);
        prompts.set(task, prompt);
        const text = answers[task];
        if (text === undefined) throw helperDown;
        return { text, usage: { promptTokens: 100, answerTokens: 10 } };
      },
    };
    return { helper, order, prompts };
  }

  async function orderOfWork(text: string, turns: readonly PastTurn[]) {
    const { helper, order } = watchedHelper({
      rewrite: 'What is known of costs in an evaluation for seniors?',
      rerank: '{"order": [5, 4, 3, 2, 1]}',
      suggest: '{"choice": [1, 2]}',
    });
    const { model } = scriptedModel(written);
    const question = { text, conversationId: 'c', history: turns };
    for await (const event of openMentor(index, { model, helper })(question))
      if (event.type === 'text-delta' && !order.includes('word')) order.push('word');
    return order;
  }

  for (const [what, text, turns] of [
    ['a first question', asked, []],
    ['a follow-up', 'and for seniors?', history],
    ['a question of its own', 'What is known of agents in an evaluation?', history],
  ] as const)
    test(`at most one call that is waited for stands before the first word of ${what}`, async () => {
      const order = await orderOfWork(text, turns);
      const before = order.slice(0, order.indexOf('word'));
      assert.ok(before.filter((task) => task !== 'suggest').length <= 1, order.join());
    });

  test('a follow-up is searched as the helper worded it', async () => {
    const { helper } = watchedHelper({
      rewrite: 'What is known of costs in an evaluation?',
    });
    const { model } = scriptedModel(written);
    const { answer } = await askMentor(index, 'and the money?', { model, helper }, { history });
    assert.match(answer.citations[0]?.section ?? '', /costs/);
  });

  test('the sources of a first question stand in the order that the helper gave', async () => {
    const { helper, order, prompts } = watchedHelper({
      rerank: '{"order": [6, 1]}',
      suggest: '{"choice": [1]}',
    });
    const { model, requests } = scriptedModel(written);
    const { events } = await askMentor(index, 'What is known of an evaluation?', { model, helper });
    assert.equal(order[0], 'rerank');
    assert.ok(events.some((event) => event.type === 'stage' && event.stage === 'reading'));
    const sections = (text: string) =>
      [...text.matchAll(/"title":"([^"]*)","section":"([^"]*)"/g)].map((match) => match[0]);
    const candidates = sections(prompts.get('rerank') ?? '');
    const read = sections(requests[0]?.messages.at(-2)?.content ?? '');
    assert.equal(candidates.length, 10);
    assert.deepEqual(read.slice(0, 2), [candidates[5], candidates[0]]);
    assert.equal(read.length, 5);
  });

  test('the answer does not wait for the choice of follow-ups to begin', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const helper: HelperModel = {
      name: 'fast',
      async complete({ messages }) {
        if (taskOf(messages[0]?.content ?? '') !== 'suggest') throw helperDown;
        return { text: await promise, usage: { promptTokens: 1, answerTokens: 1 } };
      },
    };
    const { model } = scriptedModel(written);
    const events: MentorEvent[] = [];
    const question = { text: asked, conversationId: 'c', history: [] };
    for await (const event of openMentor(index, { model, helper })(question)) {
      events.push(event);
      if (event.type === 'text-delta') resolve('{"choice": [1]}');
    }
    assert.equal(events.at(-1)?.type, 'answer');
  });

  test('the follow-ups that the helper chose are headings of the knowledge base, its first choice first', async () => {
    const { helper, prompts } = watchedHelper({ suggest: '{"choice": [6, 4]}' });
    const { model } = scriptedModel(written);
    const { answer } = await askMentor(index, asked, { model, helper });
    const offered = JSON.parse(/List: (.*)$/.exec(prompts.get('suggest') ?? '')?.[1] ?? '[]') as {
      id: number;
      question: string;
    }[];
    const sixth = offered.find(({ id }) => id === 6)?.question;
    assert.equal(answer.followUps[0], sixth);
    assert.equal(answer.followUps.length, 3);
  });

  test('the tokens of the helper are counted with those of the answer', async () => {
    const { helper, order } = watchedHelper({ suggest: '{"choice": [1]}' });
    const { model } = scriptedModel(written);
    const { answer } = await askMentor(index, asked, { model, helper });
    assert.equal(order.filter((task) => task === 'suggest').length, 1);
    assert.deepEqual(answer.tokens, { prompt: 110, answer: 15 });
  });

  test('a helper that is down changes nothing of the answer, and the operator learns of it', async () => {
    const { dependencies, failures } = scriptedHelper(helperDown);
    const alone = await askMentor(index, 'and for seniors?', scriptedOnce(), { history });
    const helped = await askMentor(
      index,
      'and for seniors?',
      { ...scriptedOnce(), helper: dependencies.helper, onFailure: dependencies.onFailure },
      { history },
    );
    const { timingsMs: _, ...rest } = helped.answer;
    assert.deepEqual({ ...alone.answer, ...rest }, alone.answer);
    await askMentor(index, asked, {
      ...scriptedOnce(),
      helper: dependencies.helper,
      onFailure: dependencies.onFailure,
    });
    assert.deepEqual([...new Set(failures.map(({ part }) => part))], ['rewrite', 'suggest']);
  });

  const scriptedOnce = () => ({ model: scriptedModel(written).model });

  test('without a helper no call is made, and nothing is waited for', async () => {
    const { answer } = await askMentor(index, asked, scriptedOnce());
    assert.deepEqual(answer.tokens, { prompt: 10, answer: 5 });
    assert.ok(answer.followUps.length > 0);
  });

  test('an abort while the helper is silent ends the answer with its reason', async () => {
    const reason = new Error('the person left');
    const controller = new AbortController();
    const helper: HelperModel = {
      name: 'fast',
      complete: ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          controller.abort(reason);
        }),
    };
    const question = { text: 'and for seniors?', conversationId: 'c', history };
    await assert.rejects(
      Array.fromAsync(
        openMentor(index, { ...scriptedOnce(), helper })(question, { signal: controller.signal }),
      ),
      reason,
    );
  });
});
