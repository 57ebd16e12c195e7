import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import { type GenerationEvent, generateAnswer } from '#mentor/generate-answer.ts';
import type { LanguageModel, ModelEvent } from '#services/model/port.ts';
import { finishes, says, scriptedModel } from './passage-samples.ts';

const request = { messages: [], temperature: 0.7, maxAnswerTokens: 100 };
const down = new MentorError('model-unavailable', 'down');

async function generate(model: LanguageModel, fallback: LanguageModel, signal?: AbortSignal) {
  const events: GenerationEvent[] = [];
  const input = signal === undefined ? request : { ...request, signal };
  for await (const event of generateAnswer(input, { model, fallback })) events.push(event);
  return events;
}

function textOf(events: readonly GenerationEvent[]): string {
  return events
    .map((event) =>
      event.type === 'text-delta' ? event.text : event.type === 'restart' ? '|' : '',
    )
    .join('');
}

function resultOf(events: readonly GenerationEvent[]) {
  const last = events.at(-1);
  assert.equal(last?.type, 'done');
  assert.equal(events.filter((event) => event.type === 'done').length, 1);
  return last.result;
}

const { model: fallback } = scriptedModel([says('From the passages.'), finishes()]);

test('a model that answers is the one whose words and counts come out', async () => {
  const { model } = scriptedModel([says('Two '), says(''), says('words'), finishes('length')]);
  const events = await generate(model, fallback);
  assert.equal(textOf(events), 'Two words');
  assert.deepEqual(resultOf(events), {
    model,
    finishReason: 'length',
    usage: { promptTokens: 10, answerTokens: 5 },
  });
});

const failures: readonly (readonly [string, readonly (ModelEvent | Error)[], string])[] = [
  ['before its first word', [down], '|From the passages.'],
  ['in the middle of its answer', [says('Half an '), down], 'Half an |From the passages.'],
  ['with a bug of its own', [says('a'), new TypeError('oops')], 'a|From the passages.'],
  ['by ending without a word', [finishes()], '|From the passages.'],
  ['by ending without a finish', [says('Cut')], 'Cut|From the passages.'],
];
for (const [when, script, text] of failures)
  test(`when the model fails ${when}, the fallback begins again and the failure is told`, async () => {
    const events = await generate(scriptedModel(script).model, fallback);
    assert.equal(textOf(events), text);
    const result = resultOf(events);
    assert.equal(result.model, fallback);
    assert.ok(result.failure instanceof MentorError);
  });

test('what the safety filter stopped is void, and the reason is told', async () => {
  for (const script of [[says('Half'), finishes('content-filter')], [finishes('content-filter')]]) {
    const events = await generate(scriptedModel(script).model, fallback);
    assert.ok(textOf(events).endsWith('|From the passages.'));
    assert.equal(resultOf(events).failure?.details['reason'], 'content-filter');
  }
});

test('without another model the only one is asked once and its failure is thrown', async () => {
  const { model, requests } = scriptedModel([down]);
  await assert.rejects(generate(model, model), down);
  assert.equal(requests.length, 1);
});

test('when the fallback fails too, its failure is thrown', async () => {
  const { model } = scriptedModel([down]);
  await assert.rejects(
    generate(model, scriptedModel([new MentorError('internal', 'both')]).model),
    {
      code: 'internal',
    },
  );
});

test('an abort ends the answer with the reason of the abort, not with the fallback', async () => {
  const controller = new AbortController();
  const reason = new Error('the person left');
  const { model, requests } = scriptedModel([says('a')]);
  const { model: other, requests: otherRequests } = scriptedModel([says('b'), finishes()]);
  controller.abort(reason);
  await assert.rejects(generate(model, other, controller.signal), reason);
  assert.equal(requests.length, 1);
  assert.equal(otherRequests.length, 0);
});

test('an abort in the middle is not answered by the fallback either', async () => {
  const controller = new AbortController();
  const { model } = scriptedModel([says('a'), says('b'), finishes()]);
  const { model: other, requests } = scriptedModel([says('c'), finishes()]);
  const input = { ...request, signal: controller.signal };
  await assert.rejects(async () => {
    for await (const event of generateAnswer(input, { model, fallback: other }))
      if (event.type === 'text-delta') controller.abort(new Error('stop'));
  }, /stop/);
  assert.equal(requests.length, 0);
});

test('an answer that names none of its sources is one from memory: the passages answer instead', async () => {
  const passage = { number: 1, title: 'T', section: 'S', content: 'C.', relevance: 1 };
  const grounding = { question: 'q', synonyms: [], passages: [passage, { ...passage, number: 2 }] };
  const models = (text: string) => ({
    model: scriptedModel([says(text), finishes()]).model,
    fallback: {
      ...scriptedModel([says('C [1].'), finishes()]).model,
      writes: 'from-passages' as const,
    },
  });
  for (const text of ['Learn Kubernetes.', 'Learn it [9].', 'See [appendix].']) {
    const events = await Array.fromAsync(generateAnswer({ ...request, grounding }, models(text)));
    assert.equal(textOf(events), `${text}|C [1].`);
    assert.equal(resultOf(events).failure?.details['reason'], 'no-source');
  }
  const events = await Array.fromAsync(
    generateAnswer({ ...request, grounding }, models('Learn it [1, 2].')),
  );
  assert.equal(textOf(events), 'Learn it [1, 2].');
});
