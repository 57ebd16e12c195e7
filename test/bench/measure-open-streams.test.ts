import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureOpenStreams } from './measure-open-streams.ts';
import { type Behaviour, startWebPageStandIn } from './web-page-stand-in.ts';

/** Lets one person ask as many questions as there are behaviours. */
async function measureOne(behaviours: readonly Behaviour[]) {
  const standIn = await startWebPageStandIn(behaviours);
  const askEveryMs = 20;
  const program = {
    origin: standIn.origin,
    heapBytes: async () => 50_000_000,
    residentMb: () => 100,
    processorMs: () => 0,
  };
  try {
    const streams = await measureOpenStreams(program, {
      people: 1,
      minutes: ((behaviours.length - 0.5) * askEveryMs) / 60_000,
      questions: ['What is RAG?', 'What is a token?'],
      askEveryMs,
      patienceMs: 500,
    });
    return { streams, opened: standIn.opened() };
  } finally {
    await standIn.stop();
  }
}

test('every question that gets no answer is counted as failed, by why, and an answer that comes again as repeated', async () => {
  const { streams, opened } = await measureOne([
    'answer',
    'twice',
    'drop',
    'apology',
    'refuse',
    'close',
    'answer',
    // What comes late is neither the answer to the next question nor a repeated one.
    'late',
    'drop',
    'answer',
  ]);
  const { asked, answered, failed, repeated } = streams;
  assert.equal(asked, 10);
  assert.equal(answered, 4);
  assert.deepEqual(failed, { refused: 1, closed: 1, unanswered: 3, apology: 1 });
  assert.equal(repeated, 1);
  assert.equal(opened, 2, 'whose stream was closed opens the page anew');
});

test('first words come before whole answers, and memory is read in every quarter', async () => {
  const { streams } = await measureOne(['answer', 'answer', 'answer', 'answer']);
  const { firstWordMs, wholeAnswerMs, samples } = streams;
  assert.ok(firstWordMs.p50 > 0 && firstWordMs.p50 <= wholeAnswerMs.p50);
  assert.ok(firstWordMs.p50 <= firstWordMs.p95 && firstWordMs.p95 <= firstWordMs.p99);
  assert.equal(samples.length, 4);
});

test('after twenty questions a person begins a new conversation', async () => {
  const { streams, opened } = await measureOne(Array.from({ length: 21 }, () => 'answer' as const));
  assert.equal(streams.answered, 21);
  assert.equal(opened, 2);
});
