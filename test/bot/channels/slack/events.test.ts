import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Activity } from 'botbuilder';
import { answer } from '#test/helpers/scripted-mentor.ts';
import {
  type SlackHostOptions,
  startSlackHost,
} from '#test/helpers/slack-server/start-slack-host.ts';

/** A host whose bot only notes what reaches it. */
async function startListening(
  t: { after(clean: () => Promise<void>): void },
  options: SlackHostOptions = {},
) {
  const heard: Activity[] = [];
  const host = await startSlackHost(t, {
    logic: async (context) => void heard.push(structuredClone(context.activity) as Activity),
    ...options,
  });
  return {
    ...host,
    heard,
    async deliver(event: object, delivery?: object) {
      const response = await host.sender.event(event, delivery);
      await host.settle();
      return response.status;
    },
    words: () => heard.map(({ text }) => text),
  };
}

const direct = { type: 'message', channel: 'D0ADA', channel_type: 'im', user: 'U0ADA' };
const general = { type: 'message', channel: 'C0GENERAL', channel_type: 'channel', user: 'U0ADA' };

test('a thread is a conversation, and a message outside of one begins its own', async (t) => {
  const { deliver, heard } = await startListening(t);
  await deliver({ ...direct, ts: '1.000001', text: 'first' });
  await deliver({ ...direct, ts: '1.000002', thread_ts: '1.000001', text: 'second' });
  await deliver({ ...direct, ts: '1.000003', text: 'third' });
  assert.deepEqual(
    heard.map(({ conversation }) => conversation.id),
    ['T0WORK:D0ADA:1.000001', 'T0WORK:D0ADA:1.000001', 'T0WORK:D0ADA:1.000003'],
  );
  assert.equal(heard[0]?.from.id, 'T0WORK:U0ADA');
  assert.equal(heard[0]?.conversation.conversationType, 'personal');
});

test('in a channel the bot hears what mentions it, once, and answers in the thread', async (t) => {
  const { deliver, heard } = await startListening(t);
  await deliver({ ...general, ts: '2.000001', text: 'nobody asked the bot' });
  const mention = { ...general, ts: '2.000002', text: 'hey <@U0BOT> what is RAG &amp; why?' };
  await deliver({ ...mention, type: 'app_mention', channel_type: undefined });
  await deliver(mention);
  assert.equal(heard.length, 1, 'the mention and the message are the same words');
  assert.equal(heard[0]?.text, 'hey  what is RAG & why?');
  assert.equal(heard[0]?.conversation.id, 'T0WORK:C0GENERAL:2.000002');
  assert.equal(heard[0]?.conversation.isGroup, true);
});

test('in a thread it is part of, the bot hears what follows, unless it is said to somebody else', async (t) => {
  const { deliver, words } = await startListening(t);
  const thread = { ...general, thread_ts: '3.000001' };
  await deliver({ ...thread, ts: '3.000002', text: 'not yet' });
  await deliver({ ...thread, ts: '3.000003', text: '<@U0BOT> now' });
  await deliver({ ...thread, ts: '3.000004', text: 'and this' });
  await deliver({ ...thread, ts: '3.000005', text: '<@U0BEN> what do you think?' });
  await deliver({ ...thread, ts: '3.000006', thread_ts: '9.000001', text: 'elsewhere' });
  assert.deepEqual(words(), ['now', 'and this']);
});

test('after a restart the bot still knows its threads', async (t) => {
  const first = await startSlackHost(t);
  const mention = { ...general, ts: '4.000001', text: '<@U0BOT> what is RAG?' };
  await first.sender.event(mention);
  await first.settle();
  const second = await startListening(t, { changes: { storage: first.harness.storage } });
  await second.deliver({ ...general, ts: '4.000002', thread_ts: '4.000001', text: 'go on' });
  assert.deepEqual(second.words(), ['go on']);
});

