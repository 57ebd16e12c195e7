import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createSessionOnly } from '#bot/session-only.ts';
import { withoutMinors } from '#bot/without-minors.ts';
import { readAge } from '#mentor/read-age.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

const ada = { userKey: 'web:ada', channelId: 'web', userId: 'ada' };
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('whoever is under age is forgotten an hour after their last words, and tried again where it failed', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const deleted: string[] = [];
    let fails = true;
    const sessions = createSessionOnly({
      logger: silentLogger,
      personalData: {
        async deleteAll({ userKey }) {
          deleted.push(userKey);
          if (fails) throw new Error('the store is away');
        },
      },
    });
    sessions.touch(ada);
    mock.timers.tick(3_000_000);
    sessions.touch(ada);
    mock.timers.tick(3_000_000);
    assert.deepEqual(deleted, []);
    mock.timers.tick(600_000);
    await settle();
    assert.deepEqual(deleted, ['web:ada']);
    fails = false;
    mock.timers.tick(3_600_000);
    await settle();
    mock.timers.tick(36_000_000);
    assert.deepEqual(deleted, ['web:ada', 'web:ada']);
  } finally {
    mock.timers.reset();
  }
});

test('until when something is kept is known while it is kept, and of nobody else', async () => {
  const sessions = createSessionOnly({
    logger: silentLogger,
    now: () => new Date('2026-11-23T12:00:00Z'),
    personalData: { deleteAll: async () => undefined },
  });
  assert.equal(sessions.endsAt('web:ada'), undefined);
  sessions.touch(ada);
  assert.equal(sessions.endsAt('web:ada')?.toISOString(), '2026-11-23T13:00:00.000Z');
  assert.equal(sessions.endsAt('web:bob'), undefined);
  await sessions.close();
  assert.equal(sessions.endsAt('web:ada'), undefined);
});

test('the end of the program is the end of every such session', async () => {
  const deleted: string[] = [];
  const sessions = createSessionOnly({
    logger: silentLogger,
    personalData: { deleteAll: async ({ userKey }) => void deleted.push(userKey) },
  });
  sessions.touch(ada);
  await sessions.close();
  await sessions.close();
  assert.deepEqual(deleted, ['web:ada']);
});

test('a profile in which somebody says that they are under age is not kept', async () => {
  const { database } = openDatabase(':memory:');
  const profiles = withoutMinors(
    createSqliteProfileStore(database),
    (text) => (readAge(text) ?? 99) < 16,
  );
  const profile = {
    userId: 'web:ada',
    background: 'Student',
    careerGoals: [],
    specificInterests: [],
    updatedAt: '2026-11-23T00:00:00.000Z',
  };
  await profiles.put(profile);
  assert.equal((await profiles.get('web:ada'))?.background, 'Student');
  await profiles.put({ ...profile, background: "I'm in 8th grade" });
  assert.equal(await profiles.get('web:ada'), undefined);
  database.close();
});
