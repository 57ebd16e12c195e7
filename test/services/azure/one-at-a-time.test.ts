import assert from 'node:assert/strict';
import { it } from 'node:test';
import { oneAtATime } from '#services/azure/one-at-a-time.ts';

it('runs the work of a key in order, one after another, also past a failure', async () => {
  const inOrder = oneAtATime();
  const events: string[] = [];
  const work = (name: string) => async () => {
    events.push(`${name} begins`);
    await new Promise(setImmediate);
    events.push(`${name} ends`);
    if (name === 'first') throw new Error('broken');
    return name;
  };
  const first = inOrder('talk', work('first'));
  const second = inOrder('talk', work('second'));
  await assert.rejects(first, /broken/);
  assert.equal(await second, 'second');
  assert.deepEqual(events, ['first begins', 'first ends', 'second begins', 'second ends']);
});

it('lets the work of another key pass', async () => {
  const inOrder = oneAtATime();
  const never = inOrder('talk', () => new Promise(() => {}));
  assert.equal(await inOrder('other', async () => 'done'), 'done');
  assert.ok(never);
});
