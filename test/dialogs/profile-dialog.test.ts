import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DialogTurnStatus } from 'botbuilder-dialogs';
import { DialogTestClient } from 'botbuilder-testing';
import { answersOf, profileOf } from '#dialogs/profile-answers.ts';
import { ProfileDialog } from '#dialogs/profile-dialog.ts';
import { openDatabase } from '#services/database/open-database.ts';
import type { Profile } from '#services/profiles/port.ts';
import { createSqliteProfileStore } from '#services/profiles/sqlite.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';

function createClient() {
  const profiles = createSqliteProfileStore(openDatabase(':memory:').database);
  const asked: string[] = [];
  const dialog = new ProfileDialog({
    interruptions: {
      ask: async (_context, text) => void asked.push(text),
      show: async () => {},
      isCrisis: (text) => text.includes('danger'),
    },
    profiles,
    matchRole: () => undefined,
    suggestStarters: () => ['Where do I start?'],
    clock: () => new Date('2026-11-23T12:00:00Z'),
    logger: silentLogger,
  });
  return { client: new DialogTestClient('test', dialog, { begin: 'questions' }), profiles, asked };
}

/** Says the lines one after another; resolves to the bot's last words. */
async function play(client: DialogTestClient, lines: readonly string[]): Promise<string> {
  let last = '';
  for (const line of lines) {
    let reply = await client.sendActivity(line);
    while (reply) {
      last = reply.text;
      reply = client.getNextReply();
    }
  }
  return last;
}

const userId = 'test:user1';

describe('the profile dialog', () => {
  it('takes a correction that says what is right, and asks where one only says what is wrong', async () => {
    const { client, profiles } = createClient();
    await play(client, ['hi', 'switch', 'nurse', 'robotics', 'student', 'nothing', '5']);
    await play(client, ['my level is senior', 'hours: 10']);
    const changed = await profiles.get(userId);
    assert.equal(changed?.experienceLevel, 'senior');
    assert.equal(changed?.hoursPerWeek, 10);
    assert.match(await play(client, ['my level is wrong']), /^How experienced are you/);
    assert.equal((await profiles.get(userId))?.experienceLevel, 'senior');
  });

  it('asks six questions at most, stores the profile at the end and keeps the words as they were', async () => {
    const { client, profiles } = createClient();
    await play(client, ['hi', 'switch', 'nurse in Łódź', 'robotics', 'student', 'nothing']);
    assert.equal(await profiles.get(userId), undefined);
    await play(client, ['5']);
    assert.deepEqual(await profiles.get(userId), {
      userId,
      reason: 'switch',
      background: 'nurse in Łódź',
      careerGoals: ['robotics'],
      specificInterests: [],
      experienceLevel: 'student',
      closestWork: 'Nothing yet',
      hoursPerWeek: 5,
      consent: { granted: true, at: '2026-11-23T12:00:00.000Z' },
      updatedAt: '2026-11-23T12:00:00.000Z',
    });
    await play(client, ['looks right']);
    assert.equal(client.dialogTurnResult.status, DialogTurnStatus.complete);
  });

  it('stores nothing when it is cancelled', async () => {
    const { client, profiles } = createClient();
    assert.match(await play(client, ['hi', 'switch', 'nurse', 'cancel']), /kept nothing/);
    assert.equal(await profiles.get(userId), undefined);
    assert.equal(client.dialogTurnResult.status, DialogTurnStatus.complete);
  });

  it('hands a command that ends it on to whoever began it', async () => {
    const { client } = createClient();
    await play(client, ['hi', 'switch', 'delete my data']);
    assert.deepEqual(client.dialogTurnResult.result, { nextCommand: 'delete my data' });
  });

  it('lets a crisis end it at once', async () => {
    const { client, asked } = createClient();
    await play(client, ['hi', 'I am in danger']);
    assert.deepEqual(asked, ['I am in danger']);
    assert.equal(client.dialogTurnResult.status, DialogTurnStatus.complete);
  });

  it('cuts an answer that is a book', async () => {
    const { client, profiles } = createClient();
    await play(client, ['hi', 'word '.repeat(20_000), 'skip', 'skip', 'skip', 'skip', 'skip']);
    assert.ok(((await profiles.get(userId))?.reason ?? '').length <= 500);
  });
});

describe('profile answers', () => {
  it('keep what the questions do not touch, and several goals as several', () => {
    const before: Profile = {
      userId,
      careerGoals: ['AI Engineer', 'Team lead'],
      specificInterests: ['speech'],
      targetRole: 'ai_engineer',
      locale: 'de',
      consent: { granted: true, at: '2026-01-01T00:00:00.000Z' },
      updatedAt: '2026-01-01T00:00:00.000Z',
    };
    const now = new Date('2026-11-23T12:00:00Z');
    const same = profileOf({ ...answersOf(before), hoursPerWeek: 3 }, before, { userId, now });
    assert.deepEqual(same, { ...before, hoursPerWeek: 3, updatedAt: now.toISOString() });
    const other = profileOf({ direction: 'robotics' }, before, { userId, now });
    assert.deepEqual(other.careerGoals, ['robotics']);
    assert.equal(other.targetRole, undefined);
    assert.deepEqual(other.specificInterests, ['speech']);
  });
});
