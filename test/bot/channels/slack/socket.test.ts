import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlackSocket } from '#bot/channels/slack/socket.ts';
import { silentLogger } from '#test/helpers/silent-logger.ts';
import { appToken } from '#test/helpers/slack-server/slack-server.ts';
import { startSlackHost, wordsIn } from '#test/helpers/slack-server/start-slack-host.ts';

test('over the socket come events, pressed buttons and commands, each acknowledged', async (t) => {
  const host = await startSlackHost(t);
  const { slack, channel } = host;
  const socket = createSlackSocket({
    appToken,
    apiUrl: slack.apiUrl,
    takers: channel.takers,
    logger: silentLogger,
  });
  await socket.open();
  const ack = await slack.sendEnvelope('events_api', {
    type: 'event_callback',
    team_id: 'T0WORK',
    event: {
      type: 'message',
      channel: 'D0ADA',
      channel_type: 'im',
      user: 'U0ADA',
      ts: '1.000001',
      text: 'What is RAG?',
    },
  });
  assert.equal(ack['envelope_id'], 'envelope-1');
  await host.settle();
  assert.match(slack.workspace.messages.map(wordsIn).join(), /Answer to "What is RAG\?"/);

  const reply = await slack.sendEnvelope('slash_commands', {
    command: '/mentor',
    text: 'help',
    user_id: 'U0ADA',
    team_id: 'T0WORK',
    channel_id: 'C0GENERAL',
    trigger_id: '1',
    is_enterprise_install: false,
  });
  assert.match(JSON.stringify(reply['payload']), /direct messages/);
  await slack.sendEnvelope('interactive', { type: 'unknown' });
  await host.settle();
  await socket.close();
});

test('an app-level token that Slack refuses is an error at once', async (t) => {
  const { slack, channel } = await startSlackHost(t);
  const socket = createSlackSocket({
    appToken: 'xapp-wrong',
    apiUrl: slack.apiUrl,
    takers: channel.takers,
    logger: silentLogger,
  });
  await assert.rejects(socket.open(), /invalid_auth/);
});