test('bots, edits and deletions are left alone, files and broadcasts are not', async (t) => {
  const { deliver, words } = await startListening(t);
  const left = [
    { bot_id: 'B0OTHER' },
    { user: 'U0BOT' },
    { user: 'USLACKBOT' },
    { subtype: 'bot_message', bot_id: 'B0BOT', user: undefined },
    { subtype: 'message_changed', user: undefined, message: { text: 'edited', user: 'U0ADA' } },
    { subtype: 'message_deleted', hidden: true },
    { subtype: 'channel_join' },
    { subtype: 'assistant_app_thread' },
  ];
  for (const [index, changes] of left.entries())
    assert.equal(
      await deliver({ ...direct, ts: `5.00000${index}`, text: 'left', ...changes }),
      200,
    );
  for (const [index, subtype] of ['file_share', 'thread_broadcast', 'me_message'].entries())
    await deliver({ ...direct, ts: `5.10000${index}`, text: subtype, subtype });
  assert.deepEqual(words(), ['file_share', 'thread_broadcast', 'me_message']);
});

test('a retry is answered once, and answered where it is the only delivery', async (t) => {
  const { sender, settle, words } = await startListening(t);
  const event = { ...direct, ts: '6.000001', text: 'once' };
  await sender.event(event, { event_id: 'Ev77' });
  await sender.event(event, { event_id: 'Ev77' });
  const body = JSON.stringify({
    type: 'event_callback',
    team_id: 'T0WORK',
    event_id: 'Ev78',
    event: { ...direct, ts: '6.000002', text: 'only as a retry' },
  });
  await sender.post('events', body, {
    'x-slack-retry-num': '2',
    'x-slack-retry-reason': 'http_timeout',
  });
  await settle();
  assert.deepEqual(words(), ['once', 'only as a retry']);
});

test('what is a month old, or of another workspace, is taken and left', async (t) => {
  const { deliver, words, logged } = await startListening(t);
  const monthAgo = Math.floor(Date.now() / 1_000) - 30 * 24 * 60 * 60;
  const old = { ...direct, ts: `${monthAgo}.000001`, text: 'old' };
  assert.equal(await deliver(old, { event_time: monthAgo }), 200);
  const foreign = { team_id: 'T0OTHER', authorizations: [{ team_id: 'T0OTHER' }] };
  assert.equal(await deliver({ ...direct, ts: '7.000001', text: 'foreign' }, foreign), 200);
  assert.deepEqual(words(), []);
  assert.equal(logged.filter(({ level }) => level === 'info').length, 2);
});

test('a server that shuts down lets Slack send again later', async (t) => {
  const { sender, drain, words } = await startListening(t);
  await drain();
  const response = await sender.event({ ...direct, ts: '8.000001', text: 'late' });
  assert.equal(response.status, 503);
  assert.equal(response.headers.get('x-slack-no-retry'), null);
  assert.deepEqual(words(), []);
});

test('the answer to Slack goes out before the turn has run', async (t) => {
  const turn = Promise.withResolvers<void>();
  const host = await startSlackHost(t, { logic: () => turn.promise });
  const response = await host.sender.event({ ...direct, ts: '9.000001', text: 'slow' });
  assert.equal(response.status, 200);
  turn.resolve();
});

test('the agent view gets its prompts when it opens, the home tab none', async (t) => {
  const { deliver, slack } = await startListening(t);
  const opened = { type: 'app_home_opened', user: 'U0ADA', channel: 'D0ADA', event_ts: '1.0' };
  await deliver({ ...opened, tab: 'home' });
  await deliver({ ...opened, tab: 'messages' });
  assert.deepEqual(slack.workspace.prompts, [
    {
      channel_id: 'D0ADA',
      prompts: ['How do I start in AI?', 'What does an ML engineer do?'].map((message) => ({
        title: message,
        message,
      })),
    },
  ]);
});

test('the older assistant view gets a greeting, prompts above it and a title', async (t) => {
  const host = await startSlackHost(t);
  const { workspace } = host.slack;
  const thread_ts = workspace.nextTs();
  await host.sender.event({
    type: 'assistant_thread_started',
    assistant_thread: { user_id: 'U0ADA', channel_id: 'D0ADA', thread_ts, context: {} },
  });
  await host.settle();
  assert.equal(workspace.thread(thread_ts).length, 1);
  assert.match(workspace.messages[0]?.text ?? '', /Ask me anything/);
  assert.equal(workspace.prompts[0]?.['thread_ts'], thread_ts);
  await host.say('What is RAG?', thread_ts);
  await host.say('And why?', thread_ts);
  assert.deepEqual(
    workspace.titles.map(({ title }) => title),
    ['What is RAG?'],
  );
});

