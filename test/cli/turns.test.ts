import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteTurnQueue } from '#services/turn-queue/sqlite.ts';
import { runCommand } from '#test/helpers/run-command.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';

function openQueue(folder: string) {
  const { database } = openDatabase(join(folder, 'turns.sqlite'));
  return createSqliteTurnQueue(database, { logger: silentLogger });
}

test('npm run turns names what was set aside without a word of it, and lets it be answered once more', async (t) => {
  const folder = await createTestFolder(t);
  const run = (...words: string[]) =>
    runCommand(resolve('cli/turns.ts'), words, { folder, environment: { DATA_DIR: folder } });
  const queue = openQueue(folder);
  queue.start(
    async () => ({
      kind: 'dead',
      reason: { code: 'channel-refused', message: 'The channel answered 404.' },
    }),
    { concurrency: 1 },
  );
  await queue.accept({
    id: 'turn-7',
    line: 'l',
    edge: 'slack',
    payload: { text: 'a secret wish' },
  });
  while ((await queue.listDead()).length === 0) await new Promise(setImmediate);
  await queue.stop();
  await queue.close();

  const listed = await run('list');
  assert.equal(listed.stderr, '');
  assert.match(
    listed.stdout,
    /^turn-7\n {2}slack, accepted .*channel-refused\. The channel answered 404\.\n1 set aside\.\n$/,
  );
  assert.doesNotMatch(listed.stdout, /secret wish/);
  assert.deepEqual((await run('again', 'unknown')).status, 1);
  assert.match((await run('again', 'turn-7')).stdout, /^1 will be answered once more\.\n$/);
  assert.match((await run('list')).stdout, /^Nothing set aside\.\n$/);
  assert.equal((await run('dance')).status, 2);
});
