import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { answer } from '#test/helpers/scripted-mentor.ts';
import {
  groupChat,
  mentionOfBot,
  rootEntityOf,
  startTeamsChat,
  type TeamsChat,
  type Wire,
} from '#test/helpers/teams-chat.ts';

const installed = { type: 'installationUpdate', action: 'add' };
const joined = {
  type: 'conversationUpdate',
  membersAdded: [{ id: '28:bot' }, { id: '29:ada' }],
};
const mentioned = { conversation: groupChat, entities: [mentionOfBot()] };

/** The newest message of Ada's, as it is kept, with what she thought of its answer. */
async function keptAnswer({ conversations }: TeamsChat, key = 'msteams:a:talk') {
  const { messages } = await conversations.listMessages(key);
  return messages.findLast(({ role }) => role === 'assistant');
}

async function startAnswered(t: Parameters<typeof startTeamsChat>[0]) {
  const chat = await startTeamsChat(t);
  await chat.deliver(installed);
  await chat.say('how do I start?');
  const [id] = [...chat.connector.shown('a:talk')].find(([, body]) => rootEntityOf(body)) ?? [];
  assert.ok(id);
  return { ...chat, answerMessageId: id };
}

test('whoever installs the bot is welcomed once, whatever else Teams sends', async (t) => {
  const chat = await startTeamsChat(t);
  const sent: Wire[] = [];
  for (const activity of [installed, joined, installed, joined])
    sent.push(...(await chat.deliver(activity)));
  assert.equal(sent.length, 1);
  assert.match(String(sent[0]?.['text']), /^Hello, I am Career Mentor, an AI/);
});

describe('in a group', () => {
  it('the bot answers who mentions it, in the thread, without the mention in the question', async (t) => {
    const chat = await startTeamsChat(t);
    const thread = { id: '19:channel@thread.tacv2;messageid=17', conversationType: 'channel' };
    const sent = await chat.say('Hi <at>Career Mentor</at>&nbsp;how do I start?', {
      conversation: thread,
      entities: [mentionOfBot()],
    });
    assert.deepEqual(
      chat.mentor.questions.map(({ text }) => text),
      ['Hi how do I start?'],
    );
    assert.equal(sent.length, 1, 'no greeting in a thread');
    assert.deepEqual(
      chat.connector.calls.map(({ conversationId }) => conversationId),
      [thread.id, thread.id],
    );
    assert.equal(sent[0]?.['suggestedActions'], undefined);
    assert.deepEqual(chat.connector.violations, []);
  });

  it('the bot keeps out of what people say to each other', async (t) => {
    const chat = await startTeamsChat(t);
    const toBob = {
      type: 'mention',
      mentioned: { id: '29:bob' },
      text: '<at>Bob</at>',
    };
    for (const entities of [undefined, [], [toBob], [{ type: 'mention' }]]) {
      const response = await chat.post(
        chat.activityOf({ text: '<at>Bob</at> lunch?', conversation: groupChat, entities }),
      );
      assert.equal(response.status, 202);
    }
    await chat.host.inbox.drain(5_000);
    assert.deepEqual(chat.connector.calls, []);
  });

  it('personal things are for a talk alone, and a form filled in there is not saved', async (t) => {
    const chat = await startTeamsChat(t);
    const [refusal] = await chat.say('<at>Career Mentor</at> profile', mentioned);
    assert.match(String(refusal?.['text']), /^That is personal/);
    await chat.deliver({
      conversation: groupChat,
      value: { command: 'save-profile', background: 'nurse' },
    });
    assert.equal(await chat.profiles.get('msteams:29:ada'), undefined);
  });

  it('anybody may rate the answer, and the rating stands at the answer', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.say('<at>Career Mentor</at> how?', mentioned);
    const [id] = [...chat.connector.shown(groupChat.id).keys()];
    const response = await chat.invoke(
      'message/submitAction',
      { actionName: 'feedback', actionValue: { reaction: 'dislike' } },
      { conversation: groupChat, from: { id: '29:bob' }, replyToId: id },
    );
    assert.equal(response.status, 200);
    const kept = await keptAnswer(chat, `msteams:${groupChat.id}:29:ada`);
    assert.equal(kept?.feedback?.reaction, 'dislike');
  });
});

