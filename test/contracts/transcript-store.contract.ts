import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Activity, PagedResult } from 'botbuilder';
import type { TranscriptStore } from '#services/transcripts/port.ts';
import { awkwardTexts } from './awkward-text.ts';

const startMs = Date.parse('2026-01-01T09:00:00.000Z');

/** The instant so many seconds after the start of the tests' day. */
export function at(seconds: number): Date {
  return new Date(startMs + seconds * 1_000);
}

/** A message as the middleware hands it to the store. */
export function makeActivity(id: string, changes: Partial<Activity> = {}): Activity {
  return {
    type: 'message',
    id,
    timestamp: at(0),
    channelId: 'web',
    conversation: { id: 'talk', name: '', isGroup: false, conversationType: '' },
    from: { id: 'ada', name: 'Ada' },
    recipient: { id: 'mentor', name: 'Career Mentor' },
    text: `text of ${id}`,
    ...changes,
  } as Activity;
}

/** The same message in another conversation. */
export function inConversation(id: string): Pick<Activity, 'conversation'> {
  return { conversation: { id, name: '', isGroup: false, conversationType: '' } };
}

/** What every TranscriptStore promises; `open` gives an empty one. */
export function describeTranscriptStore(
  name: string,
  open: () => Promise<{ store: TranscriptStore; close(): Promise<void> }>,
): void {
  describe(`TranscriptStore: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: TranscriptStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    const idsOf = async (channelId = 'web', conversationId = 'talk', startDate?: Date) => {
      const page = await store.getTranscriptActivities(
        channelId,
        conversationId,
        undefined,
        startDate,
      );
      return page.items.map((activity) => activity.id);
    };
    const logMany = async (count: number, from = 0) => {
      for (let index = from; index < from + count; index += 1)
        await store.logActivity(makeActivity(`m${index}`, { timestamp: at(index) }));
    };

    it('gives an empty last page for what it does not know', async () => {
      for (const page of [
        await store.getTranscriptActivities('web', 'unknown'),
        await store.listTranscripts('web'),
      ]) {
        assert.deepEqual(page.items, []);
        assert.ok(!page.continuationToken);
      }
    });

    it('rejects what has no activity, channel or conversation', async () => {
      const nothing = undefined as unknown as string;
      await assert.rejects(async () => store.logActivity(undefined as unknown as Activity));
      await assert.rejects(async () => store.logActivity(makeActivity('m', { channelId: '' })));
      await assert.rejects(store.getTranscriptActivities(nothing, 'talk'));
      await assert.rejects(store.getTranscriptActivities('web', nothing));
      await assert.rejects(store.listTranscripts(nothing));
      await assert.rejects(store.deleteTranscript('web', nothing));
    });

    it('gives an activity back as it was, its timestamps as dates', async () => {
      const activity = makeActivity('m', {
        timestamp: at(1.234),
        localTimestamp: at(2),
        channelData: { nested: [{ list: [1, 2] }], text: 'Grüße 🚀' },
        attachments: [{ contentType: 'application/json', content: { a: null } }],
        entities: [{ type: 'https://schema.org/Message', citation: [] }],
      });
      await store.logActivity(activity);
      const { items } = await store.getTranscriptActivities('web', 'talk');
      assert.deepEqual(items, [activity]);
      assert.ok(items[0]?.timestamp instanceof Date);
      assert.ok(items[0]?.localTimestamp instanceof Date);
    });

    it('gives activities oldest first, in whatever order they came', async () => {
      for (const second of [3, 1, 2])
        await store.logActivity(makeActivity(`m${second}`, { timestamp: at(second) }));
      assert.deepEqual(await idsOf(), ['m1', 'm2', 'm3']);
    });

    it('gives pages of twenty, each activity once, over which new ones may arrive', async () => {
      await logMany(45);
      const first = await store.getTranscriptActivities('web', 'talk');
      await logMany(3, 45);
      const second = await store.getTranscriptActivities('web', 'talk', first.continuationToken);
      const third = await store.getTranscriptActivities('web', 'talk', second.continuationToken);
      assert.deepEqual(
        [first, second, third].map((page) => page.items.length),
        [20, 20, 8],
      );
      const ids = [first, second, third].flatMap((page) => page.items.map(({ id }) => id));
      assert.deepEqual(
        ids,
        Array.from({ length: 48 }, (_, index) => `m${index}`),
      );
      assert.ok(!third.continuationToken);
    });

    it('reaches the end where the last page is full', async () => {
      await logMany(20);
      assert.equal(
        (await readAll((token) => store.getTranscriptActivities('web', 'talk', token))).length,
        20,
      );
    });

    it('pages through activities of one instant without losing any', async () => {
      for (let index = 0; index < 25; index += 1)
        await store.logActivity(makeActivity(`m${index}`));
      const ids = (
        await readAll((token) => store.getTranscriptActivities('web', 'talk', token))
      ).map(({ id }) => id);
      assert.equal(ids.length, 25);
      assert.equal(new Set(ids).size, 25);
    });

    it('starts at the start date, which counts, and pages on from there', async () => {
      await logMany(45);
      assert.deepEqual(await idsOf('web', 'talk', at(43)), ['m43', 'm44']);
      assert.deepEqual(await idsOf('web', 'talk', at(45)), []);
      const activities = await readAll((token) =>
        store.getTranscriptActivities('web', 'talk', token, at(10)),
      );
      assert.equal(activities.length, 35);
      assert.equal(activities[0]?.id, 'm10');
    });

    it('keeps one activity where the same id is logged twice', async () => {
      await store.logActivity(makeActivity('m'));
      await store.logActivity(makeActivity('m'));
      await store.logActivity(makeActivity('other', { timestamp: at(1) }));
      assert.deepEqual(await idsOf(), ['m', 'other']);
    });

    it('keeps the same id in two conversations and on two channels', async () => {
      await store.logActivity(makeActivity('m', { text: 'one' }));
      await store.logActivity(makeActivity('m', { text: 'two', ...inConversation('other') }));
      await store.logActivity(makeActivity('m', { text: 'three', channelId: 'terminal' }));
      const texts = [];
      for (const [channel, conversation] of [
        ['web', 'talk'],
        ['web', 'other'],
        ['terminal', 'talk'],
      ] as const)
        texts.push(
          (await store.getTranscriptActivities(channel, conversation)).items.map(
            ({ text }) => text,
          ),
        );
      assert.deepEqual(texts, [['one'], ['two'], ['three']]);
    });

    it('keeps every activity that was logged side by side', async () => {
      const activities = Array.from({ length: 15 }, (_, index) =>
        makeActivity(`m${index}`, { timestamp: at(index) }),
      );
      await Promise.all(activities.map(async (activity) => store.logActivity(activity)));
      assert.deepEqual(
        await idsOf(),
        activities.map(({ id }) => id),
      );
    });

    it('lists one entry a conversation, with when it began', async () => {
      await store.logActivity(makeActivity('m2', { timestamp: at(2) }));
      await store.logActivity(makeActivity('m1', { timestamp: at(1) }));
      await store.logActivity(makeActivity('m5', { timestamp: at(5) }));
      await store.logActivity(makeActivity('m3', { timestamp: at(3), ...inConversation('later') }));
      await store.logActivity(makeActivity('m4', { channelId: 'terminal' }));
      assert.deepEqual((await store.listTranscripts('web')).items, [
        { channelId: 'web', id: 'talk', created: at(1) },
        { channelId: 'web', id: 'later', created: at(3) },
      ]);
    });

    it('lists conversations by pages of twenty, each once', async () => {
      for (let index = 0; index < 41; index += 1)
        await store.logActivity(
          makeActivity('m', { timestamp: at(index % 3), ...inConversation(`talk ${index}`) }),
        );
      const first = await store.listTranscripts('web');
      assert.equal(first.items.length, 20);
      const entries = await readAll((token) => store.listTranscripts('web', token));
      assert.equal(entries.length, 41);
      assert.equal(new Set(entries.map(({ id }) => id)).size, 41);
    });

    it('deletes one conversation with all of its activities, and nothing else', async () => {
      await logMany(25);
      await store.logActivity(makeActivity('m', inConversation('other')));
      await store.logActivity(makeActivity('m', { channelId: 'terminal' }));
      await store.deleteTranscript('web', 'talk');
      await store.deleteTranscript('web', 'unknown');
      assert.deepEqual(await idsOf(), []);
      assert.deepEqual(await idsOf('web', 'other'), ['m']);
      assert.deepEqual(await idsOf('terminal', 'talk'), ['m']);
      assert.deepEqual(
        (await store.listTranscripts('web')).items.map(({ id }) => id),
        ['other'],
      );
    });

    it('begins a deleted conversation anew', async () => {
      await logMany(2);
      await store.deleteTranscript('web', 'talk');
      await store.logActivity(makeActivity('m0', { timestamp: at(9) }));
      assert.deepEqual(await idsOf(), ['m0']);
      assert.deepEqual((await store.listTranscripts('web')).items[0]?.created, at(9));
    });

    it('keeps apart conversations whose ids only look alike', async () => {
      const ids = [
        'talk',
        'Talk',
        'talk ',
        'talk/',
        'talk%',
        't_lk',
        "talk' OR '1'='1",
        '19:x@thread.v2;messageid=1',
      ];
      for (const id of ids) await store.logActivity(makeActivity(`in ${id}`, inConversation(id)));
      for (const id of ids) assert.deepEqual(await idsOf('web', id), [`in ${id}`]);
    });

    for (const [what, text] of Object.entries(awkwardTexts))
      it(`keeps ${what}`, async () => {
        await store.logActivity(makeActivity('m', { text }));
        const { items } = await store.getTranscriptActivities('web', 'talk');
        assert.equal(items[0]?.text, text);
      });
  });
}

async function readAll<Item>(
  readPage: (token: string | undefined) => Promise<PagedResult<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page = await readPage(token);
    items.push(...page.items);
    token = page.continuationToken;
  } while (token);
  return items;
}
