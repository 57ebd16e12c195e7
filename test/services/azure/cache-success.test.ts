import assert from 'node:assert/strict';
import { it } from 'node:test';
import { cacheSuccess } from '#services/azure/cache-success.ts';

it('makes a value once, also for those who ask at the same time', async () => {
  let made = 0;
  const cached = cacheSuccess(async () => {
    made += 1;
    return made;
  });
  assert.deepEqual(await Promise.all([cached.get(), cached.get()]), [1, 1]);
  assert.equal(await cached.get(), 1);
});

it('tries anew after a failure', async () => {
  let tries = 0;
  const cached = cacheSuccess(async () => {
    tries += 1;
    if (tries === 1) throw new Error('down');
    return tries;
  });
  await assert.rejects(cached.get(), /down/);
  assert.equal(await cached.get(), 2);
});

it('makes the value anew once it was told to forget it', async () => {
  let made = 0;
  const cached = cacheSuccess(async () => {
    made += 1;
    return made;
  });
  await cached.get();
  cached.forget();
  assert.equal(await cached.get(), 2);
});
