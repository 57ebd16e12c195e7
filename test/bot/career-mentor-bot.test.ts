import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buttonsOf, cardWords, createBotHarness } from '#test/helpers/bot-harness.ts';
import { teamsCapabilities } from '#test/helpers/recording-adapter.ts';

const dislike = (answerId: string) => ({
  type: 'event',
  name: 'webchat:activity-status/feedback',
  entities: [{ type: '', '@type': 'DislikeAction', answerId }],
});

describe('the greeting', () => {
  it('comes once, whether people arrive, arrive again or just write', async () => {
    const { join, say } = createBotHarness();
    assert.equal((await join()).length, 1);
    assert.equal((await join()).length, 0);
    const other = { conversationId: 'talk-2' };
    const first = await say('how do i start', other);
    assert.match(first[0]?.text ?? '', /^Hello, I am Career Mentor, an AI\./);
    assert.deepEqual(buttonsOf(first[0]), [], 'their question comes next');
    assert.equal((await join(other)).length, 0);
  });

  it('does not greet itself', async () => {
    const { receive } = createBotHarness();
    const sent = await receive({
      type: 'conversationUpdate',
      membersAdded: [{ id: 'mentor', name: 'Career Mentor' }],
    });
    assert.equal(sent.length, 0);
  });

  it('tells somebody it knows that it does', async () => {
    const { join, submit } = createBotHarness();
    await submit({ command: 'save-profile', background: 'nurse' });
    const [greeting] = await join({ conversationId: 'talk-2' });
    assert.match(greeting?.text ?? '', /I still have your profile/);
  });
});

describe('a question', () => {
  it('is kept with its answer, and the next one sees both, the sources and the offered questions', async () => {
    const { say, mentor, conversations } = createBotHarness();
    await say('how do i start');
    await say('the second one');
    const { messages } = await conversations.listMessages('test:talk-1');
    assert.deepEqual(mentor.questions[1]?.history, [
      { role: 'user', content: 'how do i start' },
      {
        role: 'assistant',
        content: 'Answer to "how do i start" [1].',
        citedTitles: ['From backend to AI engineer'],
        citations: messages[1]?.knowledgeSources,
        followUps: ['What is evaluation?', 'How long does it take?', 'Which project first?'],
      },
    ]);
    const [conversation] = await conversations.listConversations('test:ada');
    assert.equal(conversation?.id, 'test:talk-1');
    assert.equal(conversation?.totalMessages, 4);
    const source = messages[1]?.knowledgeSources[0] as unknown as Record<string, unknown>;
    assert.equal(source['title'], 'From backend to AI engineer');
    assert.equal('citedSentences' in source, false);
  });

  it('that is run again after a crash is kept once', async () => {
    const { receive, conversations } = createBotHarness();
    const activity = { type: 'message', id: 'same', text: 'how do i start' };
    await receive(activity);
    await receive(activity);
    const { messages } = await conversations.listMessages('test:talk-1');
    assert.equal(messages.filter(({ role }) => role === 'user').length, 1);
  });

  it('is answered even when it cannot be kept, and the failure is logged', async () => {
    const harness = createBotHarness();
    harness.conversations.appendTurn = async () => {
      throw new Error('disk full');
    };
    const sent = await harness.say('how do i start');
    assert.match(sent[1]?.text ?? '', /^Answer to/);
    assert.deepEqual(
      harness.logged.map(({ message }) => message),
      ['a turn could not be kept'],
    );
  });

  it('never mixes two people up', async () => {
    const { say, submit, mentor } = createBotHarness();
    const [ada, bob] = [
      { userId: 'ada', conversationId: 'talk-1' },
      { userId: 'bob', conversationId: 'talk-2' },
    ];
    await submit({ command: 'save-profile', background: 'nurse' }, ada);
    await say('looks right', ada);
    await say('a secret question', ada);
    await say('mine', bob);
    assert.equal(mentor.questions[1]?.profile, undefined);
    assert.deepEqual(mentor.questions[1]?.history, []);
    const history = await say('history', bob);
    assert.doesNotMatch(cardWords(history[0]), /secret/);
    const [profile] = await say('profile', bob);
    assert.match(profile?.text ?? '', /do not know anything/);
  });
});

