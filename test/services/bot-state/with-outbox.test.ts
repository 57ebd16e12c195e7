import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { withBotStateOutbox } from '#services/bot-state/with-outbox.ts';
import { createMemoryCache } from '#services/cache/memory.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { describeBotStateStorage } from '#test/contracts/bot-state-storage.contract.ts';
import { useOutboxes, withOutage } from '#test/services/outbox/outage.ts';

const outboxes = useOutboxes();

function open() {
  const { database } = openDatabase(':memory:');
  const stored = createSqliteBotStateStorage(database);
  const service = withOutage(stored);
  const { outbox } = outboxes.open(outboxes.newPath());
  const store = withBotStateOutbox(service.store, { outbox, lastKnown: createMemoryCache() });
  const close = async () => {
    await outbox.close();
    database.close();
  };
  return { service, stored, outbox, store, close };
}

describeBotStateStorage('with outbox', async () => open());

describe('bot state whose storage goes away', () => {
  it('is read as this process knew it last, and written when the storage is back', async () => {
    const { service, store, stored, close } = open();
    await store.write({ talk: { step: 1 } });
    await store.read(['talk', 'new']);
    service.turn('away');
    assert.equal((await store.read(['talk', 'new']))['talk'].step, 1);
    await store.write({ talk: { step: 2, eTag: '*' } });
    await store.write({ talk: { step: 3, eTag: '*' } });
    assert.equal((await store.read(['talk']))['talk'].step, 3);
    service.turn('here');
    assert.equal((await store.read(['talk']))['talk'].step, 3);
    assert.equal((await stored.read(['talk']))['talk'].step, 3);
    await close();
  });

  it('that this process never saw rejects: it must not be taken for empty', async () => {
    const { service, store, close } = open();
    await store.write({ known: {} });
    service.turn('away');
    await assert.rejects(store.read(['unknown']), { code: 'data-unavailable' });
    await assert.rejects(store.read(['known', 'unknown']), { code: 'data-unavailable' });
    await close();
  });

  it('keeps honest eTags: a write under one waits only for the item that waits itself', async () => {
    const { service, store, stored, close } = open();
    await store.write({ record: { list: ['a'] } });
    const { record } = await store.read(['record']);
    service.turn('away');
    await assert.rejects(store.write({ record: { ...record, list: ['b'] } }), {
      code: 'data-unavailable',
    });
    await store.write({ record: { list: ['a', 'b'], eTag: '*' } });
    const { record: late } = await store.read(['record']);
    await assert.rejects(store.write({ record: { ...record, list: ['c'] } }), /eTag conflict/);
    await store.write({ record: { ...late, list: ['a', 'b', 'c'] } });
    service.turn('here');
    await assert.rejects(store.write({ record: { ...late, list: ['d'] } }), /eTag conflict/);
    assert.deepEqual((await stored.read(['record']))['record'].list, ['a', 'b', 'c']);
    await close();
  });

  it('is deleted with what waits and with what is remembered', async () => {
    const { service, store, outbox, close } = open();
    service.turn('away');
    await store.write({ talk: { step: 1 } });
    await assert.rejects(store.delete(['talk']), { code: 'data-unavailable' });
    assert.equal(outbox.waitingWrites(), 0);
    await assert.rejects(store.read(['talk']), { code: 'data-unavailable' });
    service.turn('here');
    assert.deepEqual(await store.read(['talk']), {});
    await close();
  });
});
