import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inTransaction } from '#services/database/open-database.ts';
import { runQuery } from '#services/database/run-query.ts';
import { assertDataUnavailable } from './temporary-database.ts';

describe('runQuery', () => {
  let database: DatabaseSync;
  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)');
  });
  afterEach(() => {
    if (database.isOpen) database.close();
  });

  it('resolves to what the work returns', async () => {
    assert.equal(await runQuery(() => 42), 42);
  });

  it('rejects a full disk as data-unavailable', async () => {
    database.exec('PRAGMA max_page_count = 4');
    const fill = () => database.prepare('INSERT INTO notes VALUES (1, ?)').run('x'.repeat(100_000));
    await assertDataUnavailable(runQuery(() => inTransaction(database, fill)));
  });

  it('rejects a file that cannot be written as data-unavailable', async () => {
    database.exec('PRAGMA query_only = ON');
    await assertDataUnavailable(runQuery(() => database.exec('DELETE FROM notes')));
  });

  it('rejects a closed database as data-unavailable', async () => {
    const select = database.prepare('SELECT * FROM notes');
    database.close();
    await assertDataUnavailable(runQuery(() => select.all()));
    await assertDataUnavailable(runQuery(() => database.exec('DELETE FROM notes')));
  });

  it('rejects damage found while running as data-corrupt', async () => {
    const damage = Object.assign(new Error('database disk image is malformed'), {
      code: 'ERR_SQLITE_ERROR',
      // SQLITE_CORRUPT_INDEX, an extended code of SQLITE_CORRUPT
      errcode: 779,
    });
    const work = () => {
      throw damage;
    };
    await assert.rejects(runQuery(work), { code: 'data-corrupt', cause: damage });
  });

  it('leaves a broken constraint and every other error as they are', async () => {
    const insert = database.prepare('INSERT INTO notes VALUES (1, NULL)');
    insert.run();
    await assert.rejects(
      runQuery(() => insert.run()),
      { code: 'ERR_SQLITE_ERROR', message: /UNIQUE/ },
    );
    const mistake = new TypeError('a mistake');
    await assert.rejects(
      runQuery(() => {
        throw mistake;
      }),
      mistake,
    );
    await assert.rejects(
      runQuery(() => {
        throw undefined;
      }),
      (thrown) => thrown === undefined,
    );
  });
});
