import type { TestContext } from 'node:test';
import type { Activity } from 'botbuilder';
import type { CareerMentorDependencies } from '#bot/career-mentor-bot.ts';
import { createProactiveMessenger } from '#bot/channels/bot-framework/proactive-messenger.ts';
import { createReferenceKeeper } from '#bot/channels/bot-framework/reference-keeper.ts';
import { capabilitiesForActivity } from '#bot/channels/capabilities-table.ts';
import { createTurnErrorHandler } from '#bot/middleware/turn-errors.ts';
import { createConversationReferences } from '#services/conversation-references/bot-state.ts';
import { createBotHarness } from './bot-harness.ts';
import { postJson } from './direct-line-http.ts';
import { silentLogger } from './silent-logger.ts';
import { createTestFolder, startBotHost } from './start-bot-host.ts';
import { startTeamsConnector, streamInfoOf } from './teams-connector.ts';

/** Waits for nothing between the parts of a stream; the pace has tests of its own. */
function unhurried(activity: Activity) {
  const { streamRules, ...capabilities } = capabilitiesForActivity(activity);
  return {
    ...capabilities,
    ...(streamRules && { streamRules: { ...streamRules, minIntervalMs: 0 } }),
  };
}

export type Wire = Record<string, unknown>;

/** The whole bot behind `/api/messages`, and Teams' connector service on the other side. */
export async function startTeamsChat(
  t: TestContext,
  changes: Partial<CareerMentorDependencies> = {},
) {
  const connector = await startTeamsConnector();
  const harness = createBotHarness({
    ...changes,
    deleteHooks: [({ userKey }) => references.delete(userKey)],
  });
  const references = createConversationReferences(harness.storage);
  const ended = new Map<string, () => void>();
  const host = await startBotHost({
    folder: await createTestFolder(t),
    capabilitiesOf: unhurried,
    logic: (context) => harness.bot.run(context),
    prepare: (adapter) => {
      adapter.use(async (context, next) => {
        try {
          await next();
        } finally {
          ended.get(context.activity.id ?? '')?.();
        }
      });
      adapter.use(createReferenceKeeper({ references, logger: silentLogger }));
      adapter.onTurnError = createTurnErrorHandler({
        logger: harness.logger,
        clearDialog: harness.bot.clearDialog,
      });
    },
  });
  t.after(async () => {
    await host.stop();
    await connector.stop();
  });
  const { adapter, inbox } = host;
  const messenger = createProactiveMessenger({ adapter, appId: '', references, inbox });

  let received = 0;
  const activityOf = (changesOfActivity: Wire): Wire => {
    received += 1;
    return {
      type: 'message',
      id: `person-${received}`,
      timestamp: new Date(Date.UTC(2026, 10, 23, 14, 0, received)).toISOString(),
      channelId: 'msteams',
      serviceUrl: connector.serviceUrl,
      from: { id: '29:ada', name: 'Ada', aadObjectId: 'ada' },
      recipient: { id: '28:bot', name: 'Career Mentor' },
      conversation: { id: 'a:talk', conversationType: 'personal', tenantId: 'tenant' },
      channelData: { tenant: { id: 'tenant' } },
      ...changesOfActivity,
    };
  };
  /** Delivers an activity as Teams does; resolves to the answer of the request. */
  const post = (activity: Wire) => postJson(`${host.url}/api/messages`, activity);
  /** Delivers one and waits until its turn has ended; resolves to what the bot sent meanwhile, growing parts left out. */
  const deliver = async (changesOfActivity: Wire): Promise<Wire[]> => {
    const activity = activityOf(changesOfActivity);
    const before = connector.calls.length;
    const end = new Promise<void>((resolve) => ended.set(String(activity['id']), resolve));
    const response = await post(activity);
    if (response.status >= 300) throw new Error(`${response.status}: ${await response.text()}`);
    await end;
    return messagesIn(connector.calls.slice(before).map(({ body }) => body));
  };
  return {
    ...harness,
    host,
    connector,
    references,
    messenger,
    activityOf,
    post,
    deliver,
    say: (text: string, changesOfActivity: Wire = {}) => deliver({ text, ...changesOfActivity }),
    invoke: (name: string, value: unknown, changesOfActivity: Wire = {}) =>
      post(activityOf({ type: 'invoke', name, value, ...changesOfActivity })),
  };
}

export type TeamsChat = Awaited<ReturnType<typeof startTeamsChat>>;

/** The messages among what was sent, without typing and growing parts. */
export function messagesIn(sent: readonly Wire[]): Wire[] {
  return sent.filter(
    (body) => body['type'] === 'message' && streamInfoOf(body)?.streamType !== 'streaming',
  );
}

/** The schema.org message among a message's entities. */
export function rootEntityOf(message: Wire | undefined): Wire | undefined {
  const entities = (message?.['entities'] ?? []) as Wire[];
  return entities.find(({ type }) => type === 'https://schema.org/Message');
}

export const groupChat = { id: '19:group@thread.v2', conversationType: 'groupChat', isGroup: true };

/** How Teams writes that the bot is meant. */
export function mentionOfBot(text = '<at>Career Mentor</at>') {
  return { type: 'mention', mentioned: { id: '28:bot', name: 'Career Mentor' }, text };
}
