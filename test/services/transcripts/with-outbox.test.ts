import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import { createSqliteTranscriptStore } from '#services/transcripts/sqlite.ts';
import { withTranscriptOutbox } from '#services/transcripts/with-outbox.ts';
import {
  describeTranscriptStore,
  makeActivity,
} from '#test/contracts/transcript-store.contract.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const outboxes = useOutboxes();

function open(now?: () => Date) {
  const { database } = openDatabase(':memory:');
  const stored = createSqliteTranscriptStore(database, now);
  const service = withOutage(stored);
  const { outbox } = outboxes.open(outboxes.newPath());
  const close = async () => {
    await outbox.close();
    database.close();
  };
  return { service, stored, outbox, store: withTranscriptOutbox(service.store, outbox), close };
}

describeTranscriptStore('with outbox', async () => open());

describe('a transcript whose store goes away', () => {
  it('is complete afterwards, each activity once', async () => {
    const { service, store, stored, close } = open();
    const activities = ['1', '2', '3'].map((id) => makeActivity(id));
    const [{ channelId, conversation }] = activities as [(typeof activities)[number]];
    for (const [index, mode] of (['here', 'away', 'answer-lost'] as const).entries()) {
      service.turn(mode);
      await store.logActivity(activities[index] as (typeof activities)[number]);
    }
    service.turn('here');
    await store.getTranscriptActivities(channelId, conversation.id);
    const { items } = await stored.getTranscriptActivities(channelId, conversation.id);
    assert.deepEqual(items, activities);
    await close();
  });

  it('is deleted with what waits', async () => {
    const { service, store, outbox, close } = open();
    service.turn('away');
    const activity = makeActivity('1');
    await store.logActivity(activity);
    assert.equal(outbox.waitingWrites(), 1);
    service.turn('here');
    await store.deleteTranscript(activity.channelId, activity.conversation.id);
    assert.equal(outbox.waitingWrites(), 0);
    await close();
  });
});
