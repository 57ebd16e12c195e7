import assert from 'node:assert/strict';
import { test } from 'node:test';
import { badActivities } from '#test/helpers/bad-activities.ts';
import { startTeamsChat } from '#test/helpers/teams-chat.ts';

const count = 10_000;
const sideBySide = 16;

test(`${count} broken activities get a 2xx or a 4xx, end no process and reach no other conversation`, async (t) => {
  const chat = await startTeamsChat(t);
  const asked = new Set<string>();
  const conversationOf = ({ conversation }: Record<string, unknown>) =>
    (conversation as { id?: unknown } | null | undefined)?.id;
  const statuses = new Map<number, number>();
  const wrong: unknown[] = [];

  const activities = badActivities(count, chat.activityOf({ text: 'hi' }));
  await Promise.all(
    Array.from({ length: sideBySide }, async () => {
      for (const activity of activities) {
        const id = conversationOf(activity);
        if (typeof id === 'string') asked.add(id);
        const response = await chat.post(activity);
        const text = await response.text();
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
        if (response.status < 200 || response.status >= 500 || /node_modules|\.ts:\d/.test(text))
          wrong.push([response.status, text.slice(0, 200), JSON.stringify(activity).slice(0, 600)]);
      }
    }),
  );
  assert.deepEqual(wrong.slice(0, 3), []);
  assert.ok((statuses.get(202) ?? 0) > 1_000, 'too few were taken to say anything');
  assert.ok((statuses.get(400) ?? 0) > 1_000, 'too few were refused to say anything');

  assert.equal(await chat.host.inbox.drain(60_000), 0);
  const reached = new Set(chat.connector.calls.map(({ conversationId }) => conversationId));
  assert.deepEqual(
    [...reached].filter((id) => !asked.has(id)),
    [],
  );
  assert.deepEqual(
    chat.connector.calls.filter(({ path }) => !path.startsWith('/v3/conversations/')),
    [],
  );
  const failures = chat.host.logLines.filter((line) => line.includes('"level":50'));
  assert.deepEqual(failures.slice(0, 3), []);
  assert.deepEqual(chat.logged.filter(({ level }) => level === 'error').slice(0, 3), []);
});
