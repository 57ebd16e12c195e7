import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import type { LanguageModel, ModelEvent, ModelRequest } from '#services/model/port.ts';
import { type ModelResilienceOptions, withResilience } from '#services/model/with-resilience.ts';

const request: ModelRequest = { messages: [], temperature: 0.7, maxAnswerTokens: 10 };
const finish: ModelEvent = {
  type: 'finish',
  reason: 'stop',
  usage: { promptTokens: 1, answerTokens: 1 },
};
const failure = (details: Record<string, unknown> = {}) =>
  new MentorError('model-unavailable', 'down', { details });
const fast = {
  retries: 2,
  silenceMs: 10_000,
  failuresToOpen: 5,
  openMs: 10_000,
  firstRetryMs: 1,
} satisfies ModelResilienceOptions;

type Step = string | Error | 'silence';

/** A model whose n-th call follows the n-th script; the last one serves for all that follow. */
function model(...scripts: readonly (readonly Step[])[]) {
  const signals: AbortSignal[] = [];
  let closed = 0;
  const inner: LanguageModel = {
    name: 'scripted',
    writes: 'freely',
    contextWindowTokens: 1_000,
    async *stream({ signal }) {
      assert.ok(signal !== undefined);
      const script = scripts[Math.min(signals.length, scripts.length - 1)] ?? [];
      signals.push(signal);
      try {
        for (const step of script) {
          if (step instanceof Error) throw step;
          if (step === 'silence') {
            await new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            });
          }
          yield { type: 'text-delta', text: String(step) } as const;
        }
        yield finish;
      } finally {
        closed += 1;
      }
    },
  };
  return { inner, signals, calls: () => signals.length, closed: () => closed };
}

async function textOf(guarded: LanguageModel, signal?: AbortSignal): Promise<string> {
  let text = '';
  for await (const event of guarded.stream(signal === undefined ? request : { ...request, signal }))
    text += event.type === 'text-delta' ? event.text : '.';
  return text;
}

test('a failure before the first word is tried again', async () => {
  const { inner, calls } = model([failure()], [failure({ status: 429 })], ['Hello']);
  assert.equal(await textOf(withResilience(inner, fast)), 'Hello.');
  assert.equal(calls(), 3);
});

test('the tries are limited, and the last failure is thrown', async () => {
  const { inner, calls } = model([failure({ status: 500 })]);
  await assert.rejects(textOf(withResilience(inner, fast)), { message: 'down' });
  assert.equal(calls(), 3);
});

test('a failure after the first word is not tried again: it was shown', async () => {
  const { inner, calls } = model(['Half', failure()]);
  const shown: string[] = [];
  await assert.rejects(
    async () => {
      for await (const event of withResilience(inner, fast).stream(request))
        if (event.type === 'text-delta') shown.push(event.text);
    },
    { message: 'down' },
  );
  assert.deepEqual(shown, ['Half']);
  assert.equal(calls(), 1);
});

test('what asking again cannot mend is not asked again', async () => {
  const { inner, calls } = model([failure({ status: 401, isRetryable: false })]);
  await assert.rejects(textOf(withResilience(inner, fast)), { message: 'down' });
  assert.equal(calls(), 1);
});

test('a bug of the model is not tried again, and is thrown as unavailable with its cause', async () => {
  const bug = new TypeError('oops');
  const { inner, calls } = model([bug]);
  await assert.rejects(textOf(withResilience(inner, fast)), {
    code: 'model-unavailable',
    cause: bug,
  });
  assert.equal(calls(), 1);
});

test('after five failures in a row the model is left alone, and asked once more later', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  const { inner, calls } = model(...Array.from({ length: 5 }, () => [failure()]), ['Back']);
  const guarded = withResilience(inner, { ...fast, retries: 0 });
  for (let call = 0; call < 5; call += 1)
    await assert.rejects(textOf(guarded), { message: 'down' });
  await assert.rejects(textOf(guarded), { message: /left alone/, code: 'model-unavailable' });
  assert.equal(calls(), 5);
  t.mock.timers.tick(fast.openMs + 1);
  assert.equal(await textOf(guarded), 'Back.');
  assert.equal(await textOf(guarded), 'Back.');
  assert.equal(calls(), 7);
});

test('a failure of the one call that tries it again leaves the model alone again', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  const { inner, calls } = model([failure()]);
  const guarded = withResilience(inner, { ...fast, retries: 0, failuresToOpen: 1 });
  await assert.rejects(textOf(guarded), { message: 'down' });
  t.mock.timers.tick(fast.openMs + 1);
  await assert.rejects(textOf(guarded), { message: 'down' });
  await assert.rejects(textOf(guarded), { message: /left alone/ });
  assert.equal(calls(), 2);
});

