import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createConversations } from '#bot/channels/direct-line/conversations.ts';
import type { ActivitySet } from '#bot/channels/direct-line/protocol.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createTestFolder } from '#test/helpers/start-bot-host.ts';

/** The conversations as one of several processes has them. */
function openProcess(t: { after(clean: () => void): void }, folder: string, idSuffix: string) {
  const { database } = openDatabase(join(folder, 'log.sqlite'));
  const conversations = createConversations({
    log: createSqliteActivityLog(database),
    now: () => new Date(),
    otherWriters: { idSuffix, lookEveryMs: 5, hasChanged: () => true },
  });
  t.after(() => {
    conversations.close();
    database.close();
  });
  return conversations;
}

test('two processes that write into one conversation keep everything, under different ids', async (t) => {
  const folder = await createTestFolder(t);
  const [one, two] = [openProcess(t, folder, '111111'), openProcess(t, folder, '222222')];
  await one.start('c', 'ada');
  await two.start('c', 'ada');
  for (let n = 0; n < 5; n += 1)
    await Promise.all([one.add('c', { text: `one ${n}` }), two.add('c', { text: `two ${n}` })]);
  const { activities } = await one.readAfter('c', undefined);
  assert.equal(activities.length, 10);
  assert.equal(new Set(activities.map(({ id }) => id)).size, 10);
});

test('whoever is connected to one process sees what another one wrote, once and in order', async (t) => {
  const folder = await createTestFolder(t);
  const [one, two] = [openProcess(t, folder, '111111'), openProcess(t, folder, '222222')];
  await one.start('c', 'ada');
  const seen: unknown[] = [];
  const all = Promise.withResolvers<void>();
  const leave = await one.join('c', undefined, ({ activities }: ActivitySet) => {
    seen.push(...activities.map((activity) => activity['text']));
    if (seen.length === 4) all.resolve();
  });
  await two.add('c', { text: 'question' });
  await two.add('c', { text: 'answer' });
  await one.add('c', { text: 'thanks' });
  await two.add('c', { text: 'welcome' });
  await all.promise;
  assert.deepEqual(seen, ['question', 'answer', 'thanks', 'welcome']);
  leave();
});

test('a message with a mark that is there already is not kept again, whoever kept it', async (t) => {
  const folder = await createTestFolder(t);
  const [one, two] = [openProcess(t, folder, '111111'), openProcess(t, folder, '222222')];
  await one.start('c', 'ada');
  const first = await one.add('c', { text: 'answer' }, { id: 'turn-1#0', mayBeThere: false });
  const again = await two.add('c', { text: 'answer' }, { id: 'turn-1#0', mayBeThere: true });
  assert.equal(again.id, first.id);
  const { activities } = await two.readAfter('c', undefined);
  assert.equal(activities.length, 1);
});