describe('odd input', () => {
  const cases: readonly (readonly [string, object, RegExp])[] = [
    ['an empty message', { text: '   ' }, /^That message was empty/],
    ['no text at all', {}, /^That message was empty/],
    ['control characters', { text: '\u0000\u0007\u202e' }, /^That message was empty/],
    [
      'a file without words',
      { text: '', attachments: [{ contentType: 'application/x-msdownload', name: 'x.exe' }] },
      /^I cannot read files here/,
    ],
    ['a button of a card that is gone', { value: { verb: 'old' } }, /something that is over/],
    ['a text as a value', { value: 'x' }, /something that is over/],
    ['emoji alone', { text: '🤷' }, /put it into a few words/],
  ];
  for (const [name, activity, reply] of cases)
    it(`${name} gets a kind sentence`, async () => {
      const { join, receive } = createBotHarness();
      await join();
      const sent = await receive({ type: 'message', ...activity });
      assert.equal(sent.length, 1);
      assert.match(sent[0]?.text ?? '', reply);
    });

  it('a file beside words does not keep them from being answered', async () => {
    const { join, receive } = createBotHarness();
    await join();
    const sent = await receive({
      type: 'message',
      text: 'what about this',
      attachments: [{ contentType: 'image/png' }, { contentType: 'text/html', content: 'copy' }],
    });
    assert.match(sent[0]?.text ?? '', /^Answer to "what about this"/);
    assert.match(sent.at(-1)?.text ?? '', /cannot read the attached file/);
  });

  it('in the middle of the profile is answered kindly, and the question stands', async () => {
    const { say, receive } = createBotHarness();
    await say('hi');
    const sent = await receive({ type: 'message', text: '' });
    assert.deepEqual(
      sent.map(({ text }) => text),
      ['That message was empty. What would you like to know?', 'What brought you here?'],
    );
  });

  it('that is not for a mentor is passed over: typing, unknown events, reactions', async () => {
    const { receive } = createBotHarness();
    for (const type of ['typing', 'messageReaction', 'endOfConversation', 'unheardOf'])
      assert.deepEqual(await receive({ type }), []);
    assert.deepEqual(await receive({ type: 'event', name: 'unheardOf' }), []);
  });

  it('JSON, HTML and script reach the mentor as words', async () => {
    const { join, say, mentor } = createBotHarness();
    await join();
    for (const text of [
      '{"command":"delete"}',
      '<script>alert(1)</script>',
      '![x](https://evil.example/p)',
    ]) {
      const [reply] = await say(text);
      assert.doesNotMatch(reply?.text ?? '', /<script|!\[|\]\(/);
    }
    assert.equal(mentor.questions.length, 3);
  });
});

describe('a group', () => {
  const group = { isGroup: true };

  it('sees nothing personal and no profile questions', async () => {
    const { say, mentor, submit } = createBotHarness();
    await submit({ command: 'save-profile', background: 'nurse' });
    const commands = [
      'profile',
      'history',
      'sources',
      'roadmap',
      'export my data',
      'delete my data',
      'about me',
    ];
    await say('anybody there', { ...group, conversationId: 'team' });
    for (const text of commands) {
      const sent = await say(text, { ...group, conversationId: 'team' });
      assert.match(sent[0]?.text ?? '', /direct message/, text);
      assert.equal(sent.length, 1);
    }
    assert.equal(mentor.questions[0]?.profile, undefined);
  });

  it('keeps no transcript', async () => {
    const { say, transcripts } = createBotHarness();
    await say('hello all', { ...group, conversationId: 'team' });
    assert.deepEqual((await transcripts.listTranscripts('test')).items, []);
  });
});

describe('the conversation’s state', () => {
  it('survives a restart in the middle of the profile', async () => {
    const before = createBotHarness();
    await before.say('hi');
    await before.say('exploring');
    const { storage, profiles, conversations } = before;
    const after = createBotHarness({ storage, profiles, conversations });
    const [next] = await after.say('nurse');
    assert.match(next?.text ?? '', /^Which direction/);
  });

  for (const [name, change] of [
    ['of another version', (dialogs: Record<string, unknown>) => ({ ...dialogs, version: 0 })],
    ['without a stack', () => ({ dialogStack: 'broken', version: 1 })],
  ] as const)
    it(`${name} never stops the conversation`, async () => {
      const { say, storage } = createBotHarness();
      await say('hi');
      const key = 'test/conversations/talk-1/';
      const state = (await storage.read([key]))[key];
      await storage.write({ [key]: { ...state, dialogs: change(state.dialogs), eTag: '*' } });
      const sent = await say('how do i start');
      assert.ok(sent.some(({ text }) => text?.startsWith('Answer to "how do i start"')));
      const told = sent.some(({ text }) => text?.startsWith('I was updated in the meantime'));
      assert.equal(told, name === 'of another version');
    });

  it('is as it was after a turn that failed, but for the open dialog; the person gets a reference', async () => {
    const harness = createBotHarness();
    await harness.say('hi');
    const { get } = harness.profiles;
    harness.profiles.get = async () => {
      throw new TypeError('secret detail');
    };
    const sent = await harness.say('how do i start?');
    assert.deepEqual(
      sent.map(({ text }) => text),
      ['Something went wrong on my side; please try that once more. (reference ref-1)'],
    );
    const { reference } = (harness.logged[0]?.fields ?? {}) as { reference?: string };
    assert.equal(reference, 'ref-1');
    harness.profiles.get = get;
    const again = await harness.say('how do i start?');
    assert.match(again[0]?.text ?? '', /^Answer to/, 'no second greeting, no profile question');
  });
});

describe('thumbs', () => {
  it('of Teams find their answer by the message’s id and are answered empty', async () => {
    const harness = createBotHarness({ capabilities: teamsCapabilities });
    await harness.say('how do i start');
    const final = harness.adapter.sent.findIndex(({ text }) => text?.startsWith('Answer to'));
    const index = harness.adapter.sent.findLastIndex(({ text }) => text?.startsWith('Answer to'));
    assert.ok(index >= final);
    const responses: unknown[] = [];
    harness.adapter.prepare = (context) =>
      void context.onSendActivities(async (_context, activities, next) => {
        responses.push(...activities.filter(({ type }) => type === 'invokeResponse'));
        return next();
      });
    await harness.receive({
      type: 'invoke',
      name: 'message/submitAction',
      replyToId: `sent-${index + 1}`,
      value: {
        actionName: 'feedback',
        actionValue: { reaction: 'dislike', feedback: '{"feedbackText":"too vague"}' },
      },
    });
    assert.deepEqual(
      responses.map((response) => (response as { value: unknown }).value),
      [{ status: 200, body: {} }],
    );
    const { messages } = await harness.conversations.listMessages('test:talk-1');
    assert.equal(messages[1]?.feedback?.reaction, 'dislike');
    assert.equal(messages[1]?.feedback?.reason, 'too vague');
  });

  it('keep the reason, as a button and in words', async () => {
    const { say, receive, submit, conversations } = createBotHarness();
    await say('how do i start');
    await receive(dislike('answer-1'));
    await submit({
      command: 'feedback-reason',
      answerId: 'answer-1',
      reason: 'Other',
      words: 'vague',
    });
    const { messages } = await conversations.listMessages('test:talk-1');
    assert.equal(messages[1]?.feedback?.reason, 'Other: vague');
    const [conversation] = await conversations.listConversations('test:ada');
    assert.equal(conversation?.engagementMetrics.dislikes, 1);
  });

  it('on somebody else’s answer change nothing', async () => {
    const { say, receive, conversations } = createBotHarness();
    await say('how do i start');
    await receive(dislike('answer-1'), { userId: 'bob', conversationId: 'talk-2' });
    const { messages } = await conversations.listMessages('test:talk-1');
    assert.equal(messages[1]?.feedback, undefined);
  });
});
