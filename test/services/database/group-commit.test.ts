import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { MentorError } from '#errors.ts';
import { createGroupCommit, sharedGroupCommit } from '#services/database/group-commit.ts';

test('a write that breaks a rule of the table fails alone, and those of the same moment are kept', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (value INTEGER NOT NULL) STRICT');
  const add = database.prepare('INSERT INTO numbers (value) VALUES (?)');
  const told: unknown[] = [];
  const commits = createGroupCommit({
    database,
    inEach: () => undefined,
    onTrouble: (error) => told.push(error),
  });
  const [first, mistaken, last] = await Promise.allSettled([
    commits.write(() => add.run(1)),
    commits.write(() => add.run(0.5)),
    commits.write(() => add.run(2)),
  ]);
  assert.deepEqual(
    [first.status, mistaken.status, last.status],
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal(told.length, 1);
  const kept = database.prepare('SELECT value FROM numbers ORDER BY value').all();
  assert.deepEqual(
    kept.map(({ value }) => value),
    [1, 2],
  );
});

test('the stores of one database share a transaction, and a refusal of one is no failure of the file', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (value INTEGER NOT NULL) STRICT');
  const add = database.prepare('INSERT INTO numbers (value) VALUES (?)');
  const refusal = new MentorError('not-allowed', 'This belongs to another person.');
  const [kept, refused, next] = await Promise.allSettled([
    sharedGroupCommit(database).write(() => database.isTransaction && add.run(1)),
    sharedGroupCommit(database).write(() => {
      throw refusal;
    }),
    sharedGroupCommit(database).write(() => add.run(2)),
  ]);
  assert.equal(kept.status, 'fulfilled');
  assert.deepEqual(refused, { status: 'rejected', reason: refusal });
  assert.equal(next.status, 'fulfilled');
  const { count } = database.prepare('SELECT count(*) AS count FROM numbers').get() as {
    count: number;
  };
  assert.equal(count, 2);
});

test('a store hears at once that the file cannot be written', async () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (value INTEGER NOT NULL) STRICT; PRAGMA query_only = ON');
  const add = database.prepare('INSERT INTO numbers (value) VALUES (1)');
  const commits = sharedGroupCommit(database);
  await assert.rejects(
    commits.write(() => add.run()),
    { code: 'data-unavailable' },
  );
  database.exec('PRAGMA query_only = OFF');
  await commits.write(() => add.run());
});

test('what comes after the end is rejected, and never written', async () => {
  const database = new DatabaseSync(':memory:');
  const commits = createGroupCommit({ database });
  commits.end();
  let isRun = false;
  const late = commits.write(() => {
    isRun = true;
  });
  await assert.rejects(late, { code: 'data-unavailable' });
  commits.end();
  assert.equal(isRun, false);
});
