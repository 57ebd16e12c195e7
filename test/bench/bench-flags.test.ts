import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBenchFlags } from './bench-flags.ts';

const switches = { quick: false, check: false, accept: false, record: false };

test('without --long only the usual part is measured', () => {
  assert.deepEqual(readBenchFlags(['--check']), { ...switches, check: true });
});

test('the long part is as long as it is asked to be', () => {
  assert.deepEqual(readBenchFlags(['--long']), {
    ...switches,
    long: { people: 1_000, minutes: 10, turns: 100_000 },
  });
  const words = ['--long', '--people', '200', '--minutes', '0.5', '--turns', '2000'];
  assert.deepEqual(readBenchFlags(words).long, { people: 200, minutes: 0.5, turns: 2_000 });
});

test('what makes no sense is refused with what to give instead', () => {
  assert.throws(() => readBenchFlags(['--people', '5']), /give --long too/);
  assert.throws(() => readBenchFlags(['--long', '--quick']), /in place of --quick/);
  assert.throws(() => readBenchFlags(['--long', '--turns', 'many']), /--turns must be 100 or more/);
  assert.throws(() => readBenchFlags(['--long', '--people', '1.5']), /whole number/);
  assert.throws(() => readBenchFlags(['--longer']), /longer/);
});
