import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TurnContext } from 'botbuilder';
import { capabilitiesKey } from '#bot/channels/channel.ts';
import { directLineCapabilities } from '#bot/channels/direct-line/capabilities.ts';
import { connectClient } from '#test/helpers/direct-line-client.ts';
import { openSession } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

/** Greets once, then repeats what is said. */
async function parrot(context: TurnContext): Promise<void> {
  const { activity } = context;
  if (activity.type === 'conversationUpdate') await context.sendActivity('Welcome');
  if (activity.type === 'message') await context.sendActivity(`You said ${activity.text}`);
}

test('a person is greeted once, sees the own words come back, and gets a reply', async (t) => {
  const host = await startBotHost({ logic: parrot, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { token, userId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);

  const welcome = await client.waitFor(({ text }) => text === 'Welcome');
  assert.equal(welcome.from.role, 'bot');
  // A reply to something that no client ever sees would be held back for seconds.
  assert.equal(welcome['replyToId'], undefined);

  const id = await client.post({
    type: 'message',
    text: 'hello',
    channelData: { clientActivityID: 'c1' },
  });
  const reply = await client.waitFor(({ text }) => text === 'You said hello');
  const echo = client.received.find((activity) => activity.id === id);
  assert.deepEqual(echo?.channelData, { clientActivityID: 'c1' });
  assert.equal(echo?.from.id, userId);
  assert.equal(echo?.from.role, 'user');
  assert.equal(reply['replyToId'], id);
  assert.equal(reply['serviceUrl'], undefined);
  assert.match(id, /^[0-9a-f-]{36}\|\d{7}$/);
  assert.ok(client.received.indexOf(echo) < client.received.indexOf(reply));
});

test('the bot is told of a new conversation once, however often the page comes back', async (t) => {
  const seen: string[] = [];
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      const { type, membersAdded = [], recipient } = context.activity;
      seen.push(`${type} ${membersAdded.filter(({ id }) => id !== recipient.id).length}`);
      await context.sendActivity('noted');
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const first = connectClient({ token, domain: host.directLineUrl });
  await first.waitFor(({ text }) => text === 'noted');
  first.end();
  const again = connectClient({ token, domain: host.directLineUrl });
  await again.waitFor(({ text }) => text === 'noted');
  again.end();
  const resumed = connectClient({ token, conversationId, domain: host.directLineUrl });
  t.after(resumed.end);
  await resumed.waitFor(({ text }) => text === 'noted');
  assert.deepEqual(seen, ['conversationUpdate 1']);
});

test('a streamed answer reaches the screen as it grows and is replayed only in its final form', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      if (context.activity.type !== 'message') return parrot(context);
      const part = (streamType: string, rest: object) => ({
        channelData: { streamType, ...rest },
        entities: [{ type: 'streaminfo', streamType, ...rest }],
      });
      const first = await context.sendActivity({
        type: 'typing',
        text: 'One',
        ...part('streaming', { streamSequence: 1 }),
      });
      const streamId = first?.id;
      await context.sendActivity({
        type: 'typing',
        text: 'One two',
        ...part('streaming', { streamId, streamSequence: 2 }),
      });
      await context.sendActivity({
        type: 'message',
        text: 'One two.',
        ...part('final', { streamId }),
      });
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  // From here on the stream is open: what is of the moment reaches only who is there.
  await client.waitFor(({ text }) => text === 'Welcome');
  await client.say('go');
  const final = await client.waitFor(({ text }) => text === 'One two.');
  const [first, second] = client.received.filter(({ type }) => type === 'typing');
  /** Web Chat takes first parts that name no stream for one and the same, and mixes up the order of two answers. */
  assert.equal(first?.channelData?.['streamId'], first?.id);
  assert.equal(second?.channelData?.['streamId'], first?.id);
  assert.equal(final.channelData?.['streamId'], first?.id);
  assert.deepEqual(final['entities'], [
    { type: 'streaminfo', streamType: 'final', streamId: first?.id },
  ]);

  const reloaded = connectClient({ token, conversationId, domain: host.directLineUrl });
  t.after(reloaded.end);
  await reloaded.waitFor(({ text }) => text === 'One two.');
  assert.deepEqual(
    reloaded.received.map(({ text }) => text),
    ['Welcome', 'go', 'One two.'],
  );
});

test('a client that was connected when the server restarted comes back and misses nothing', async (t) => {
  const folder = await createTestFolder(t);
  const host = await startBotHost({ logic: parrot, folder });
  const { token } = await openSession(host.url);
  // With its own 20 seconds the library would also wait that long between two attempts to come back.
  const client = connectClient({ token, domain: host.directLineUrl, timeout: 250 });
  t.after(client.end);
  await client.say('before');
  await client.waitFor(({ text }) => text === 'You said before');
  const [sent] = client.received;
  await host.stop();
  const restarted = await startBotHost({ logic: parrot, folder, port: host.port });
  t.after(restarted.stop);
  // Written while the client is away.
  const reference = {
    channelId: 'directline',
    serviceUrl: 'https://directline.local.invalid/',
    conversation: { id: sent?.id.split('|')[0] ?? '' },
    bot: { id: 'career-mentor', name: 'Career Mentor' },
    user: { id: sent?.from.id ?? '', name: '' },
  };
  await restarted.adapter.continueConversationAsync(
    '',
    reference as never,
    async (context: TurnContext) => {
      await context.sendActivity('while you were away');
    },
  );
  await client.waitFor(({ text }) => text === 'while you were away');
  await client.say('after');
  await client.waitFor(({ text }) => text === 'You said after');
  const texts = client.received.map(({ text }) => text);
  assert.equal(texts.filter((text) => text === 'You said before').length, 1);
  assert.equal(new Set(client.received.map(({ id }) => id)).size, client.received.length);
});

test('two people never see each other’s words', async (t) => {
  const host = await startBotHost({ logic: parrot, folder: await createTestFolder(t) });
  t.after(host.stop);
  const people = await Promise.all(
    ['red', 'blue'].map(async (word) => {
      const { token, userId } = await openSession(host.url);
      const client = connectClient({ token, domain: host.directLineUrl });
      t.after(client.end);
      return { word, userId, client };
    }),
  );
  await Promise.all(
    people.map(async ({ word, client }) => {
      await client.say(word);
      await client.waitFor(({ text }) => text === `You said ${word}`);
      // The library holds it back until it has read the answer to its post, whatever came meanwhile.
      await client.waitFor(({ text }) => text === word);
    }),
  );
  for (const { word, userId, client } of people) {
    const texts = client.received.map(({ text }) => text);
    assert.deepEqual(texts.toSorted(), ['Welcome', `You said ${word}`, word].toSorted());
    for (const { from } of client.received) assert.ok([userId, 'career-mentor'].includes(from.id));
  }
});

test('a client without WebSocket polls the same conversation', async (t) => {
  const host = await startBotHost({ logic: parrot, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { token } = await openSession(host.url);
  const client = connectClient({
    token,
    domain: host.directLineUrl,
    webSocket: false,
    pollingInterval: 200,
  });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'Welcome');
  await client.say('hello');
  await client.waitFor(({ text }) => text === 'You said hello');
  assert.deepEqual(
    client.received.map(({ text }) => text),
    ['Welcome', 'hello', 'You said hello'],
  );
});

test('a turn finds what the channel can show', async (t) => {
  const found: unknown[] = [];
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      found.push(context.turnState.get(capabilitiesKey));
      await context.sendActivity('done');
    },
  });
  t.after(host.stop);
  const { token } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'done');
  assert.deepEqual(found, [directLineCapabilities]);
});

