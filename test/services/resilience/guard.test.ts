import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import { createGuard, type GuardOptions } from '#services/resilience/guard.ts';

const options: GuardOptions = {
  name: 'service',
  code: 'data-unavailable',
  timeoutMs: 5_000,
  firstRetryMs: 1,
  random: () => 0,
};
const failure = (details: Record<string, unknown> = {}) =>
  new MentorError('data-unavailable', 'down', { details });

/** Work that throws the errors one after another, and then answers. */
function failing(...errors: readonly Error[]) {
  let calls = 0;
  const work = async () => {
    calls += 1;
    const error = errors[calls - 1];
    if (error !== undefined) throw error;
    return 'fine';
  };
  return { work, calls: () => calls };
}

test('a call that fails is tried again, as often as was said', async () => {
  const { work, calls } = failing(failure(), failure());
  assert.equal(await createGuard(options).run(work), 'fine');
  assert.equal(calls(), 3);
  const worse = failing(failure(), failure(), failure());
  await assert.rejects(createGuard(options).run(worse.work), /down/);
  assert.equal(worse.calls(), 3);
});

test('the wait is never shorter than the service asks for', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { work, calls } = failing(failure({ status: 429, retryAfterMs: 2_000 }));
  const answered = createGuard(options).run(work);
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  await settle();
  t.mock.timers.tick(1_999);
  await settle();
  assert.equal(calls(), 1);
  t.mock.timers.tick(1);
  assert.equal(await answered, 'fine');
});

test('a service that asks for longer than anybody would wait is not asked again', async () => {
  const { work, calls } = failing(failure({ status: 429, retryAfterMs: 60_000 }));
  await assert.rejects(createGuard(options).run(work), /down/);
  assert.equal(calls(), 1);
});

test('a call that takes too long is given up, its work is told, and it counts as a failure', async () => {
  const guard = createGuard({ ...options, failuresToOpen: 1, timeoutMs: 15 });
  let told: unknown;
  const hang = (signal: AbortSignal) =>
    new Promise<never>(() => signal.addEventListener('abort', () => (told = signal.reason)));
  await assert.rejects(guard.run(hang), {
    code: 'data-unavailable',
    message: 'service gave no answer within 15 ms',
  });
  assert.ok(told instanceof MentorError);
  assert.equal(guard.circuit.state(), 'open');
});

test('the time covers all tries and the waiting between them', async () => {
  const guard = createGuard({ ...options, firstRetryMs: 10_000, timeoutMs: 15 });
  const { work, calls } = failing(failure(), failure());
  await assert.rejects(guard.run(work), /within 15 ms/);
  assert.equal(calls(), 1);
});

test('an abort ends the waiting at once with its reason, and is no failure of the service', async () => {
  const guard = createGuard({ ...options, failuresToOpen: 1 });
  const controller = new AbortController();
  const reason = new Error('the person left');
  const waiting = guard.run(() => new Promise<never>(() => {}), { signal: controller.signal });
  setImmediate(() => controller.abort(reason));
  await assert.rejects(waiting, reason);
  assert.equal(guard.circuit.state(), 'closed');
});

test('the state of the circuit is open after the failures, half-open while one call tries, then closed', async (t) => {
  t.mock.timers.enable({ apis: ['Date'] });
  const guard = createGuard({ ...options, retries: 0, failuresToOpen: 2, openMs: 1_000 });
  const { work } = failing(failure(), failure());
  for (let call = 0; call < 2; call += 1) await assert.rejects(guard.run(work), /down/);
  assert.equal(guard.circuit.state(), 'open');
  await assert.rejects(guard.run(work), {
    code: 'data-unavailable',
    message: /^service is being left alone after failures; the last: /,
  });
  t.mock.timers.tick(1_001);
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = guard.run(() => promise);
  await new Promise((done) => setImmediate(done));
  assert.equal(guard.circuit.state(), 'half-open');
  await assert.rejects(guard.run(work), /left alone/, 'the others do not wait for the probe');
  resolve('back');
  assert.equal(await probe, 'back');
  assert.equal(guard.circuit.state(), 'closed');
});

test('more calls at once than allowed wait for their turn, and more than may wait are refused', async () => {
  const guard = createGuard({ ...options, concurrency: 1, queue: 1 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = guard.run(() => promise);
  const second = guard.run(async () => 'second');
  await assert.rejects(
    guard.run(async () => 'third'),
    {
      code: 'data-unavailable',
      message: /1 calls running and 1 waiting/,
    },
  );
  resolve('first');
  assert.deepEqual(await Promise.all([first, second]), ['first', 'second']);
  assert.equal(guard.circuit.state(), 'closed');
});

test('who waits for a turn and leaves gives it up', async () => {
  const guard = createGuard({ ...options, concurrency: 1 });
  const { promise, resolve } = Promise.withResolvers<string>();
  const first = guard.run(() => promise);
  const controller = new AbortController();
  const second = guard.run(async () => 'second', { signal: controller.signal });
  controller.abort(new Error('left'));
  await assert.rejects(second, /left/);
  resolve('first');
  await first;
  assert.equal(await guard.run(async () => 'third'), 'third');
});

test('a bug of the work is thrown with the code of the port and its cause, and not tried again', async () => {
  const bug = new TypeError('oops');
  const { work, calls } = failing(bug);
  await assert.rejects(createGuard(options).run(work), { code: 'data-unavailable', cause: bug });
  assert.equal(calls(), 1);
});
