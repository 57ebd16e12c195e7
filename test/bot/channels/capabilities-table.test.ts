import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import type { Activity } from 'botbuilder';
import { capabilitiesForActivity, capabilitiesTable } from '#bot/channels/capabilities-table.ts';

const root = join(import.meta.dirname, '..', '..', '..');

function capabilitiesOf(channelId: string, changes: Partial<Activity> = {}) {
  const conversation = { id: 'c', name: '', isGroup: false, conversationType: 'personal' };
  return capabilitiesForActivity({ channelId, conversation, ...changes } as Activity);
}

it('streams one to one in Teams, never in a group, and never where replies leave together', () => {
  const group = { id: 'c', name: '', isGroup: true, conversationType: 'groupChat' };
  assert.equal(capabilitiesOf('msteams').streaming, true);
  const inGroup = capabilitiesOf('msteams', { conversation: group });
  assert.deepEqual([inGroup.streaming, inGroup.suggestedActions], [false, false]);
  assert.equal(inGroup.adaptiveCards, '1.5');
  assert.equal(capabilitiesOf('msteams', { deliveryMode: 'expectReplies' }).streaming, false);
});

it('gives a channel that is not known, whatever its name, what any Azure channel shows', () => {
  for (const channelId of ['email', 'constructor', '__proto__']) {
    const { streaming, adaptiveCards } = capabilitiesOf(channelId);
    assert.deepEqual([streaming, adaptiveCards], [false, '1.5']);
  }
});

it('is the only place outside the channels’ folders that knows them by name', () => {
  const files = globSync(['bot/*.ts', 'bot/middleware/*.ts', '{dialogs,cards,mentor}/**/*.ts'], {
    cwd: root,
  });
  assert.ok(files.length > 30);
  const names = new RegExp(`['"\`](?:${[...capabilitiesTable.keys()].join('|')})['"\`]`);
  const knowing = files.filter((file) => names.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(knowing, []);
});