test('one question counts once, however often it was tried', async () => {
  const { inner, calls } = model([failure()]);
  const guarded = withResilience(inner, { ...fast, failuresToOpen: 2 });
  await assert.rejects(textOf(guarded), { message: 'down' });
  assert.equal(calls(), 3);
  assert.equal(guarded.circuit.state(), 'closed');
  await assert.rejects(textOf(guarded), { message: 'down' });
  assert.equal(guarded.circuit.state(), 'open');
});

test('an answer in between begins the count anew', async () => {
  const { inner } = model([failure()], ['Fine'], [failure()], ['Fine']);
  const guarded = withResilience(inner, { ...fast, retries: 0, failuresToOpen: 2 });
  await assert.rejects(textOf(guarded), { message: 'down' });
  assert.equal(await textOf(guarded), 'Fine.');
  await assert.rejects(textOf(guarded), { message: 'down' });
  assert.equal(await textOf(guarded), 'Fine.');
});

test('a refused prompt does not count against the model', async () => {
  const { inner } = model(
    [failure({ status: 400, isRetryable: false, reason: 'content-filter' })],
    ['Fine'],
  );
  const guarded = withResilience(inner, { ...fast, failuresToOpen: 1 });
  await assert.rejects(textOf(guarded), { message: 'down' });
  assert.equal(await textOf(guarded), 'Fine.');
});

test('a silent model is given up, once, and its call is ended', async () => {
  const { inner, calls, signals } = model(['silence']);
  await assert.rejects(textOf(withResilience(inner, { ...fast, silenceMs: 20 })), {
    code: 'model-unavailable',
    message: /silent for 20 ms/,
  });
  assert.equal(calls(), 1);
  assert.ok(signals[0]?.aborted);
});

test('silence in the middle of an answer is a failure too', async () => {
  const { inner, signals } = model(['Half', 'silence']);
  await assert.rejects(textOf(withResilience(inner, { ...fast, silenceMs: 20 })), {
    message: /silent/,
  });
  assert.ok(signals[0]?.aborted);
});

test('an abort rejects with its reason, is not tried again and does not count against the model', async () => {
  const { inner, calls } = model(['silence'], ['Fine']);
  const guarded = withResilience(inner, { ...fast, failuresToOpen: 1 });
  const controller = new AbortController();
  const reason = new Error('the person left');
  setImmediate(() => controller.abort(reason));
  await assert.rejects(textOf(guarded, controller.signal), reason);
  assert.equal(calls(), 1);
  assert.equal(await textOf(guarded), 'Fine.');
});

test('an abort that came before asks nothing', async () => {
  const { inner, calls } = model(['Fine']);
  await assert.rejects(
    textOf(withResilience(inner, fast), AbortSignal.abort(new Error('gone'))),
    /gone/,
  );
  assert.equal(calls(), 0);
});

test('whoever stops reading ends the call behind it', async () => {
  const { inner, signals } = model(['One', 'silence']);
  for await (const _ of withResilience(inner, fast).stream(request)) break;
  assert.ok(signals[0]?.aborted);
});

test('the guarded model is the same to everybody else', () => {
  const { inner } = model(['x']);
  const { name, writes, contextWindowTokens } = withResilience(inner);
  assert.deepEqual(
    { name, writes, contextWindowTokens },
    {
      name: 'scripted',
      writes: 'freely',
      contextWindowTokens: 1_000,
    },
  );
});

test('a model that keeps breaking off in the middle is left alone too', async () => {
  const { inner } = model(['Half', failure()]);
  const guarded = withResilience(inner, { ...fast, failuresToOpen: 2 });
  for (let call = 0; call < 2; call += 1)
    await assert.rejects(textOf(guarded), { message: 'down' });
  assert.equal(guarded.circuit.state(), 'open');
  await assert.rejects(textOf(guarded), { message: /left alone/ });
});

test('whoever stops reading says nothing against the model, and gives the slot back', async () => {
  const { inner } = model(['One', 'silence'], ['Fine']);
  const guarded = withResilience(inner, { ...fast, failuresToOpen: 1, concurrency: 1, queue: 0 });
  for await (const _ of guarded.stream(request)) break;
  assert.equal(guarded.circuit.state(), 'closed');
  assert.equal(await textOf(guarded), 'Fine.');
});

test('a stream holds its slot to its end; one too many is refused as overloaded', async () => {
  const { inner } = model(['One', 'Two'], ['Other']);
  const guarded = withResilience(inner, { ...fast, concurrency: 1, queue: 0 });
  const stream = guarded.stream(request)[Symbol.asyncIterator]();
  await stream.next();
  await assert.rejects(textOf(guarded), {
    code: 'model-unavailable',
    message: /1 calls running/,
  });
  while (!(await stream.next()).done);
  assert.equal(await textOf(guarded), 'Other.');
});

test('a refusal that asks for a longer wait than anybody has is not tried again', async () => {
  const { inner, calls } = model([failure({ status: 429, retryAfterMs: 30_000 })]);
  await assert.rejects(textOf(withResilience(inner, fast)), { message: 'down' });
  assert.equal(calls(), 1);
});
