import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createConversations } from '#bot/channels/direct-line/conversations.ts';
import { MentorError } from '#errors.ts';
import type { ActivityLog } from '#services/activity-log/port.ts';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { withActivityLogOutbox } from '#services/activity-log/with-outbox.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const outboxes = useOutboxes();
const now = () => new Date('2026-11-23T12:00:00Z');

/** One process's conversations, on a log that can be taken away from it. */
function startProcess(stored: ActivityLog) {
  const service = withOutage(stored);
  const { outbox } = outboxes.open(outboxes.newPath());
  const log = withActivityLogOutbox(service.store, { outbox, now });
  return { service, outbox, conversations: createConversations({ log, now }) };
}

const message = (text: string) => ({ type: 'message', text });

describe('a conversation while the activity log is away', () => {
  it('can be begun, shows what is said, and is whole afterwards', async () => {
    const stored = createSqliteActivityLog(openDatabase(':memory:').database);
    const { service, conversations, outbox } = startProcess(stored);
    service.turn('away');
    assert.equal(await conversations.start('talk', 'ada'), true);
    assert.equal(await conversations.start('talk', 'ada'), false);
    assert.equal(await conversations.ownerOf('talk'), 'ada');
    await conversations.add('talk', message('one'));
    const seen: unknown[] = [];
    const leave = await conversations.join('talk', undefined, ({ activities }) =>
      seen.push(...activities.map(({ text }) => text)),
    );
    await conversations.add('talk', message('two'));
    assert.deepEqual(seen, ['one', 'two']);
    service.turn('here');
    await conversations.add('talk', message('three'));
    leave();
    const rows = await stored.readAfter('talk', 0);
    assert.deepEqual(
      rows.map(({ sequence, activity }) => [sequence, activity['text']]),
      [
        [1, 'one'],
        [2, 'two'],
        [3, 'three'],
      ],
    );
    assert.equal(outbox.waitingWrites(), 0);
  });

  it('goes on in a process that never met it, and no message takes the place of an earlier one', async () => {
    const stored = createSqliteActivityLog(openDatabase(':memory:').database);
    const before = startProcess(stored);
    await before.conversations.start('talk', 'ada');
    for (const text of ['one', 'two']) await before.conversations.add('talk', message(text));

    const { service, conversations } = startProcess(stored);
    service.turn('away');
    await conversations.start('talk', 'ada');
    for (const text of ['three', 'four']) await conversations.add('talk', message(text));
    service.turn('here');
    await conversations.add('talk', message('five'));
    const { activities } = await conversations.readAfter('talk', undefined);
    assert.deepEqual(
      activities.map(({ text }) => text),
      ['one', 'two', 'three', 'four', 'five'],
    );
    assert.equal(new Set(activities.map(({ id }) => id)).size, 5);
  });

  it('keeps a message once though the log fails right behind it, and gives its id to no other', async () => {
    const stored = createSqliteActivityLog(openDatabase(':memory:').database);
    let fails = false;
    const log: ActivityLog = {
      ...stored,
      async append(conversationId, activity) {
        // Another process was quicker, so that there is something to catch up with.
        if (fails) await stored.append(conversationId, { id: 'talk|0000009', text: 'theirs' });
        return stored.append(conversationId, activity);
      },
      async readAfter(conversationId, sequence) {
        if (fails) throw new MentorError('data-unavailable', 'away');
        return stored.readAfter(conversationId, sequence);
      },
    };
    const conversations = createConversations({ log, now });
    await conversations.start('talk', 'ada');
    const seen: unknown[] = [];
    const leave = await conversations.join('talk', undefined, ({ activities }) =>
      seen.push(...activities.map(({ text }) => text)),
    );
    fails = true;
    await conversations.add('talk', message('one'));
    fails = false;
    await conversations.add('talk', message('two'));
    leave();
    assert.deepEqual(seen, ['theirs', 'one', 'two']);
    const { activities } = await conversations.readAfter('talk', undefined);
    assert.deepEqual(
      activities.map(({ text }) => text),
      ['theirs', 'one', 'two'],
    );
  });

  it('is asked again for a message whose keeping it confirmed to nobody', async () => {
    const stored = createSqliteActivityLog(openDatabase(':memory:').database);
    let fails = true;
    const log: ActivityLog = {
      ...stored,
      async append(conversationId, activity) {
        const sequence = await stored.append(conversationId, activity);
        if (fails) throw new MentorError('data-unavailable', 'the answer was lost');
        return sequence;
      },
    };
    const conversations = createConversations({ log, now });
    await conversations.start('talk', 'ada');
    const mark = { id: 'turn-1#0', mayBeThere: false };
    await assert.rejects(conversations.add('talk', message('answer'), mark));
    fails = false;
    await conversations.add('talk', message('answer'), { ...mark, mayBeThere: true });
    await conversations.add('talk', message('next'));
    const { activities } = await conversations.readAfter('talk', undefined);
    assert.deepEqual(
      activities.map(({ text }) => text),
      ['answer', 'next'],
    );
  });
});
