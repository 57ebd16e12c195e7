import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { watchSessionLock } from '#services/turn-queue/azure-service-bus/session-lock.ts';

function createSession(lockMs: number) {
  let renewals = 0;
  const session = {
    isClosed: false,
    sessionLockedUntilUtc: new Date(Date.now() + lockMs),
    async renewSessionLock() {
      renewals += 1;
      session.sessionLockedUntilUtc = new Date(session.sessionLockedUntilUtc.getTime() + lockMs);
      return session.sessionLockedUntilUtc;
    },
    renewals: () => renewals,
  };
  return session;
}

test('a clock that is set in the middle takes no session away', async () => {
  const session = createSession(30_000);
  let skewMs = 0;
  const lock = watchSessionLock(session, { now: () => Date.now() + skewMs });
  skewMs = 2 * 3_600_000;
  await wait(1_100);
  lock.end();
  assert.equal(lock.lost.aborted, false);
});

test('a machine whose clock is ahead of the service’s does not lose each session at once', async () => {
  const session = createSession(30_000);
  const lock = watchSessionLock(session, { now: () => Date.now() + 3_600_000 });
  await wait(600);
  lock.end();
  assert.equal(lock.lost.aborted, false);
});

test('a lock that nobody renews is renewed when little of it is left', async () => {
  const session = createSession(5_000);
  const lock = watchSessionLock(session);
  while (session.renewals() === 0) await wait(50);
  lock.end();
  assert.equal(lock.lost.aborted, false);
});

test('a session is lost when its link is closed, or a call says that the lock is gone', async () => {
  const closed = createSession(5_000);
  const lock = watchSessionLock(closed);
  closed.isClosed = true;
  while (!lock.lost.aborted) await wait(20);
  lock.end();
  const other = watchSessionLock(createSession(30_000));
  other.notice({ code: 'ServiceTimeout' });
  assert.equal(other.lost.aborted, false);
  other.notice({ code: 'SessionLockLost' });
  assert.equal(other.lost.aborted, true);
  other.end();
});