describe('feedback in Teams', () => {
  it('is answered empty and kept at the message with its words, as text or as an object', async (t) => {
    const chat = await startAnswered(t);
    for (const [feedback, reason] of [
      ['{"feedbackText":"Too long"}', 'Too long'],
      [{ feedbackText: 'Not for me' }, 'Not for me'],
    ] as const) {
      const response = await chat.invoke(
        'message/submitAction',
        { actionName: 'feedback', actionValue: { reaction: 'dislike', feedback } },
        { replyToId: chat.answerMessageId },
      );
      assert.equal(response.status, 200);
      assert.equal(await response.text(), '{}');
      const kept = await keptAnswer(chat);
      assert.deepEqual([kept?.feedback?.reaction, kept?.feedback?.reason], ['dislike', reason]);
    }
  });

  it('on a message that holds no answer, or from another conversation, changes nothing', async (t) => {
    const chat = await startAnswered(t);
    const value = { actionName: 'feedback', actionValue: { reaction: 'like' } };
    const stranger = { from: { id: '29:eve' }, conversation: { id: 'a:eve' } };
    await chat.invoke('message/submitAction', value, { replyToId: 'unknown' });
    await chat.invoke('message/submitAction', value, {
      replyToId: chat.answerMessageId,
      ...stranger,
    });
    const cardThumb = { command: 'feedback', reaction: 'like', answerId: 'answer-1' };
    const [said] = await chat.deliver({ value: cardThumb, ...stranger });
    assert.match(String(said?.['text']), /^Hello/);
    assert.equal((await keptAnswer(chat))?.feedback, undefined);
  });
});

describe('a card’s button', () => {
  const reason = { command: 'feedback-reason', answerId: 'answer-1', reason: 'Too long' };

  it('does the same as Action.Execute and as Action.Submit', async (t) => {
    for (const press of [
      (chat: TeamsChat) => chat.deliver({ value: reason }),
      (chat: TeamsChat) => chat.deliver(executed(reason)),
    ]) {
      const chat = await startAnswered(t);
      const [thanks] = await press(chat);
      assert.match(String(thanks?.['text']), /^Thank you/);
      assert.equal((await keptAnswer(chat))?.feedback?.reason, 'Too long');
    }
  });

  it('executed is acknowledged in the card at once', async (t) => {
    const chat = await startTeamsChat(t);
    const response = await chat.post(chat.activityOf(executed({ command: 'ask', text: 'how?' })));
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), {
      statusCode: 200,
      type: 'application/vnd.microsoft.activity.message',
      value: 'Received.',
    });
    await chat.host.inbox.drain(5_000);
    assert.deepEqual(
      chat.mentor.questions.map(({ text }) => text),
      ['how?'],
    );
  });

  it('of an older version is told kindly, never taken for something else', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.deliver(installed);
    for (const value of [{ command: 'gone' }, { verb: 'old' }, [], 7, 'text'])
      assert.match(
        String((await chat.deliver({ value })).at(-1)?.['text']),
        /^That button belongs/,
      );
    assert.match(
      String((await chat.deliver(executed({ command: 'gone' }))).at(-1)?.['text']),
      /^That button belongs/,
    );
  });

  it('that is malformed is the caller’s mistake', async (t) => {
    const chat = await startTeamsChat(t);
    for (const value of [undefined, {}, { action: { type: 'Action.Execute' } }, { action: 7 }])
      assert.equal((await chat.invoke('adaptiveCard/action', value)).status, 400);
  });

  function executed(data: unknown): Wire {
    return {
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', verb: 'any', data } },
    };
  }
});

test('an invoke that is not known is refused with a 4xx and reaches nobody', async (t) => {
  const chat = await startTeamsChat(t);
  for (const name of [
    'task/fetch',
    'composeExtension/query',
    'message/fetchTask',
    'signin/verifyState',
    'x',
  ])
    assert.equal((await chat.invoke(name, {})).status, 400, name);
  assert.deepEqual(chat.connector.calls, []);
});

describe('a message that the person edits', () => {
  const edit = (changes: Wire) => ({
    type: 'messageUpdate',
    channelData: { eventType: 'editMessage' },
    ...changes,
  });

  it('is answered anew where it is the newest question and says something else', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.say('how do i strat?', { id: 'q-1' });
    await chat.deliver(edit({ id: 'q-1', text: 'how do i start?' }));
    await chat.deliver(edit({ id: 'q-1', text: 'how do i start?' }));
    assert.deepEqual(
      chat.mentor.questions.map(({ text }) => text),
      ['how do i strat?', 'how do i start?'],
    );
    const { messages } = await chat.conversations.listMessages('msteams:a:talk');
    assert.deepEqual(
      messages.filter(({ role }) => role === 'user').map(({ content }) => content),
      ['how do i strat?', 'how do i start?'],
    );
  });

  it('stays as it was where newer ones were asked since, and a deleted one is left alone', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.say('first?', { id: 'q-1' });
    await chat.say('second?', { id: 'q-2' });
    await chat.deliver(edit({ id: 'q-1', text: 'first, changed?' }));
    await chat.deliver({
      type: 'messageDelete',
      id: 'q-2',
      channelData: { eventType: 'softDeleteMessage' },
    });
    assert.equal(chat.mentor.questions.length, 2);
  });
});

