import type { Activity } from 'botbuilder';
import type { SlackBlock } from './blocks.ts';
import { buttonKinds, rowKinds } from './buttons.ts';
import { conversationIdOf, placeOf, type SlackPlace } from './conversation-id.ts';
import {
  type BlockActions,
  blockActions,
  type ViewSubmission,
  viewSubmission,
} from './incoming.ts';
import { messageActivity } from './incoming-activity.ts';
import { enqueue, type SlackIntakeOptions, type SlackReply, taken } from './intake.ts';
import { escapeMrkdwn } from './mrkdwn.ts';
import type { SlackClient } from './slack-client.ts';
import { ownWordsWindow, readWindow } from './windows.ts';

/** Makes the function that takes pressed buttons and windows that were sent off. */
export function createTakeInteraction(
  options: SlackIntakeOptions,
): (payload: Readonly<Record<string, unknown>>) => Promise<SlackReply> {
  return async (payload) => {
    const press = blockActions.safeParse(payload).data;
    if (press) return takePress(press, options);
    const submission = viewSubmission.safeParse(payload).data;
    return submission ? takeWindow(submission, options) : taken;
  };
}

type Action = BlockActions['actions'][number];

async function takePress(press: BlockActions, options: SlackIntakeOptions): Promise<SlackReply> {
  const { client, now } = options;
  const teamId = teamOf(press, options);
  const [action] = press.actions;
  if (teamId === undefined || action === undefined) return taken;
  const { message, channel, user, trigger_id } = press;
  const place = { teamId, channelId: channel.id, threadTs: message.thread_ts ?? message.ts };
  if (action.action_id === buttonKinds.ownWords) {
    openOwnWords(press, place, options);
    return taken;
  }
  const happening = {
    place,
    userId: user.id,
    botUserId: client.identity?.botUserId,
    id: trigger_id ?? `${message.ts}-${action.action_ts ?? ''}`,
    at: now(),
    triggerId: trigger_id ?? undefined,
  };
  return enqueue(messageActivity(happening, contentsOf(action)), options, { kind: 'press', press });
}

/** What the press says or submits; what no button of this version does is for the bot to explain. */
function contentsOf({ action_id, value }: Action): Pick<Partial<Activity>, 'text' | 'value'> {
  const given = value ?? '';
  if (isKind(action_id, buttonKinds.say)) return { text: given };
  try {
    return { value: JSON.parse(given) as unknown };
  } catch {
    return { value: given };
  }
}

function isKind(actionId: string, kind: string): boolean {
  return actionId === kind || actionId.startsWith(`${kind}-`);
}

/** Lets the thread show what a press stood for, since Slack itself shows nothing of it. */
export async function showPress(
  client: SlackClient,
  { channel, message, actions }: BlockActions,
  { threadTs }: SlackPlace,
): Promise<void> {
  const [action] = actions;
  if (action === undefined) return;
  const { action_id, block_id, value, text } = action;
  if (block_id?.startsWith(rowKinds.choices)) {
    const chosen = `Chosen: *${escapeMrkdwn(text?.text ?? value ?? '')}*`;
    const blocks = (message.blocks ?? []).map((block) =>
      block.block_id === block_id
        ? { type: 'context', elements: [{ type: 'mrkdwn', text: chosen }] }
        : block,
    );
    await client.attempt((web) =>
      web.chat.update({
        channel: channel.id,
        ts: message.ts,
        text: message.text ?? chosen,
        blocks: blocks as SlackBlock[],
      }),
    );
  } else if (isKind(action_id, buttonKinds.say)) {
    const words = escapeMrkdwn(value ?? '').replaceAll('\n', '\n> ');
    await client.attempt((web) =>
      web.chat.postMessage({ channel: channel.id, thread_ts: threadTs, text: `> ${words}` }),
    );
  }
}

/** At once, beside the conversation's turns: the press opens a window for three seconds only. */
function openOwnWords(
  { trigger_id, actions, user }: BlockActions,
  place: SlackPlace,
  { client, logger }: SlackIntakeOptions,
): void {
  const answerId = actions[0]?.value;
  if (!trigger_id || !answerId) return;
  const view = ownWordsWindow({
    conversationId: conversationIdOf(place),
    userId: `${place.teamId}:${user.id}`,
    answerId,
  });
  client
    .attempt((web) => web.views.open({ trigger_id, view }))
    .catch((error: Error) => logger.warn({ reason: error.message }, 'a window did not open'));
}

async function takeWindow(
  submission: ViewSubmission,
  options: SlackIntakeOptions,
): Promise<SlackReply> {
  const { client, now } = options;
  const window = readWindow(submission);
  const place = window && readPlace(window.origin.conversationId);
  if (!window || !place || place.teamId !== teamOf(submission, options)) return taken;
  const happening = {
    place,
    userId: submission.user.id,
    botUserId: client.identity?.botUserId,
    id: `window-${submission.view.id}`,
    at: now(),
  };
  return enqueue(messageActivity(happening, { value: window.value }), options);
}

function readPlace(conversationId: string): SlackPlace | undefined {
  try {
    return placeOf(conversationId);
  } catch {
    return undefined;
  }
}

/** The workspace the app is installed in; where Slack names another, the press is not for this bot. */
function teamOf(
  { team, user }: Pick<BlockActions, 'team' | 'user'>,
  { client: { identity } }: SlackIntakeOptions,
): string | undefined {
  const teamId = team?.id ?? user.team_id ?? identity?.teamId;
  return identity === undefined || identity.teamId === teamId ? teamId : undefined;
}
