import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openDatabase } from '#services/database/open-database.ts';
import type { Profile } from '#services/profiles/port.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { withProfileOutbox } from '#services/profiles/with-outbox.ts';
import { describeProfileStore } from '#test/contracts/profile-store.contract.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const outboxes = useOutboxes();

function open() {
  const { database } = openDatabase(':memory:');
  const stored = createSqliteProfileStore(database);
  const service = withOutage(stored);
  const { outbox } = outboxes.open(outboxes.newPath());
  const close = async () => {
    await outbox.close();
    database.close();
  };
  return { service, stored, outbox, store: withProfileOutbox(service.store, outbox), close };
}

describeProfileStore('with outbox', async () => open());

const profile = (background: string, minute: number): Profile => ({
  userId: 'ada',
  background,
  careerGoals: [],
  specificInterests: [],
  updatedAt: `2026-11-23T12:0${minute}:00.000Z`,
});

describe('a profile whose store goes away', () => {
  it('is the newest that was told, then and afterwards', async () => {
    const { service, store, stored, close } = open();
    await store.put(profile('nurse', 0));
    service.turn('away');
    await store.put(profile('teacher', 1));
    await store.put(profile('welder', 2));
    assert.equal((await store.get('ada'))?.background, 'welder');
    service.turn('here');
    assert.equal((await store.get('ada'))?.background, 'welder');
    assert.equal((await stored.get('ada'))?.background, 'welder');
    await close();
  });

  it('never replaces a newer one that came from elsewhere', async () => {
    const { service, store, stored, close } = open();
    service.turn('away');
    await store.put(profile('teacher', 1));
    await stored.put(profile('welder', 2));
    service.turn('here');
    assert.equal((await store.get('ada'))?.background, 'welder');
    await close();
  });

  it('that is not known here rejects', async () => {
    const { service, store, close } = open();
    await store.put(profile('nurse', 0));
    service.turn('away');
    await assert.rejects(store.get('ada'), { code: 'data-unavailable' });
    await close();
  });

  it('is deleted with what waits', async () => {
    const { service, store, outbox, close } = open();
    service.turn('away');
    await store.put(profile('teacher', 1));
    await assert.rejects(store.delete('ada'), { code: 'data-unavailable' });
    assert.equal(outbox.waitingWrites(), 0);
    service.turn('here');
    assert.equal(await store.get('ada'), undefined);
    await close();
  });
});
