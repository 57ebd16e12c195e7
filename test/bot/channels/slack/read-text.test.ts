import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentions, mentionsAnybody, readSlackText } from '#bot/channels/slack/read-text.ts';

const samples: readonly (readonly [written: string, read: string])[] = [
  ['<@U0BOT> how do I start?', 'how do I start?'],
  ['<@U0BOT|mentor> hi', 'hi'],
  ['ask <@U0BEN> or <@U0EVE|eve>', 'ask @someone or @eve'],
  ['in <#C1|general> and <#C2>', 'in #general and #channel'],
  ['see <https://x.example/a|the page>', 'see the page (https://x.example/a)'],
  ['see <https://x.example/a>', 'see https://x.example/a'],
  ['mail <mailto:a@x.example|a@x.example>', 'mail a@x.example'],
  ['<!here> and <!subteam^S1|@team> and <!date^1^{date}|1 May>', '@here and @team and 1 May'],
  ['a &lt; b &amp;&amp; c &gt; d &amp;lt;', 'a < b && c > d &lt;'],
  ['  <@U0BOT>  ', ''],
  ['5 < 6', '5 < 6'],
];
for (const [written, read] of samples)
  test(`${JSON.stringify(written)} reads ${JSON.stringify(read)}`, () =>
    assert.equal(readSlackText(written, 'U0BOT'), read));

test('a mention is one of exactly that person', () => {
  assert.equal(mentions('hey <@U0BOT>', 'U0BOT'), true);
  assert.equal(mentions('hey <@U0BOT|mentor>', 'U0BOT'), true);
  assert.equal(mentions('hey <@U0BOTTLE>', 'U0BOT'), false);
  assert.equal(mentionsAnybody('hey <@U0BEN>'), true);
  assert.equal(mentionsAnybody('mail me @ben'), false);
});
