import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { MentorError } from '#errors.ts';

/** What an operator reads of a store's failure. */
export interface ExpectedFailure {
  /** The setting that the message and the details name. */
  readonly setting: string;
  readonly status?: number;
  readonly isRetryable: boolean;
  readonly retryAfterMs?: number;
}

/** Asserts that the work rejects as `data-unavailable` with these details, and shows nothing that must stay secret. */
export async function assertStoreError(
  work: Promise<unknown>,
  expected: ExpectedFailure,
  secret: string,
): Promise<void> {
  const error = await work.then(
    () => assert.fail('it should have been rejected'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof MentorError, String(error));
  assert.equal(error.code, 'data-unavailable');
  assert.deepEqual(error.details, expected);
  assert.ok(error.cause instanceof Error);
  assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(secret), 'a secret is shown');
}
