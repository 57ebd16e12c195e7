import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSqliteActivityLog } from '#services/activity-log/sqlite.ts';
import { withActivityLogOutbox } from '#services/activity-log/with-outbox.ts';
import { openDatabase } from '#services/database/open-database.ts';
import {
  describeActivityLog,
  makeLoggedActivity,
  makeLoggedConversation,
} from '#test/contracts/activity-log.contract.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const outboxes = useOutboxes();
const now = () => new Date('2026-11-23T12:00:00Z');

function open(
  path = outboxes.newPath(),
  stored = createSqliteActivityLog(openDatabase(':memory:').database),
) {
  const service = withOutage(stored);
  const { outbox } = outboxes.open(path);
  const log = withActivityLogOutbox(service.store, { outbox, now });
  return { path, service, stored, outbox, log, store: log, close: () => outbox.close() };
}

describeActivityLog('with outbox', async () => open());

const read = async (log: ReturnType<typeof open>['log'], sequence = 0) =>
  (await log.readAfter('talk', sequence)).map((row) => [row.sequence, row.activity.id]);

describe('an activity log that goes away', () => {
  it('numbers on, shows what waits, and holds each activity once afterwards', async () => {
    const { service, stored, log, close } = open();
    await log.create(makeLoggedConversation('talk'));
    assert.equal(await log.append('talk', makeLoggedActivity('a')), 1);
    service.turn('away');
    assert.equal(await log.append('talk', makeLoggedActivity('b')), 2);
    assert.equal(await log.append('talk', makeLoggedActivity('b')), 2, 'the same one again');
    service.turn('answer-lost');
    assert.equal(await log.append('talk', makeLoggedActivity('c')), 3);
    service.turn('away');
    assert.deepEqual(await read(log), [
      [2, 'b'],
      [3, 'c'],
    ]);
    assert.deepEqual(await read(log, 2), [[3, 'c']]);
    assert.equal((await log.get('talk'))?.lastSequence, 3);
    assert.deepEqual(
      (await log.list('ada')).map(({ conversationId }) => conversationId),
      ['talk'],
    );
    service.turn('here');
    assert.equal(await log.append('talk', makeLoggedActivity('d')), 4);
    const expected = ['a', 'b', 'c', 'd'].map((id, index) => [index + 1, id]);
    assert.deepEqual(await read(log), expected);
    assert.deepEqual(await read(stored), expected);
    await close();
  });

  it('can be begun with, also by who has been there before: no number and no id comes twice', async () => {
    const first = open();
    await first.log.create(makeLoggedConversation('talk'));
    await first.log.append('talk', makeLoggedActivity('a'));
    await first.close();

    const { service, stored, log, close } = open(outboxes.newPath(), first.stored);
    service.turn('away');
    await assert.rejects(log.get('talk'), { code: 'data-unavailable' });
    await log.create(makeLoggedConversation('talk'));
    const farAbove = now().getTime() / 1_000;
    assert.equal((await log.get('talk'))?.lastSequence, farAbove);
    assert.equal(await log.append('talk', makeLoggedActivity('b')), farAbove + 1);
    service.turn('here');
    assert.equal((await log.get('talk'))?.lastSequence, 2);
    assert.deepEqual(await read(stored), [
      [1, 'a'],
      [2, 'b'],
    ]);
    await close();
  });

  it('goes on after a restart of the program while it is away', async () => {
    const first = open();
    await first.log.create(makeLoggedConversation('talk'));
    first.service.turn('away');
    await first.log.append('talk', makeLoggedActivity('a'));
    await first.log.create(makeLoggedConversation('new'));
    await first.close();

    const { service, log, close } = open(first.path, first.stored);
    service.turn('away');
    assert.equal((await log.get('new'))?.userId, 'ada');
    assert.equal(await log.append('new', makeLoggedActivity('b')), now().getTime() / 1_000 + 1);
    service.turn('here');
    assert.deepEqual(await read(log), [[1, 'a']]);
    assert.equal((await log.get('new'))?.lastSequence, 1);
    await close();
  });

  it('takes changes of what waits', async () => {
    const { service, log, close } = open();
    await log.create(makeLoggedConversation('talk'));
    service.turn('away');
    for (const id of ['a', 'b']) await log.append('talk', makeLoggedActivity(id));
    assert.equal(await log.replace('talk', 'a', makeLoggedActivity('a', 'changed')), true);
    assert.equal(await log.replace('talk', 'b', undefined), true);
    const textsOf = async () =>
      (await log.readAfter('talk', 0)).map(({ activity }) => activity['text']);
    assert.deepEqual(await textsOf(), ['changed']);
    service.turn('here');
    assert.deepEqual(await textsOf(), ['changed']);
    await close();
  });

  it('gives nobody another person’s conversation', async () => {
    const { service, log, close } = open();
    await log.create(makeLoggedConversation('talk'));
    service.turn('away');
    await assert.rejects(log.create(makeLoggedConversation('talk', 'bob')), {
      code: 'not-allowed',
    });
    await close();
  });

  it('is deleted with what waits', async () => {
    const { service, log, outbox, close } = open();
    await log.create(makeLoggedConversation('talk'));
    service.turn('away');
    await log.append('talk', makeLoggedActivity('a'));
    service.turn('here');
    await log.deleteUser('ada');
    assert.equal(outbox.waitingWrites(), 0);
    assert.equal(await log.get('talk'), undefined);
    service.turn('away');
    await assert.rejects(log.append('talk', makeLoggedActivity('b')), { code: 'data-unavailable' });
    await close();
  });
});
