import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { MentorError } from '#errors.ts';
import { kept, type Outbox } from '#services/outbox/outbox.ts';
import { away, useOutboxes } from './outage.ts';

const outboxes = useOutboxes();

/** A store that writes down what reaches it. */
function openTarget(outbox: Outbox) {
  const target = { isAway: true, written: [] as string[], refusals: new Set<string>() };
  const line = outbox.line<string, string>({
    store: 'target',
    async perform(write, { isLate }) {
      if (target.isAway) throw away();
      if (target.refusals.has(write)) throw new MentorError('request-invalid', 'never');
      target.written.push(isLate ? `${write} late` : write);
      return write;
    },
  });
  return { target, line };
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await wait(5);
}

describe('a write', () => {
  it('goes straight through while its store is there, and leaves no file', async () => {
    const path = outboxes.newPath();
    const { outbox } = outboxes.open(path);
    const { target, line } = openTarget(outbox);
    target.isAway = false;
    assert.equal(await line.write('talk', 'a'), 'a');
    assert.deepEqual(target.written, ['a']);
    await outbox.close();
    assert.equal(existsSync(path), false);
  });

  it('waits while its store is away, and is written with nobody asking', async () => {
    const { outbox, logged } = outboxes.open(outboxes.newPath(), { firstRetryMs: 1 });
    const { target, line } = openTarget(outbox);
    assert.equal(await line.write('talk', 'a'), kept);
    assert.equal(await line.write('other', 'b'), kept);
    assert.equal(outbox.waitingWrites(), 2);
    target.isAway = false;
    await until(() => outbox.waitingWrites() === 0);
    assert.deepEqual(target.written, ['a late', 'b late']);
    assert.deepEqual(
      logged.map(({ level, message }) => [level, message]),
      [
        ['warn', 'a store cannot be reached; what belongs there waits on this machine'],
        ['info', 'all that waited for the store is written'],
      ],
      'one line when it begins, one when it is over',
    );
    await outbox.close();
  });

  it('never overtakes one of its lane, and goes before those of other lanes', async () => {
    const { outbox } = outboxes.open(outboxes.newPath());
    const { target, line } = openTarget(outbox);
    await line.write('talk', 'a');
    await line.write('talk', 'b');
    await line.write('other', 'x');
    target.isAway = false;
    assert.equal(await line.write('talk', 'c'), 'c');
    assert.deepEqual(target.written, ['a late', 'b late', 'c']);
    assert.equal(outbox.waitingWrites(), 1);
    await outbox.close();
  });

  it('that is refused rejects at once, and where it waited is dropped and told', async () => {
    const { outbox, logged } = outboxes.open(outboxes.newPath());
    const { target, line } = openTarget(outbox);
    target.refusals.add('bad');
    target.isAway = false;
    await assert.rejects(line.write('talk', 'bad'), { code: 'request-invalid' });
    target.isAway = true;
    await line.write('talk', 'bad');
    await line.write('talk', 'good');
    target.isAway = false;
    await line.catchUp('talk');
    assert.deepEqual(target.written, ['good late']);
    assert.ok(logged.some(({ level, message }) => level === 'error' && /refused/.test(message)));
    await outbox.close();
  });

  it('too large for its store never waits', async () => {
    const { outbox } = outboxes.open(outboxes.newPath());
    const error = new MentorError('data-unavailable', 'large', { details: { status: 413 } });
    const line = outbox.line<string, void>({
      store: 'small',
      perform: () => Promise.reject(error),
    });
    await assert.rejects(line.write('talk', 'a'), error);
    assert.equal(outbox.waitingWrites(), 0);
    await outbox.close();
  });
});

describe('what waits', () => {
  it('survives the end of the program, in its order', async () => {
    const path = outboxes.newPath();
    const first = outboxes.open(path);
    const before = openTarget(first.outbox);
    for (const write of ['a', 'b', 'c']) await before.line.write('talk', write);
    await first.outbox.close();

    const { outbox, logged } = outboxes.open(path);
    const { target, line } = openTarget(outbox);
    assert.equal(outbox.waitingWrites(), 3);
    assert.deepEqual(logged[0]?.details, { store: 'target', waiting: 3 });
    target.isAway = false;
    await line.catchUp('talk');
    assert.deepEqual(target.written, ['a late', 'b late', 'c late']);
    await outbox.close();
  });

  it('is tried once more when the program ends', async () => {
    const { outbox } = outboxes.open(outboxes.newPath());
    const { target, line } = openTarget(outbox);
    await line.write('talk', 'a');
    target.isAway = false;
    await outbox.close();
    assert.deepEqual(target.written, ['a late']);
  });

  it('does not hold up the end of the program for long', async () => {
    const { outbox } = outboxes.open(outboxes.newPath(), { lastTryMs: 1 });
    let calls = 0;
    const line = outbox.line<string, void>({
      store: 'silent',
      perform() {
        calls += 1;
        return calls === 1 ? Promise.reject(away()) : new Promise(() => {});
      },
    });
    await line.write('talk', 'a');
    await outbox.close();
    assert.equal(calls, 2);
  });

  it('is dropped by lane and by person, and what is just being written has ended by then', async () => {
    const { outbox } = outboxes.open(outboxes.newPath());
    const { promise, resolve } = Promise.withResolvers<void>();
    const written: string[] = [];
    let isAway = true;
    const line = outbox.line<string, void>({
      store: 'slow',
      async perform(write) {
        if (isAway) throw away();
        await promise;
        written.push(write);
      },
    });
    await line.write('one', 'a', 'ada');
    await line.write('two', 'b', 'ada');
    await line.write('three', 'c', 'bob');
    isAway = false;
    const catchingUp = line.catchUp('one');
    const forgetting = line.forgetPerson('ada').then(() => written.push('forgotten'));
    resolve();
    await Promise.all([catchingUp, forgetting]);
    assert.deepEqual(written, ['a', 'forgotten']);
    assert.equal(outbox.waitingWrites(), 1);
    await line.forget('three');
    assert.equal(outbox.waitingWrites(), 0);
    await outbox.close();
  });

  it('waits in memory where no file can be written, and the operator is told', async () => {
    const path = outboxes.newPath();
    mkdirSync(dirname(dirname(path)), { recursive: true });
    writeFileSync(dirname(path), 'a file where a folder should be');
    const { outbox, logged } = outboxes.open(join(path));
    const { target, line } = openTarget(outbox);
    await line.write('talk', 'a');
    assert.deepEqual(
      logged.map(({ level }) => level),
      ['error', 'warn'],
    );
    target.isAway = false;
    await line.catchUp('talk');
    assert.deepEqual(target.written, ['a late']);
    await outbox.close();
  });
});

it('asks a store that is being left alone once, not once for every lane', async () => {
  const { outbox } = outboxes.open(outboxes.newPath());
  let calls = 0;
  const line = outbox.line<string, void>({
    store: 'open-circuit',
    async perform() {
      calls += 1;
      throw new MentorError('data-unavailable', 'left alone', {
        details: { reason: 'circuit-open' },
      });
    },
  });
  for (const lane of ['one', 'two', 'three']) await line.write(lane, 'a');
  calls = 0;
  await outbox.close();
  assert.equal(calls, 1);
});