test('typing is shown to the sender’s other screens and kept nowhere', async (t) => {
  const host = await startBotHost({ logic: parrot, folder: await createTestFolder(t) });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'Welcome');
  await client.post({ type: 'typing' });
  await client.waitFor(({ type }) => type === 'typing');
  const kept = await host.log.readAfter(conversationId, 0);
  assert.deepEqual(
    kept.map(({ activity }) => activity['type']),
    ['message'],
  );
});

test('an invoke that the bot refuses fails for its sender, one that it takes does not', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      if (context.activity.type !== 'invoke') return;
      const status = context.activity.name === 'good' ? 200 : 404;
      await context.sendActivity({ type: 'invokeResponse', value: { status, body: {} } });
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitForState(2);
  assert.match(await client.post({ type: 'invoke', name: 'good' }), /\|live-/);
  assert.equal(await client.post({ type: 'invoke', name: 'bad' }), 'retry');
  assert.deepEqual(await host.log.readAfter(conversationId, 0), []);
});

test('a person who deletes everything can go on in the same window', async (t) => {
  const folder = await createTestFolder(t);
  const host = await startBotHost({
    folder,
    logic: async (context) => {
      if (context.activity.text === 'delete my data') {
        await host.directLine.deleteUser(context.activity.from.id);
        await context.sendActivity('All gone.');
      } else await parrot(context);
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'Welcome');
  await client.say('delete my data');
  await client.waitFor(({ text }) => text === 'All gone.');
  assert.equal(await host.log.get(conversationId), undefined);
  await client.say('hello again');
  await client.waitFor(({ text }) => text === 'You said hello again');
  // An id that is given twice would make Web Chat replace the earlier message.
  assert.equal(new Set(client.received.map(({ id }) => id)).size, client.received.length);
  const kept = await host.log.readAfter(conversationId, 0);
  assert.deepEqual(kept.map(({ activity }) => activity['text']).toSorted(), [
    'Welcome',
    'You said hello again',
    'hello again',
  ]);
});
