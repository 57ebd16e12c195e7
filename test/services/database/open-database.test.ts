import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { inTransaction, migrate, openDatabase } from '#services/database/open-database.ts';
import { createTemporaryFolder } from './temporary-database.ts';

const notes = { store: 'notes', steps: ['CREATE TABLE notes (text TEXT)'] };
const clock = () => new Date('2026-11-23T10:20:30.400Z');

describe('openDatabase', () => {
  let folder: ReturnType<typeof createTemporaryFolder>;
  let path: string;
  beforeEach(() => {
    folder = createTemporaryFolder();
    path = join(folder.path, 'mentor.sqlite');
  });
  afterEach(() => folder.remove());

  it('creates the file and its folders in write-ahead mode', () => {
    const nested = join(folder.path, 'a', 'b', 'mentor.sqlite');
    const { database, keptAside } = openDatabase(nested);
    assert.equal(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
    assert.equal(database.prepare('PRAGMA foreign_keys').get()?.['foreign_keys'], 1);
    assert.equal(keptAside, undefined);
    database.close();
    assert.ok(existsSync(nested));
  });

  it('keeps what was written for the next opening', () => {
    const first = openDatabase(path).database;
    migrate(first, notes);
    first.exec("INSERT INTO notes VALUES ('kept')");
    first.close();
    const { database } = openDatabase(path);
    assert.equal(database.prepare('SELECT text FROM notes').get()?.['text'], 'kept');
    database.close();
  });

  it('keeps a file that is no database aside, byte for byte, and starts afresh', () => {
    const content = 'these are somebody’s notes, not a database\n'.repeat(100);
    writeFileSync(path, content);
    const { database, keptAside } = openDatabase(path, clock);
    migrate(database, notes);
    database.close();
    assert.equal(keptAside, `${path}.damaged-2026-11-23T10-20-30-400Z`);
    assert.equal(readFileSync(keptAside, 'utf8'), content);
  });

  it('does not read a large file whole', () => {
    const first = openDatabase(path).database;
    migrate(first, notes);
    first.exec('INSERT INTO notes VALUES (zeroblob(65000000))');
    first.exec("CREATE TABLE others (text TEXT); INSERT INTO others VALUES ('kept')");
    first.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, 4 * 4096);
    closeSync(file);
    const { database, keptAside } = openDatabase(path);
    assert.equal(keptAside, undefined);
    assert.equal(database.prepare('SELECT text FROM others').get()?.['text'], 'kept');
    database.close();
  });

  it('keeps a database with a damaged page aside, byte for byte, and starts afresh', () => {
    const first = openDatabase(path).database;
    migrate(first, notes);
    first.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(200_000));
    first.close();
    const damaged = readFileSync(path);
    damaged.fill(0xff, 4096, 5 * 4096);
    writeFileSync(path, damaged);
    const { database, keptAside } = openDatabase(path, clock);
    migrate(database, notes);
    assert.equal(database.prepare('SELECT count(*) AS count FROM notes').get()?.['count'], 0);
    database.close();
    assert.ok(keptAside);
    assert.deepEqual(readFileSync(keptAside), damaged);
  });

  it('leaves a sound file in its place', () => {
    openDatabase(path).database.close();
    openDatabase(path).database.close();
    assert.deepEqual(readdirSync(folder.path), ['mentor.sqlite']);
  });

  for (const [what, obstruct] of [
    ['its folder is a file', (place: string) => writeFileSync(place, 'in the way')],
    [
      'a folder is in its place',
      (place: string) => mkdirSync(join(place, 'mentor.sqlite'), { recursive: true }),
    ],
  ] as const)
    it(`says data-unavailable and names the file where ${what}`, () => {
      const place = join(folder.path, 'data');
      obstruct(place);
      const target = join(place, 'mentor.sqlite');
      assert.throws(
        () => openDatabase(target),
        (error: { code: string; message: string; cause: unknown }) => {
          assert.equal(error.code, 'data-unavailable');
          assert.ok(error.message.includes(target));
          assert.ok(error.cause instanceof Error);
          return true;
        },
      );
    });
});

describe('migrate', () => {
  let database: DatabaseSync;
  beforeEach(() => {
    database = openDatabase(':memory:').database;
  });
  afterEach(() => database.close());

  it('runs each step once', () => {
    const log = 'CREATE TABLE IF NOT EXISTS log (step TEXT)';
    migrate(database, { store: 's', steps: [`${log}; INSERT INTO log VALUES ('one')`] });
    const both = {
      store: 's',
      steps: [`${log}; INSERT INTO log VALUES ('one')`, "INSERT INTO log VALUES ('two')"],
    };
    migrate(database, both);
    migrate(database, both);
    const rows = database.prepare('SELECT step FROM log').all();
    assert.deepEqual(
      rows.map((row) => row['step']),
      ['one', 'two'],
    );
  });

  it('keeps the versions of two stores apart', () => {
    migrate(database, notes);
    migrate(database, { store: 'other', steps: ['CREATE TABLE other (text TEXT)'] });
    database.exec("INSERT INTO notes VALUES ('a'); INSERT INTO other VALUES ('b')");
  });

  it('leaves nothing of a migration behind where a later step of it fails', () => {
    const broken = { store: 'notes', steps: [...notes.steps, 'CREATE NONSENSE'] };
    assert.throws(() => migrate(database, broken));
    assert.throws(() => database.prepare('SELECT * FROM notes'), /no such table/);
    migrate(database, notes);
    database.exec("INSERT INTO notes VALUES ('works now')");
  });

  it('refuses tables of a newer version and leaves them as they are', () => {
    migrate(database, {
      store: 'notes',
      steps: [...notes.steps, 'ALTER TABLE notes ADD more TEXT'],
    });
    assert.throws(() => migrate(database, notes), {
      code: 'data-unavailable',
      message: /newer version/,
    });
    database.exec("INSERT INTO notes (text, more) VALUES ('a', 'b')");
  });

  it('says data-unavailable where the file cannot be written', () => {
    database.exec('PRAGMA query_only = ON');
    assert.throws(() => migrate(database, notes), { code: 'data-unavailable' });
  });
});

describe('inTransaction', () => {
  let database: DatabaseSync;
  beforeEach(() => {
    database = openDatabase(':memory:').database;
    migrate(database, notes);
  });
  afterEach(() => database.close());

  it('keeps all of the work and returns its result', () => {
    const result = inTransaction(database, () => {
      database.exec("INSERT INTO notes VALUES ('a')");
      database.exec("INSERT INTO notes VALUES ('b')");
      return 'done';
    });
    assert.equal(result, 'done');
    assert.equal(database.prepare('SELECT count(*) AS count FROM notes').get()?.['count'], 2);
  });

  it('keeps nothing where the work throws, and throws the same error', () => {
    const failure = new Error('half way');
    assert.throws(
      () =>
        inTransaction(database, () => {
          database.exec("INSERT INTO notes VALUES ('a')");
          throw failure;
        }),
      failure,
    );
    assert.equal(database.prepare('SELECT count(*) AS count FROM notes').get()?.['count'], 0);
    assert.equal(database.isTransaction, false);
  });

  it('tells that the disk is full, although SQLite has rolled back by then', () => {
    database.exec('PRAGMA max_page_count = 4');
    const fill = () => database.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(100_000));
    assert.throws(() => inTransaction(database, fill), /disk is full/);
    assert.equal(database.isTransaction, false);
  });
});
