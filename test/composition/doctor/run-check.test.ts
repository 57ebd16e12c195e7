import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Check } from '#composition/doctor/check.ts';
import { checkNode } from '#composition/doctor/machine-checks.ts';
import { runCheck } from '#composition/doctor/run-check.ts';
import { MentorError } from '#errors.ts';

const check: Omit<Check, 'run'> = { name: 'service', tried: 'a call', setting: 'SERVICE_URL' };

test('what a check finds is reported as it is', async () => {
  const finding = { status: 'warning', message: 'nearly', setting: 'OTHER' } as const;
  const { latencyMs, ...report } = await runCheck({ ...check, run: async () => finding }, 1_000);
  assert.deepEqual(report, { name: 'service', tried: 'a call', ...finding });
  assert.ok(Number.isInteger(latencyMs));
});

test('a failure keeps its own words and its setting; one without a setting gets that of the check', async () => {
  const failWith = (error: Error) =>
    runCheck({ ...check, run: () => Promise.reject(error) }, 1_000);
  const known = new MentorError('data-unavailable', 'refused', {
    details: { setting: 'KEY', status: 401 },
  });
  assert.partialDeepStrictEqual(await failWith(known), {
    status: 'failed',
    message: 'refused',
    setting: 'KEY',
  });
  const unknown = await failWith(new Error('odd'));
  assert.partialDeepStrictEqual(unknown, {
    status: 'failed',
    message: 'odd',
    setting: 'SERVICE_URL',
  });
});

test('only a service that gave no answer is looked for on the network', async () => {
  const address = 'http://127.0.0.1:1';
  const answered = new MentorError('data-unavailable', 'refused', { details: { status: 403 } });
  const silent = new MentorError('data-unavailable', 'silent');
  const wrong = new MentorError('config-invalid', 'wrong');
  const messageOf = async (error: Error) =>
    (await runCheck({ ...check, address, run: () => Promise.reject(error) }, 1_000)).message;
  assert.equal(await messageOf(answered), 'refused');
  assert.equal(await messageOf(wrong), 'wrong');
  assert.match(await messageOf(silent), /^silent Nothing takes connections/);
});

test('a check that hangs ends with its time, whether it hears the signal or not', async () => {
  const report = await runCheck({ ...check, run: () => new Promise(() => {}) }, 20);
  assert.equal(report.status, 'failed');
  assert.equal(
    report.message,
    'there was no answer within 0.02 s; check SERVICE_URL, and the network between.',
  );
});

test('a Node that is too old is told how to start with the right one', () => {
  assert.equal(checkNode('24.0.0').status, 'ok');
  assert.equal(checkNode('26.1.0').status, 'ok');
  assert.match(checkNode('22.18.0').message, /22\.18\.0 is too old; start with npm run/);
});