describe('what comes with a message', () => {
  it('is no file where it is the text once more, as HTML', async (t) => {
    const chat = await startTeamsChat(t);
    const sent = await chat.say('how?', {
      attachments: [{ contentType: 'text/html', content: '<p>how?</p>' }],
    });
    assert.equal(
      sent.some(({ text }) => /attached file/.test(String(text))),
      false,
    );
  });

  it('is a shared file that is not read yet, said kindly', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.deliver(installed);
    const file = {
      contentType: 'application/vnd.microsoft.teams.file.download.info',
      name: 'resume.pdf',
      contentUrl: 'https://contoso.sharepoint.com/resume.pdf',
      content: {
        downloadUrl: 'https://contoso.sharepoint.com/d/1',
        uniqueId: '1',
        fileType: 'pdf',
      },
    };
    const [said] = await chat.deliver({ attachments: [file] });
    assert.match(String(said?.['text']), /^I cannot read files here/);
  });
});

test('a sensitivity label stands at the answer where one is configured', async (t) => {
  const chat = await startTeamsChat(t, {
    sensitivity: { name: 'Internal', description: 'For Contoso' },
  });
  const sent = await chat.say('how?');
  const root = sent.map(rootEntityOf).find((entity) => entity !== undefined);
  assert.deepEqual(root?.['usageInfo'], {
    type: 'https://schema.org/Message',
    '@type': 'CreativeWork',
    name: 'Internal',
    description: 'For Contoso',
  });
  assert.deepEqual(chat.connector.violations, []);
});

test('fixed replies carry no label, no feedback and no card', async (t) => {
  const chat = await startTeamsChat(t, {
    async *answerQuestion() {
      yield {
        type: 'answer',
        answer: answer({
          text: 'Call 988.',
          writtenBy: 'fixed',
          citations: [],
          nextSteps: [],
          followUps: [],
        }),
      };
    },
  });
  const said = (await chat.say('help me')).at(-1);
  assert.equal(rootEntityOf(said), undefined);
  assert.equal(said?.['attachments'], undefined);
  assert.equal((said?.['channelData'] as Wire | undefined)?.['feedbackLoop'], undefined);
});

describe('the bot that speaks first', () => {
  const say =
    (text: string) => async (context: { sendActivity(text: string): Promise<unknown> }) => {
      await context.sendActivity(text);
    };

  it('reaches who talked to it one to one, after a restart too, and nobody it never met', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.deliver(installed);
    assert.equal(await chat.messenger.send('msteams:29:ada', say('How is it going?')), 'sent');
    const last = chat.connector.calls.at(-1);
    assert.equal(last?.body['text'], 'How is it going?');
    assert.equal(last?.conversationId, 'a:talk');
    assert.equal((last?.body['recipient'] as Wire | undefined)?.['id'], '29:ada');
    assert.equal(await chat.messenger.send('msteams:29:eve', say('Hello?')), 'unknown');
    await chat.say('<at>Career Mentor</at> hi', { ...mentioned, from: { id: '29:bob' } });
    assert.equal(await chat.messenger.send('msteams:29:bob', say('Hello?')), 'unknown');
  });

  it('forgets who removed it, as soon as it is told and when it is refused', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.deliver(installed);
    chat.connector.interfere = () => ({
      status: 403,
      body: { error: { code: 'BotNotInConversationRoster' } },
    });
    assert.equal(await chat.messenger.send('msteams:29:ada', say('Hello?')), 'left');
    assert.equal(await chat.references.get('msteams:29:ada'), undefined);
    assert.equal(chat.connector.calls.at(-1)?.body['text'], 'Hello?', 'no apology follows');

    chat.connector.interfere = () => undefined;
    await chat.say('I am back');
    assert.ok(await chat.references.get('msteams:29:ada'));
    await chat.deliver({ type: 'installationUpdate', action: 'remove' });
    assert.equal(await chat.messenger.send('msteams:29:ada', say('Hello?')), 'unknown');
  });

  it('keeps the address where the channel merely fails, and says that it failed', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.deliver(installed);
    chat.connector.interfere = () => ({ status: 501, body: {} });
    await assert.rejects(chat.messenger.send('msteams:29:ada', say('Hello?')));
    assert.ok(await chat.references.get('msteams:29:ada'));
  });

  it('forgets the address with everything else of the person', async (t) => {
    const chat = await startTeamsChat(t);
    await chat.say('hello there, how do I start?');
    await chat.say('delete my data');
    await chat.say('Yes, delete it');
    assert.equal(await chat.references.get('msteams:29:ada'), undefined);
  });
});
