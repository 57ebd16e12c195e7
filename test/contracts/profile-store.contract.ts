import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { experienceLevels, type Profile, type ProfileStore } from '#services/profiles/port.ts';
import { awkwardTexts } from './awkward-text.ts';

/** A profile with every field given. */
export function makeProfile(userId: string, changes: Partial<Profile> = {}): Profile {
  return {
    userId,
    reason: 'I want to work with language models',
    background: 'Backend developer at a bank',
    experienceLevel: 'mid',
    closestWork: 'A search service over contracts',
    careerGoals: ['become an AI engineer', 'lead a team'],
    specificInterests: ['retrieval', 'evaluation'],
    targetRole: 'ai_engineer',
    hoursPerWeek: 6.5,
    locale: 'de-CH',
    consent: { granted: true, at: '2026-01-01T09:00:00.000Z' },
    updatedAt: '2026-01-02T09:00:00.000Z',
    ...changes,
  };
}

/** What every ProfileStore promises; `open` gives an empty one. */
export function describeProfileStore(
  name: string,
  open: () => Promise<{ store: ProfileStore; close(): Promise<void> }>,
): void {
  describe(`ProfileStore: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let store: ProfileStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.close());

    it('has no profile of somebody unknown', async () => {
      assert.equal(await store.get('nobody'), undefined);
    });

    it('gives back every field as it was put', async () => {
      await store.put(makeProfile('ada'));
      assert.deepEqual(await store.get('ada'), makeProfile('ada'));
    });

    it('keeps absent fields absent', async () => {
      const profile: Profile = {
        userId: 'ada',
        careerGoals: [],
        specificInterests: [],
        updatedAt: '2026-01-02T09:00:00.000Z',
      };
      await store.put(profile);
      const stored = await store.get('ada');
      assert.ok(stored);
      assert.deepEqual(Object.keys(stored).toSorted(), Object.keys(profile).toSorted());
    });

    it('replaces a profile whole, so that a field left out is gone', async () => {
      await store.put(makeProfile('ada'));
      const { background: _, ...rest } = makeProfile('ada', { careerGoals: [] });
      await store.put(rest);
      assert.deepEqual(await store.get('ada'), rest);
    });

    it('keeps every experience level', async () => {
      for (const experienceLevel of experienceLevels) {
        await store.put(makeProfile('ada', { experienceLevel }));
        assert.equal((await store.get('ada'))?.experienceLevel, experienceLevel);
      }
    });

    it('keeps people apart, also where their ids differ in case or space only', async () => {
      const ids = [
        'ada',
        'Ada',
        'ada ',
        'ada%',
        'ad_',
        "ada' OR '1'='1",
        '29:1x/ä#?',
        'a'.repeat(255),
      ];
      for (const id of ids) await store.put(makeProfile(id, { background: `about ${id}` }));
      for (const id of ids) assert.equal((await store.get(id))?.background, `about ${id}`);
    });

    it('deletes one person and says whether there was one', async () => {
      await store.put(makeProfile('ada'));
      await store.put(makeProfile('bob'));
      assert.equal(await store.delete('ada'), true);
      assert.equal(await store.delete('ada'), false);
      assert.equal(await store.get('ada'), undefined);
      assert.deepEqual(await store.get('bob'), makeProfile('bob'));
    });

    it('shows one whole profile after puts side by side', async () => {
      const versions = Array.from({ length: 10 }, (_, index) =>
        makeProfile('ada', { reason: `reason ${index}`, background: `background ${index}` }),
      );
      await Promise.all(versions.map((version) => store.put(version)));
      const stored = await store.get('ada');
      assert.ok(versions.some((version) => version.reason === stored?.reason));
      assert.equal(stored?.reason?.slice(-1), stored?.background?.slice(-1));
    });

    for (const [what, text] of Object.entries(awkwardTexts))
      it(`keeps ${what}`, async () => {
        await store.put(makeProfile('ada', { background: text, careerGoals: [text] }));
        const stored = await store.get('ada');
        assert.equal(stored?.background, text);
        assert.equal(stored?.careerGoals[0], text);
      });

    it('gives copies, so that changing one changes nothing stored', async () => {
      const goals = ['first'];
      await store.put(makeProfile('ada', { careerGoals: goals }));
      goals.push('second');
      const stored = await store.get('ada');
      assert.ok(stored);
      (stored.careerGoals as string[]).push('third');
      assert.deepEqual((await store.get('ada'))?.careerGoals, ['first']);
    });
  });
}
