import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Storage } from 'botbuilder';
import { rememberConversation, rememberedConversations } from '#bot/person-record.ts';
import type { DeleteHook, Person, PersonalDataExport } from '#bot/personal-data.ts';
import { createSqliteBotStateStorage } from '#services/bot-state/sqlite.ts';
import { openDatabase } from '#services/database/open-database.ts';
import { createBotHarness } from '#test/helpers/bot-harness.ts';
import { plainCapabilities, webCapabilities } from '#test/helpers/recording-adapter.ts';

const other = { conversationId: 'talk-2' };
const bob = { userId: 'bob', conversationId: 'talk-3' };

describe('export my data', () => {
  it('is a file with the profile, the conversations and what was written, and of nobody else', async () => {
    const { say, submit } = createBotHarness();
    await submit({ command: 'save-profile', background: 'nurse' });
    await say('looks right');
    await say('how do i start');
    await say('in another window', other);
    await say('a secret of bob', bob);
    const [message] = await say('export my data');
    const [file] = message?.attachments ?? [];
    assert.equal(file?.name, 'career-mentor-data-2026-11-23.json');
    assert.equal(file?.contentType, 'application/json');
    const [head, content = ''] = (file?.contentUrl ?? '').split(',');
    assert.equal(head, 'data:application/json;base64');
    const data: PersonalDataExport = JSON.parse(Buffer.from(content, 'base64').toString());
    assert.equal(data.profile?.background, 'nurse');
    assert.deepEqual(data.conversations.map(({ messages }) => messages[0]?.content).sort(), [
      'how do i start',
      'in another window',
    ]);
    assert.deepEqual(data.transcripts.map(({ conversationId }) => conversationId).sort(), [
      'talk-1',
      'talk-2',
    ]);
    assert.ok(
      data.transcripts.some(({ lines }) =>
        lines.some(({ from, text }) => from === 'you' && text === 'looks right'),
      ),
    );
    assert.doesNotMatch(JSON.stringify(data), /bob/);
  });

  it('comes in pieces that fit where no file can be sent', async () => {
    const capabilities = { ...plainCapabilities, maxTextLength: 500 };
    const { say } = createBotHarness({ capabilities });
    await say('how do i start');
    const [intro, ...pieces] = await say('export my data');
    assert.equal(intro?.text, 'This is everything I keep about you.');
    for (const { text = '' } of pieces) assert.ok(text.length <= 500);
    const data = JSON.parse(
      pieces
        .map(({ text }) => text)
        .join('\n')
        .replaceAll('\n', ' '),
    );
    assert.equal(data.person.userKey, 'test:ada');
  });
});

describe('delete my data', () => {
  it('empties every store, the other conversations and the hooks included, and keeps nothing of the turn itself', async () => {
    const deletedBy: Person[] = [];
    const harness = createBotHarness({
      deleteHooks: [async (person) => void deletedBy.push(person)],
    });
    const { say, storage, transcripts, profiles, conversations } = harness;
    await harness.submit({ command: 'save-profile', background: 'nurse' });
    await say('looks right');
    await say('how do i start');
    await say('hi, anybody', other);
    await say('edit profile', other);
    await say('bob asks', bob);
    await say('forget me');
    const [done] = await say('yes, delete it');
    assert.match(done?.text ?? '', /^Done: deleted at 14:05 UTC on 2026-11-23\./);
    assert.deepEqual(deletedBy, [{ userKey: 'test:ada', channelId: 'test', userId: 'ada' }]);
    assert.equal(await profiles.get('test:ada'), undefined);
    assert.deepEqual(await conversations.listConversations('test:ada'), []);
    const keys = ['people/test:ada', 'test/conversations/talk-1/', 'test/conversations/talk-2/'];
    assert.deepEqual(await storage.read(keys), {});
    const kept = (await transcripts.listTranscripts('test')).items.map(({ id }) => id);
    assert.deepEqual(kept, ['talk-3']);
    assert.equal((await conversations.listConversations('test:bob')).length, 1);
  });

  it('says so when something could not be deleted, and finds it again the next time', async () => {
    let isDown = true;
    const hook: DeleteHook = async () => {
      if (isDown) throw new Error('log store down');
    };
    const { say, conversations, logged } = createBotHarness({ deleteHooks: [hook] });
    await say('how do i start');
    await say('delete my data');
    const [failed] = await say('yes');
    assert.match(failed?.text ?? '', /^Some of it could not be deleted just now/);
    assert.equal(logged.at(-1)?.level, 'error');
    isDown = false;
    await say('delete my data');
    const [done] = await say('yes');
    assert.match(done?.text ?? '', /^Done/);
    assert.deepEqual(await conversations.listConversations('test:ada'), []);
  });

  it('deletes nothing for anything but a clear yes', async () => {
    for (const text of ['no', 'hm', 'yes but not yet', 'cancel', 'No, keep it']) {
      const { say, conversations } = createBotHarness();
      await say('how do i start');
      await say('delete my data');
      const [reply] = await say(text);
      assert.equal(reply?.text, 'Nothing was deleted.', text);
      assert.equal((await conversations.listConversations('test:ada')).length, 1);
    }
  });

  it('works with the card’s buttons', async () => {
    const { say, submit } = createBotHarness({ capabilities: webCapabilities });
    await say('how do i start');
    await submit({ command: 'ask', text: 'delete my data' });
    const [done] = await submit({ command: 'ask', text: 'Yes, delete it' });
    assert.match(done?.text ?? '', /^Done/);
  });
});

describe('the person’s record', () => {
  it('loses no conversation when two are noted at the same time', async () => {
    const storage = createSqliteBotStateStorage(openDatabase(':memory:').database);
    await rememberConversation(storage, 'test:ada', 'zero');
    const reads: (() => void)[] = [];
    const slow: Storage = {
      ...storage,
      // Both read before either writes.
      async read(keys) {
        const items = await storage.read(keys);
        if (reads.length < 2) {
          await new Promise<void>((resolve) => {
            reads.push(resolve);
            if (reads.length === 2) for (const release of reads) release();
          });
        }
        return items;
      },
    };
    await Promise.all([
      rememberConversation(slow, 'test:ada', 'one'),
      rememberConversation(slow, 'test:ada', 'two'),
    ]);
    assert.deepEqual((await rememberedConversations(storage, 'test:ada')).toSorted(), [
      'one',
      'two',
      'zero',
    ]);
  });
});
