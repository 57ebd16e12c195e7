import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { createGroupCommit } from '#services/turn-queue/group-commit.ts';

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
