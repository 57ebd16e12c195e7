import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startSlackHost } from '#test/helpers/slack-server/start-slack-host.ts';

const cases = 10_000;

/** The same numbers at every run, so that what failed once fails again. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const strange: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  Number.MAX_VALUE,
  true,
  [],
  {},
  [[[]]],
  'x'.repeat(5_000),
  '\u0000',
  '\ud800',
  '<@U0BOT>',
  '<!channel> <@U0BEN>',
  'T0OTHER:D0BEN:1.1',
  '1799999000.000001',
  '__proto__',
  { toString: 'x' },
  'C0FOREIGN',
  '{"command":"ask"}',
  { id: null },
  [null],
];

/** One of every kind of payload, whole. */
const wholes: readonly { readonly path: string; readonly payload: Record<string, unknown> }[] = [
  {
    path: 'events',
    payload: {
      type: 'event_callback',
      team_id: 'T0WORK',
      event_id: 'Ev1',
      event_time: 1_900_000_000,
      authorizations: [{ team_id: 'T0WORK', user_id: 'U0BOT', is_bot: true }],
      event: {
        type: 'message',
        channel: 'D0ADA',
        channel_type: 'im',
        user: 'U0ADA',
        ts: '1799999000.000001',
        thread_ts: '1799999000.000001',
        text: 'hello',
        files: [
          {
            name: 'cv.pdf',
            mimetype: 'application/pdf',
            size: 1,
            url_private_download: 'https://files.slack.com/x',
          },
        ],
      },
    },
  },
  {
    path: 'events',
    payload: {
      type: 'event_callback',
      team_id: 'T0WORK',
      event: {
        type: 'assistant_thread_started',
        assistant_thread: { user_id: 'U0ADA', channel_id: 'D0ADA', thread_ts: '1799999000.000002' },
      },
    },
  },
  {
    path: 'events',
    payload: {
      type: 'event_callback',
      team_id: 'T0WORK',
      event: { type: 'app_home_opened', user: 'U0ADA', channel: 'D0ADA', tab: 'messages' },
    },
  },
  {
    path: 'interactions',
    payload: {
      type: 'block_actions',
      user: { id: 'U0ADA', team_id: 'T0WORK' },
      team: { id: 'T0WORK' },
      trigger_id: '1.2.x',
      channel: { id: 'D0ADA' },
      message: {
        ts: '1799999000.000003',
        thread_ts: '1799999000.000001',
        text: 'x',
        blocks: [{ type: 'actions', block_id: 'choices-1' }],
      },
      actions: [
        {
          action_id: 'submit-0',
          block_id: 'choices-1',
          action_ts: '1.1',
          value: '{"command":"ask"}',
          text: { text: 'x' },
        },
      ],
    },
  },
  {
    path: 'interactions',
    payload: {
      type: 'view_submission',
      user: { id: 'U0ADA', team_id: 'T0WORK' },
      team: { id: 'T0WORK' },
      view: {
        id: 'V1',
        callback_id: 'profile-form',
        private_metadata:
          '{"conversationId":"T0WORK:D0ADA:1799999000.000001","userId":"T0WORK:U0ADA"}',
        state: { values: { reason: { reason: { type: 'plain_text_input', value: 'x' } } } },
      },
    },
  },
  {
    path: 'commands',
    payload: {
      command: '/mentor',
      text: 'help',
      user_id: 'U0ADA',
      team_id: 'T0WORK',
      channel_id: 'C0GENERAL',
      trigger_id: '1.2.y',
    },
  },
];

/** The payload with one or two of its values, at any depth, taken away or made strange. */
function damaged(whole: Record<string, unknown>, random: () => number): Record<string, unknown> {
  const copy = structuredClone(whole);
  const times = random() < 0.5 ? 1 : 2;
  for (let time = 0; time < times; time += 1) {
    let place: Record<string, unknown> = copy;
    for (;;) {
      const keys = Object.keys(place);
      const key = keys[Math.floor(random() * keys.length)];
      if (key === undefined) break;
      const inner = place[key];
      if (typeof inner === 'object' && inner !== null && random() < 0.8) {
        place = inner as Record<string, unknown>;
        continue;
      }
      if (random() < 0.3) delete place[key];
      else place[key] = strange[Math.floor(random() * strange.length)];
      break;
    }
  }
  return copy;
}

test('ten thousand damaged payloads get a 2xx or a 4xx, crash nothing and reach no foreign conversation', async (t) => {
  const conversations = new Set<string>();
  const host = await startSlackHost(t, {
    logic: async (context) => {
      const { conversation } = context.activity;
      // Each kind of conversation is answered once: what counts is where answers go, not how many.
      if (!conversations.has(conversation.id)) await context.sendActivity('an answer');
      conversations.add(conversation.id);
    },
  });
  const random = createRandom(20_261_123);
  const statuses = new Map<number, number>();
  const one = async () => {
    const { path, payload } =
      wholes[Math.floor(random() * wholes.length)] ?? wholes[0] ?? assert.fail();
    const given = damaged(payload, random);
    const response = await sendAs(path, given);
    statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
    const text = await response.text();
    assert.ok(
      response.status < 500 && response.status >= 200,
      `${response.status}: ${JSON.stringify(given)}`,
    );
    assert.doesNotMatch(text, /node:|\.ts:|xoxb-/);
  };
  const sendAs = (path: string, payload: Record<string, unknown>) => {
    if (path === 'events') return host.sender.post('events', JSON.stringify(payload));
    if (path === 'interactions') return host.sender.interaction(payload);
    const fields = Object.entries(payload).map(
      ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
    );
    return host.sender.command(Object.fromEntries(fields));
  };
  for (let sent = 0; sent < cases; sent += 20) await Promise.all(Array.from({ length: 20 }, one));
  await host.settle();

  assert.equal(
    [...statuses.values()].reduce((sum, count) => sum + count, 0),
    cases,
  );
  const reached = new Set(host.slack.workspace.messages.map(({ channel }) => channel));
  assert.ok(reached.has('D0ADA'), 'what was whole enough was answered');
  assert.deepEqual(
    [...reached].filter((channel) => channel !== 'D0ADA'),
    [],
  );
  assert.deepEqual(
    [...conversations].filter((id) => !id.startsWith('T0WORK:')),
    [],
  );
  const errors = host.logged.filter(({ level }) => level === 'error');
  assert.deepEqual(
    errors.filter(({ fields }) => !isFromSlack(fields)),
    [],
    'nothing failed but calls that Slack itself refused',
  );
});

function isFromSlack(fields: unknown): boolean {
  return (fields as { err?: Error }).err?.name === 'SlackCallFailed';
}
