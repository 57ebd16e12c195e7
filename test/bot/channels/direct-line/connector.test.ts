import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActionTypes, CardFactory, TurnContext } from 'botbuilder';
import { directLineServiceUrl } from '#bot/channels/direct-line/protocol.ts';
import { answerEntities } from '#test/helpers/answer-entities.ts';
import { connectClient } from '#test/helpers/direct-line-client.ts';
import { openSession } from '#test/helpers/direct-line-http.ts';
import { createTestFolder, startBotHost } from '#test/helpers/start-bot-host.ts';

test('entities, cards and buttons arrive exactly as the bot made them', async (t) => {
  const suggestedActions = {
    to: [],
    actions: [{ type: ActionTypes.ImBack, title: 'Go on', value: 'go on', displayHint: 'wide' }],
  };
  const card = CardFactory.adaptiveCard({
    type: 'AdaptiveCard',
    version: '1.6',
    body: [{ type: 'TextBlock', text: 'Hi' }],
    msteams: { width: 'Full' },
  });
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      await context.sendActivity({
        type: 'message',
        text: 'See [1]',
        entities: answerEntities,
        attachments: [card],
        suggestedActions,
        channelData: { deep: { list: [1, { two: 2 }] } },
      });
    },
  });
  t.after(host.stop);
  const { token } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  const answer = await client.waitFor(({ text }) => text === 'See [1]');
  assert.deepEqual(answer['entities'], answerEntities);
  assert.deepEqual(answer['attachments'], [card]);
  assert.deepEqual(answer['suggestedActions'], suggestedActions);
  assert.deepEqual(answer.channelData, { deep: { list: [1, { two: 2 }] } });
  assert.equal(answer['recipient'], undefined);
});

test('an activity that the bot updates or deletes changes on every screen and in the log', async (t) => {
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      if (context.activity.type === 'conversationUpdate') {
        await context.sendActivity('welcome');
        return;
      }
      const kept = await context.sendActivity('first words');
      const removed = await context.sendActivity('a mistake');
      await context.updateActivity({ type: 'message', id: kept?.id ?? '', text: 'better words' });
      await context.deleteActivity(removed?.id ?? '');
      await context.sendActivity('done');
      await assert.rejects(context.deleteActivity('no such id'), { statusCode: 404 });
      await context.sendActivity('and refused');
    },
  });
  t.after(host.stop);
  const { token, conversationId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'welcome');
  await client.say('go');
  await client.waitFor(({ text }) => text === 'and refused');
  const first = client.received.find(({ text }) => text === 'first words');
  const update = client.received.find(({ text }) => text === 'better words');
  assert.equal(update?.id, first?.id);
  // Web Chat sorts by time: the better words must stay in the place of the first.
  assert.equal(update?.['timestamp'], first?.['timestamp']);
  const mistake = client.received.find(({ text }) => text === 'a mistake');
  const removal = client.received.find(({ type }) => type === 'messageDelete');
  assert.equal(removal?.id, mistake?.id);
  const kept = await host.log.readAfter(conversationId, 0);
  assert.deepEqual(
    kept.map(({ activity }) => activity['text']),
    ['welcome', 'go', 'better words', 'done', 'and refused'],
  );
});

test('the bot can ask who takes part', async (t) => {
  const answers: unknown[] = [];
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      const client = context.turnState.get(context.adapter.ConnectorClientKey);
      const { conversation, from } = context.activity;
      const members = await client.conversations.getConversationMembers(conversation.id);
      const member = await client.conversations.getConversationMember(conversation.id, from.id);
      const page = await client.conversations.getConversationPagedMembers(conversation.id);
      answers.push([...members], member.id, page.members);
      await context.sendActivity('asked');
    },
  });
  t.after(host.stop);
  const { token, userId } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'asked');
  const members = [{ id: userId }, { id: 'career-mentor', name: 'Career Mentor' }];
  assert.deepEqual(answers, [members, userId, members]);
});

test('a proactive message reaches a conversation by its reference, also with credentials', async (t) => {
  const references: Partial<ReturnType<typeof TurnContext.getConversationReference>>[] = [];
  const appId = '11111111-1111-1111-1111-111111111111';
  const host = await startBotHost({
    folder: await createTestFolder(t),
    credentials: { appId, appPassword: 'secret' },
    logic: async (context) => {
      references.push(TurnContext.getConversationReference(context.activity));
      await context.sendActivity('hello');
    },
  });
  t.after(host.stop);
  const { token } = await openSession(host.url);
  const client = connectClient({ token, domain: host.directLineUrl });
  t.after(client.end);
  await client.waitFor(({ text }) => text === 'hello');
  const [reference] = references;
  assert.equal(reference?.serviceUrl, directLineServiceUrl);
  await host.adapter.continueConversationAsync(appId, reference, async (context) => {
    await context.sendActivity('a reminder');
  });
  await client.waitFor(({ text }) => text === 'a reminder');
});

test('a proactive message to a conversation that is gone fails at once', async (t) => {
  const host = await startBotHost({
    logic: async () => undefined,
    folder: await createTestFolder(t),
  });
  t.after(host.stop);
  const reference = {
    channelId: 'directline',
    serviceUrl: directLineServiceUrl,
    conversation: { id: 'gone', isGroup: false, conversationType: '', name: '' },
    bot: { id: 'career-mentor', name: '' },
    user: { id: 'dl_nobody', name: '' },
  };
  await assert.rejects(
    host.adapter.continueConversationAsync('', reference, async (context) => {
      await context.sendActivity('anybody there?');
    }),
    { statusCode: 404 },
  );
});

test('all turns of the channel share one connector client', async (t) => {
  const clients = new Set<unknown>();
  const host = await startBotHost({
    folder: await createTestFolder(t),
    logic: async (context) => {
      clients.add(context.turnState.get(context.adapter.ConnectorClientKey));
      await context.sendActivity(`heard ${context.activity.text}`);
    },
  });
  t.after(host.stop);
  for (const text of ['one', 'two']) {
    const { token } = await openSession(host.url);
    const client = connectClient({ token, domain: host.directLineUrl });
    t.after(client.end);
    await client.say(text);
    await client.waitFor((activity) => activity.text === `heard ${text}`);
  }
  assert.equal(clients.size, 1);
});
