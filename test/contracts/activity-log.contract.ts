import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ActivityLog, LoggedActivity } from '#services/activity-log/port.ts';
import { awkwardTexts } from './awkward-text.ts';

/** A conversation as the server begins one. */
export function makeLoggedConversation(conversationId: string, userId = 'ada', day = 1) {
  return { conversationId, userId, createdAt: `2026-01-0${day}T09:00:00.000Z` };
}

/** A message as a client sees it. */
export function makeLoggedActivity(id: string, text = `text of ${id}`): LoggedActivity {
  return { id, type: 'message', text, from: { id: 'ada' }, channelData: { list: [1, null] } };
}

/** What every ActivityLog promises; `open` gives an empty one. */
export function describeActivityLog(
  name: string,
  open: () => Promise<{ store: ActivityLog; close(): Promise<void> }>,
): void {
  describe(`ActivityLog: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let log: ActivityLog;
    beforeEach(async () => {
      opened = await open();
      log = opened.store;
    });
    afterEach(() => opened.close());

    const append = async (conversationId: string, ...ids: string[]) => {
      const sequences: number[] = [];
      for (const id of ids)
        sequences.push(await log.append(conversationId, makeLoggedActivity(id)));
      return sequences;
    };
    const read = async (conversationId: string, sequence = 0) =>
      (await log.readAfter(conversationId, sequence)).map((entry) => [
        entry.sequence,
        entry.activity.id,
      ]);

    it('knows nothing of a conversation that was never created', async () => {
      assert.equal(await log.get('unknown'), undefined);
      assert.deepEqual(await log.readAfter('unknown', 0), []);
      assert.equal(await log.replace('unknown', 'm', makeLoggedActivity('m')), false);
      await assert.rejects(log.append('unknown', makeLoggedActivity('m')), { code: 'not-found' });
    });

    it('begins a conversation without activities', async () => {
      await log.create(makeLoggedConversation('talk'));
      assert.deepEqual(await log.get('talk'), {
        ...makeLoggedConversation('talk'),
        lastSequence: 0,
      });
      assert.deepEqual(await log.readAfter('talk', 0), []);
    });

    it('leaves a conversation that is there already as it is', async () => {
      await log.create(makeLoggedConversation('talk'));
      await append('talk', 'a');
      await log.create(makeLoggedConversation('talk', 'ada', 2));
      assert.deepEqual(await log.get('talk'), {
        ...makeLoggedConversation('talk'),
        lastSequence: 1,
      });
    });

    it('refuses to begin a conversation that is somebody else’s', async () => {
      await log.create(makeLoggedConversation('talk', 'ada'));
      await assert.rejects(log.create(makeLoggedConversation('talk', 'bob')), {
        code: 'not-allowed',
      });
      assert.equal((await log.get('talk'))?.userId, 'ada');
      assert.deepEqual(await log.list('bob'), []);
    });

    it('numbers activities from 1 within each conversation', async () => {
      await log.create(makeLoggedConversation('talk'));
      await log.create(makeLoggedConversation('other'));
      assert.deepEqual(await append('talk', 'a', 'b'), [1, 2]);
      assert.deepEqual(await append('other', 'a'), [1]);
      assert.deepEqual(await append('talk', 'c'), [3]);
      assert.equal((await log.get('talk'))?.lastSequence, 3);
      assert.equal((await log.get('other'))?.lastSequence, 1);
    });

    it('gives activities back as they were, in order, after the number asked for', async () => {
      await log.create(makeLoggedConversation('talk'));
      await append('talk', 'a', 'b', 'c');
      assert.deepEqual(await log.readAfter('talk', 1), [
        { sequence: 2, activity: makeLoggedActivity('b') },
        { sequence: 3, activity: makeLoggedActivity('c') },
      ]);
      assert.deepEqual(await log.readAfter('talk', 3), []);
      assert.deepEqual(await log.readAfter('talk', 99), []);
    });

    it('keeps an activity and its number where the id is appended again', async () => {
      await log.create(makeLoggedConversation('talk'));
      await append('talk', 'a', 'b');
      assert.equal(await log.append('talk', makeLoggedActivity('a', 'other words')), 1);
      assert.deepEqual(await read('talk'), [
        [1, 'a'],
        [2, 'b'],
      ]);
      assert.deepEqual((await log.readAfter('talk', 0))[0]?.activity, makeLoggedActivity('a'));
      assert.deepEqual(await append('talk', 'c'), [3]);
    });

    it('replaces an activity in its place', async () => {
      await log.create(makeLoggedConversation('talk'));
      await append('talk', 'a', 'b');
      assert.equal(await log.replace('talk', 'a', makeLoggedActivity('a', 'better')), true);
      assert.deepEqual(await log.readAfter('talk', 0), [
        { sequence: 1, activity: makeLoggedActivity('a', 'better') },
        { sequence: 2, activity: makeLoggedActivity('b') },
      ]);
      assert.equal(await log.replace('talk', 'unknown', makeLoggedActivity('unknown')), false);
      assert.deepEqual(await read('talk'), [
        [1, 'a'],
        [2, 'b'],
      ]);
    });

    it('removes an activity and never gives its number again', async () => {
      await log.create(makeLoggedConversation('talk'));
      await append('talk', 'a', 'b', 'c');
      assert.equal(await log.replace('talk', 'c', undefined), true);
      assert.equal(await log.replace('talk', 'c', undefined), false);
      assert.equal((await log.get('talk'))?.lastSequence, 3);
      assert.deepEqual(await append('talk', 'd'), [4]);
      assert.deepEqual(await append('talk', 'c'), [5]);
      assert.deepEqual(await read('talk'), [
        [1, 'a'],
        [2, 'b'],
        [4, 'd'],
        [5, 'c'],
      ]);
    });

    it('never gives a number again where everything was removed', async () => {
      await log.create(makeLoggedConversation('talk'));
      await append('talk', 'a');
      await log.replace('talk', 'a', undefined);
      assert.deepEqual(await log.readAfter('talk', 0), []);
      assert.deepEqual(await append('talk', 'b'), [2]);
    });

    it('replaces only in the conversation named, though another has the same id', async () => {
      await log.create(makeLoggedConversation('talk'));
      await log.create(makeLoggedConversation('other', 'bob'));
      await append('talk', 'a');
      await append('other', 'a');
      await log.replace('talk', 'a', undefined);
      assert.deepEqual(await read('other'), [[1, 'a']]);
    });

    it('gives every one of many appends side by side its own number', async () => {
      await log.create(makeLoggedConversation('talk'));
      const sequences = await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          log.append('talk', makeLoggedActivity(`m${index}`)),
        ),
      );
      assert.deepEqual(
        sequences.toSorted((a, b) => a - b),
        Array.from({ length: 30 }, (_, index) => index + 1),
      );
      for (const { sequence, activity } of await log.readAfter('talk', 0))
        assert.equal(activity.id, `m${sequences.indexOf(sequence)}`);
    });

    it('leaves nothing behind, not even a spent number, where an activity cannot be stored', async () => {
      await log.create(makeLoggedConversation('talk'));
      await assert.rejects(log.append('talk', { id: 'a', count: 1n }));
      assert.deepEqual(await read('talk'), []);
      assert.deepEqual(await append('talk', 'b'), [1]);
    });

    it('lists a person’s own conversations, newest first', async () => {
      await log.create(makeLoggedConversation('middle', 'ada', 2));
      await log.create(makeLoggedConversation('oldest', 'ada', 1));
      await log.create(makeLoggedConversation('newest', 'ada', 3));
      await log.create(makeLoggedConversation('foreign', 'bob', 4));
      await append('newest', 'a');
      const list = await log.list('ada');
      assert.deepEqual(
        list.map(({ conversationId, lastSequence }) => [conversationId, lastSequence]),
        [
          ['newest', 1],
          ['middle', 0],
          ['oldest', 0],
        ],
      );
      assert.deepEqual(await log.list('nobody'), []);
      assert.deepEqual(await log.list("ada' OR '1'='1"), []);
    });

    it('deletes a person’s conversations with their activities, and nobody else’s', async () => {
      await log.create(makeLoggedConversation('one', 'ada'));
      await log.create(makeLoggedConversation('two', 'ada'));
      await log.create(makeLoggedConversation('foreign', 'bob'));
      for (const conversationId of ['one', 'two', 'foreign']) await append(conversationId, 'a');
      assert.equal(await log.deleteUser('ada'), 2);
      assert.equal(await log.deleteUser('ada'), 0);
      assert.deepEqual(await log.list('ada'), []);
      assert.equal(await log.get('one'), undefined);
      assert.deepEqual(await read('one'), []);
      assert.deepEqual(await read('foreign'), [[1, 'a']]);
      await assert.rejects(append('one', 'b'), { code: 'not-found' });
    });

    for (const [what, text] of Object.entries(awkwardTexts))
      it(`keeps ${what}`, async () => {
        await log.create(makeLoggedConversation('talk'));
        await log.append('talk', makeLoggedActivity('a', text));
        assert.equal((await log.readAfter('talk', 0))[0]?.activity['text'], text);
      });
  });
}
