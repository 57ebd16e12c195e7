import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSqliteConversationStore } from '#services/conversations/sqlite.ts';
import { withConversationOutbox } from '#services/conversations/with-outbox.ts';
import { openDatabase } from '#services/database/open-database.ts';
import {
  makeAnswer,
  makeConversation,
  makeMessage,
  timeAt,
} from '#test/contracts/conversation-samples.ts';
import { describeConversationStore } from '#test/contracts/conversation-store.contract.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const outboxes = useOutboxes();

function open(path = outboxes.newPath()) {
  const { database } = openDatabase(':memory:');
  const stored = createSqliteConversationStore(database, () => new Date(timeAt(100)));
  const service = withOutage(stored);
  const { outbox } = outboxes.open(path);
  const close = async () => {
    await outbox.close();
    database.close();
  };
  return { service, stored, outbox, store: withConversationOutbox(service.store, outbox), close };
}

describeConversationStore('with outbox', async () => open());

const turn = (number: number) => [makeMessage(`q${number}`), makeAnswer(`a${number}`)];
const idsOf = async (store: ReturnType<typeof open>['store'], limit?: number) =>
  (await store.listMessages('talk', limit === undefined ? {} : { limit })).messages.map(
    ({ messageId }) => messageId,
  );

describe('conversations whose store goes away', () => {
  it('are complete again afterwards, each message once, in their order, and counted once', async () => {
    const { service, store, stored, close } = open();
    await store.appendTurn(makeConversation('talk'), turn(1));
    service.turn('away');
    await store.appendTurn(makeConversation('talk'), turn(2));
    service.turn('answer-lost');
    await store.appendTurn(makeConversation('talk'), turn(3));
    service.turn('here');
    await store.appendTurn(makeConversation('talk'), turn(4));
    const expected = ['q1', 'a1', 'q2', 'a2', 'q3', 'a3', 'q4', 'a4'];
    assert.deepEqual(await idsOf(stored), expected);
    assert.equal((await stored.get('talk'))?.totalMessages, 8);
    await close();
  });

  it('show what waits where they can be read, though nothing can be written', async () => {
    const { service, store, close } = open();
    await store.appendTurn(makeConversation('talk'), turn(1));
    service.turn('away', ['appendTurn']);
    await store.appendTurn(makeConversation('talk'), turn(2));
    assert.deepEqual(await idsOf(store), ['q1', 'a1', 'q2', 'a2']);
    assert.deepEqual(await idsOf(store, 3), ['a1', 'q2', 'a2']);
    service.turn('answer-lost', ['appendTurn']);
    assert.deepEqual(
      await idsOf(store),
      ['q1', 'a1', 'q2', 'a2'],
      'stored and waiting, shown once',
    );
    await close();
  });

  it('say so where they are read', async () => {
    const { service, store, close } = open();
    service.turn('away');
    await assert.rejects(store.listMessages('talk'), { code: 'data-unavailable' });
    await close();
  });

  it('are known by what waits of them, so that one can begin meanwhile', async () => {
    const { service, store, stored, close } = open();
    service.turn('away');
    await assert.rejects(store.get('talk'), { code: 'data-unavailable' });
    await store.appendTurn(makeConversation('talk'), []);
    assert.equal((await store.get('talk'))?.totalMessages, 0);
    await store.appendTurn(makeConversation('talk'), turn(1));
    const known = await store.get('talk');
    service.turn('here');
    const kept = await store.get('talk');
    assert.deepEqual(known, { ...kept, createdAt: known?.createdAt, updatedAt: known?.updatedAt });
    assert.deepEqual(await idsOf(stored), ['q1', 'a1']);
    await close();
  });

  it('take feedback, and count it once', async () => {
    const { service, store, stored, close } = open();
    await store.appendTurn(makeConversation('talk'), turn(1));
    service.turn('away');
    const feedback = { reaction: 'like', at: timeAt(1) } as const;
    assert.equal(await store.setFeedback('talk', 'a1', feedback), true);
    service.turn('here');
    assert.equal((await store.get('talk'))?.engagementMetrics.likes, 1);
    assert.equal(await store.setFeedback('talk', 'unknown', feedback), false);
    assert.equal((await stored.get('talk'))?.engagementMetrics.likes, 1);
    await close();
  });

  it('are deleted with what waits, words given with a thumb included', async () => {
    const { service, store, stored, outbox, close } = open();
    await store.appendTurn(makeConversation('old'), [makeAnswer('a0')]);
    service.turn('away');
    await store.appendTurn(makeConversation('talk'), turn(1));
    const feedback = { reaction: 'dislike', reason: 'my own words', at: timeAt(1) } as const;
    await store.setFeedback('old', 'a0', feedback);
    await store.appendTurn({ ...makeConversation('other'), userId: 'bob' }, turn(2));
    await assert.rejects(store.deleteUser('ada'), { code: 'data-unavailable' });
    service.turn('here');
    await store.deleteUser('ada');
    assert.equal(outbox.waitingWrites(), 1, 'what is another person’s still waits');
    assert.deepEqual(await stored.listConversations('ada'), []);
    await close();
  });
});
