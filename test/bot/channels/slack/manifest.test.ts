import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import { neededScopes } from '#bot/channels/slack/operator-lines.ts';

const root = join(import.meta.dirname, '../../../..');
const address = z.url({ protocol: /^https$/ });

/** The fields of an app manifest that this app uses, with Slack's limits. */
const manifestSchema = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(2), minor_version: z.literal(1) }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    long_description: z.string().min(175).max(4_000),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(false),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    agent_view: z.strictObject({
      agent_description: z.string().min(1).max(300),
      suggested_prompts: z
        .array(z.strictObject({ title: z.string().min(1), message: z.string().min(1) }))
        .max(4),
    }),
    bot_user: z.strictObject({
      display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/),
      always_online: z.boolean(),
    }),
    slash_commands: z.array(
      z.strictObject({
        command: z.string().regex(/^\/[a-z]{1,31}$/),
        url: address,
        description: z.string().max(2_000),
        usage_hint: z.string().max(1_000),
        should_escape: z.boolean(),
      }),
    ),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: address, bot_events: z.array(z.string()) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: address }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.literal(false),
    token_rotation_enabled: z.literal(false),
  }),
});

const file = readFileSync(join(root, 'appPackage/slack-manifest.yaml'), 'utf8');
const manifest = manifestSchema.parse(parse(file));

test('the manifest keeps to Slack’s limits and asks for exactly the scopes that the program needs', () => {
  assert.deepEqual(manifest.oauth_config.scopes.bot, Object.keys(neededScopes));
});

test('its events are those that the program hears, each with the scope it needs', () => {
  const { bot_events } = manifest.settings.event_subscriptions;
  assert.deepEqual(bot_events, [
    'app_home_opened',
    'app_mention',
    'app_uninstalled',
    'message.channels',
    'message.groups',
    'message.im',
    'message.mpim',
    'tokens_revoked',
  ]);
  for (const event of bot_events.filter((name) => name.startsWith('message.')))
    assert.ok(`${event.slice('message.'.length)}:history` in neededScopes, event);
});

test('its addresses are the routes of the program, all on one host', () => {
  const { event_subscriptions, interactivity } = manifest.settings;
  const [command] = manifest.features.slash_commands;
  assert.deepEqual(
    [event_subscriptions.request_url, interactivity.request_url, command?.url],
    ['events', 'interactions', 'commands'].map(
      (route) => `https://mentor.example.org/api/slack/${route}`,
    ),
  );
  assert.equal(command?.command, '/mentor');
});

test('its prompts are the questions that the bot suggests', () => {
  const starters: unknown = JSON.parse(readFileSync(join(root, 'knowledge/starters.json'), 'utf8'));
  assert.deepEqual(
    manifest.features.agent_view.suggested_prompts.map(({ message }) => message),
    starters,
  );
});