test('a person stops an answer: what stands stays, nothing more comes, and the conversation goes on', async (t) => {
  const goOn = Promise.withResolvers<void>();
  const host = await startSlackHost(t, {
    changes: {
      async *answerQuestion() {
        yield { type: 'text-delta', text: 'The first words of it ' };
        await goOn.promise;
        yield { type: 'text-delta', text: 'and all the others ' };
        yield {
          type: 'answer',
          answer: answer({ text: 'The first words of it and all the others' }),
        };
      },
    },
  });
  const { workspace } = host.slack;
  await host.sender.event({ ...direct, ts: '10.000001', text: 'What is RAG?' });
  await host.slack.called('chat.startStream');
  await host.sender.event({
    type: 'agent_session_stopped',
    channel: 'D0ADA',
    user: 'U0ADA',
    thread_ts: '10.000001',
    streaming_message_ts: [],
  });
  goOn.resolve();
  await host.settle();
  const [greeting, stopped, ...others] = workspace.messages;
  assert.match(greeting?.text ?? '', /^Hello/);
  assert.equal(stopped?.streamed, 'The first words of it');
  assert.equal(stopped?.isStreaming, false);
  assert.deepEqual(others, []);
  assert.deepEqual(host.logged, []);
  const again = await host.say('thanks', '10.000001');
  assert.deepEqual(
    again.map(({ text }) => text),
    ['You are welcome. I am here when you want the next step.'],
  );
});

test('the operator reads in one line that the app was removed or its token revoked', async (t) => {
  const { deliver, logged } = await startListening(t);
  await deliver({ type: 'tokens_revoked', tokens: { bot: ['U0BOT'] } });
  await deliver({ type: 'app_uninstalled' });
  assert.deepEqual(
    logged.map(({ level, message }) => [level, message]),
    [
      [
        'error',
        'Slack: the token SLACK_BOT_TOKEN was revoked; reinstall the app and set its new SLACK_BOT_TOKEN.',
      ],
      [
        'error',
        'Slack: the app was removed from its workspace; reinstall the app and set its new SLACK_BOT_TOKEN.',
      ],
    ],
  );
});

test('files come as attachments; what the bot does not take has no address', async (t) => {
  const { deliver, heard, channel, slack } = await startListening(t);
  const origin = new URL(slack.apiUrl).origin;
  const pdf = { name: 'cv.pdf', mimetype: 'application/pdf', size: 1_000 };
  const addressed = (address: string, changes = {}) => ({
    ...pdf,
    ...changes,
    url_private_download: address,
  });
  await deliver({
    ...direct,
    ts: '11.000001',
    subtype: 'file_share',
    text: 'my cv',
    files: [
      addressed('https://files.slack.com/files-pri/T0WORK-F1/cv.pdf'),
      addressed(`${origin}/files/cv.pdf`),
      addressed('https://files.slack.com/page', { mimetype: 'text/html' }),
      addressed('https://files.slack.com/large', { size: 50_000_000 }),
      addressed('https://evil.example/slack.com/cv.pdf'),
      addressed('http://files.slack.com/plain'),
      { name: 'elsewhere.gdoc', mimetype: 'application/pdf' },
    ],
  });
  const attachments = heard[0]?.attachments ?? [];
  assert.deepEqual(
    attachments.map(({ contentUrl }) => contentUrl),
    [
      'https://files.slack.com/files-pri/T0WORK-F1/cv.pdf',
      `${origin}/files/cv.pdf`,
      ...Array(5).fill(undefined),
    ],
  );
  const file = attachments[1];
  assert(file);
  assert.equal((await channel.readFile(file)).toString('utf8'), '/files/cv.pdf');
  await assert.rejects(
    channel.readFile({ contentType: 'application/pdf', contentUrl: 'https://evil.example/cv.pdf' }),
    { code: 'request-invalid' },
  );
});
