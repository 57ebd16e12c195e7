import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ErrorCode, MentorError } from '#errors.ts';
import { createGuard } from '#services/resilience/guard.ts';
import { guardPort } from '#services/resilience/guard-port.ts';

interface Shelf {
  read(id: string): Promise<string>;
  write(id: string, eTag?: string): Promise<string>;
}

const failure = (details: Record<string, unknown> = {}, code: ErrorCode = 'data-unavailable') =>
  new MentorError(code, 'no', { details });

/** A shelf whose calls throw the errors one after another and then answer; guarded so that two failures open the circuit. */
function openShelf(...errors: readonly Error[]) {
  const calls: string[] = [];
  const answer = async (call: string) => {
    calls.push(call);
    const error = errors[calls.length - 1];
    if (error !== undefined) throw error;
    return call;
  };
  const shelf: Shelf = {
    read: (id) => answer(`read ${id}`),
    write: (id, eTag) => answer(`write ${id} ${eTag}`),
  };
  const guard = createGuard({
    name: 'shelf',
    code: 'data-unavailable',
    timeoutMs: 5_000,
    firstRetryMs: 1,
    failuresToOpen: 2,
    requestStatuses: [404, 412],
    random: () => 0,
  });
  return {
    calls,
    guard,
    shelf: guardPort(shelf, guard, {
      read: { repeat: true },
      write: { repeat: (_id, eTag) => eTag === undefined },
    }),
  };
}

describe('a guarded port', () => {
  it('passes its arguments and results on', async () => {
    const { shelf } = openShelf();
    assert.equal(await shelf.write('a', '7'), 'write a 7');
  });

  it('repeats what is safe to repeat, and nothing else', async () => {
    const safe = openShelf(failure());
    assert.equal(await safe.shelf.write('a'), 'write a undefined');
    assert.equal(safe.calls.length, 2);
    const unsafe = openShelf(failure());
    await assert.rejects(unsafe.shelf.write('a', '7'), failure());
    assert.equal(unsafe.calls.length, 1);
  });

  it('leaves a service that keeps failing alone', async () => {
    const { shelf, calls, guard } = openShelf(...Array.from({ length: 7 }, () => failure()));
    for (let call = 0; call < 2; call += 1) await assert.rejects(shelf.read('a'), failure());
    assert.equal(guard.circuit.state(), 'open');
    await assert.rejects(shelf.read('a'), /left alone/);
    assert.equal(calls.length, 6, 'two calls of three tries each');
  });

  for (const [what, error] of [
    ['a conflict', new Error('eTag conflict')],
    ['a mistake of the caller', new ReferenceError('keys are required')],
    ['an unknown id', failure({}, 'not-found')],
    ['a missing item', failure({ status: 404, isRetryable: false })],
    ['a changed item', failure({ status: 412, isRetryable: false })],
  ] as const)
    it(`takes ${what} for an answer: as it is, once, and nothing against the service`, async () => {
      const { shelf, calls, guard } = openShelf(error, error, error);
      for (let call = 0; call < 3; call += 1) await assert.rejects(shelf.read('a'), error);
      assert.equal(calls.length, 3);
      assert.equal(guard.circuit.state(), 'closed');
    });
});
