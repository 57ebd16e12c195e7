import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { BotStateStorage } from '#services/bot-state/port.ts';
import { awkwardTexts } from './awkward-text.ts';

/** What every Storage of bot state promises; `open` gives an empty one. */
export function describeBotStateStorage(
  name: string,
  open: () => Promise<{ store: BotStateStorage; close(): Promise<void> }>,
): void {
  describe(`BotStateStorage: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: BotStateStorage;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const readOne = async (key: string) => (await store.read([key]))[key];
    const eTagOf = async (key: string): Promise<string> => (await readOne(key)).eTag;

    it('leaves unknown keys out of what it reads', async () => {
      await store.write({ known: { count: 1 } });
      assert.deepEqual(Object.keys(await store.read(['unknown', 'known'])), ['known']);
      assert.deepEqual(await store.read([]), {});
    });

    it('rejects forgotten arguments as the framework does', async () => {
      const forgotten = undefined as unknown as string[];
      await assert.rejects(store.read(forgotten), ReferenceError);
      await assert.rejects(store.write(forgotten as never), ReferenceError);
      await assert.rejects(store.delete(forgotten), ReferenceError);
    });

    it('does nothing for a write or a delete of nothing', async () => {
      await store.write({});
      await store.delete([]);
      await store.delete(['unknown']);
    });

    it('gives back nested values as they were, with an eTag beside them', async () => {
      const item = {
        dialogStack: [{ id: 'profile', state: { values: { goal: 'ML 🚀', hours: 6.5 }, step: 0 } }],
        empty: { list: [], object: {}, text: '', nothing: null, no: false },
        nested: { eTag: 'belongs to the value' },
      };
      await store.write({ key: item });
      const { eTag, ...content } = await readOne('key');
      assert.deepEqual(content, item);
      assert.equal(typeof eTag, 'string');
      assert.notEqual(eTag, '');
    });

    it('replaces an item whole', async () => {
      await store.write({ key: { first: 1 } });
      await store.write({ key: { second: 2 } });
      const { eTag: _, ...content } = await readOne('key');
      assert.deepEqual(content, { second: 2 });
    });

    it('takes an item that was read, changed and written back', async () => {
      await store.write({ key: { count: 1 } });
      const item = await readOne('key');
      item.count += 1;
      await store.write({ key: item });
      assert.equal((await readOne('key')).count, 2);
    });

    it('gives a new eTag on every write, also of the same value', async () => {
      const seen = new Set<string>();
      for (let round = 0; round < 5; round += 1) {
        await store.write({ key: { count: 1 } });
        seen.add(await eTagOf('key'));
      }
      assert.equal(seen.size, 5);
    });

    it('leaves an eTag as it is while nothing is written', async () => {
      await store.write({ key: { count: 1 }, other: { count: 1 } });
      const before = await eTagOf('key');
      await store.write({ other: { count: 2 } });
      assert.equal(await eTagOf('key'), before);
    });

    it('rejects a stale eTag, naming the key, and keeps what is stored', async () => {
      await store.write({ 'users/ada': { count: 1 } });
      const stale = await readOne('users/ada');
      await store.write({ 'users/ada': { ...stale, count: 2 } });
      await assert.rejects(
        store.write({ 'users/ada': { ...stale, count: 3 } }),
        (error: Error) =>
          error.message.includes('eTag conflict') && error.message.includes('users/ada'),
      );
      assert.equal((await readOne('users/ada')).count, 2);
    });

    it('rejects an eTag of an item that was deleted, also once it is there anew', async () => {
      await store.write({ key: { count: 1 } });
      const stale = await readOne('key');
      await store.delete(['key']);
      await assert.rejects(store.write({ key: stale }), /eTag conflict/);
      await store.write({ key: { count: 5 } });
      await assert.rejects(store.write({ key: stale }), /eTag conflict/);
      assert.equal((await readOne('key')).count, 5);
    });

    for (const eTag of ['*', '', undefined])
      it(`overwrites whatever is stored where the eTag is ${JSON.stringify(eTag)}`, async () => {
        const item = (count: number) => (eTag === undefined ? { count } : { count, eTag });
        await store.write({ key: item(1) });
        await store.write({ key: item(2) });
        assert.equal((await readOne('key')).count, 2);
        assert.ok(!['*', '', undefined].includes(await eTagOf('key')));
      });

    it('writes nothing at all where one item of a write is stale', async () => {
      await store.write({ second: { count: 1 } });
      const stale = await readOne('second');
      await store.write({ second: { count: 2 } });
      await assert.rejects(
        store.write({ first: { count: 9 }, second: stale, third: { count: 9 } }),
        /eTag conflict/,
      );
      const items = await store.read(['first', 'second', 'third']);
      assert.deepEqual(Object.keys(items), ['second']);
      assert.equal(items['second'].count, 2);
    });

    it('lets exactly one of two writers with the same eTag win', async () => {
      await store.write({ key: { count: 0 } });
      const [one, two] = [await readOne('key'), await readOne('key')];
      const outcomes = await Promise.allSettled([
        store.write({ key: { ...one, writer: 'one' } }),
        store.write({ key: { ...two, writer: 'two' } }),
      ]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const winner = outcomes[0].status === 'fulfilled' ? 'one' : 'two';
      assert.equal((await readOne('key')).writer, winner);
    });

    it('keeps the keys of two people apart and deletes only what it is told', async () => {
      await store.write({
        'web/users/ada/': { name: 'Ada' },
        'web/users/Ada/': { name: 'another' },
        'web/users/bob/': { name: 'Bob' },
      });
      await store.delete(['web/users/ada/', 'unknown']);
      const items = await store.read(['web/users/ada/', 'web/users/Ada/', 'web/users/bob/']);
      assert.deepEqual(
        Object.values(items).map((item) => item.name),
        ['another', 'Bob'],
      );
    });

    for (const [what, key] of Object.entries({
      'slashes and quotes': `web/conversations/29:1"x'\\;--%_#?&=+ \``,
      'other scripts': 'веб/用户/👩🏽‍🚀',
      'a thousand characters': 'k'.repeat(1_000),
      'a name of the language': '__proto__',
    }))
      it(`takes a key with ${what}`, async () => {
        await store.write(Object.fromEntries([[key, { count: 1 }]]));
        const items = await store.read([key, `${key}x`]);
        assert.deepEqual(Object.keys(items), [key]);
        assert.equal(Object.getOwnPropertyDescriptor(items, key)?.value.count, 1);
        await store.delete([key]);
        assert.deepEqual(Object.keys(await store.read([key])), []);
      });

    for (const [what, text] of Object.entries(awkwardTexts))
      it(`keeps ${what}`, async () => {
        await store.write({ key: { deep: { text } } });
        assert.equal((await readOne('key')).deep.text, text);
      });

    it('gives copies, so that changing one changes nothing stored', async () => {
      const item = { list: [1] };
      await store.write({ key: item });
      item.list.push(2);
      (await readOne('key')).list.push(3);
      assert.deepEqual((await readOne('key')).list, [1]);
    });
  });
}
