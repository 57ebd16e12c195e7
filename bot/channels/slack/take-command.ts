import { userKeyOf } from '#bot/turn-keys.ts';
import { errorTable } from '#errors.ts';
import type { SlackPlace } from './conversation-id.ts';
import { type SlashCommand, slashCommand } from './incoming.ts';
import { messageActivity, slackChannelId } from './incoming-activity.ts';
import {
  accept,
  type SlackIntakeOptions,
  type SlackReply,
  type SlackTurn,
  slackEdge,
  taken,
} from './intake.ts';
import { escapeMrkdwn } from './mrkdwn.ts';
import { readSlackText } from './read-text.ts';

/**
 * Makes the function that takes `/mentor`. What follows it is asked in a new thread of the person's direct messages,
 * wherever they wrote it: nobody else sees it, and nothing is lost when the window closes.
 */
export function createTakeCommand(
  options: SlackIntakeOptions,
): (fields: Readonly<Record<string, string>>) => Promise<SlackReply> {
  const { client, inbox } = options;
  return async (fields) => {
    const command = slashCommand.safeParse(fields).data;
    if (command === undefined) return taken;
    if (client.identity !== undefined && client.identity.teamId !== command.team_id) return taken;
    const reply = await accept(
      {
        conversationId: `${command.team_id}:${command.user_id}:command`,
        activityId: command.trigger_id,
        person: `${slackChannelId}:${command.team_id}:${command.user_id}`,
      },
      { kind: 'command', command },
      inbox,
    );
    if (reply.status !== 200) return reply;
    const text = 'I answer you in our direct messages, where only you can read it.';
    return { status: 200, body: { response_type: 'ephemeral', text } };
  };
}

/** Begins the thread in which a command is answered. Rejects where Slack let it begin none, or where it cannot be kept. */
export async function beginThread(
  command: SlashCommand,
  options: SlackIntakeOptions,
): Promise<void> {
  const { client, inbox, now } = options;
  const { user_id, trigger_id, channel_id } = command;
  const words = readSlackText(command.text, client.identity?.botUserId) || 'help';
  let place: SlackPlace;
  try {
    place = await openThread(words, command, options);
  } catch (error) {
    const text = errorTable.internal.userText;
    await client
      .attempt((web) => web.chat.postEphemeral({ channel: channel_id, user: user_id, text }))
      .catch(() => undefined);
    throw error;
  }
  const activity = messageActivity(
    {
      place,
      userId: user_id,
      botUserId: client.identity?.botUserId,
      id: place.threadTs,
      at: now(),
      triggerId: trigger_id,
    },
    { text: words },
  );
  await inbox.goOn({
    channelId: slackChannelId,
    conversationId: activity.conversation.id,
    activityId: activity.id,
    person: userKeyOf(activity),
    edge: slackEdge,
    payload: { kind: 'activity', activity } satisfies SlackTurn,
  });
}

/** Begins a thread with the person's words. */
async function openThread(
  words: string,
  { user_id, team_id }: SlashCommand,
  { client }: SlackIntakeOptions,
): Promise<SlackPlace> {
  const { channel } = await client.deliver((web) => web.conversations.open({ users: user_id }));
  const channelId = channel?.id;
  if (!channelId) throw new Error('Slack opened no direct message.');
  const quote = `> ${escapeMrkdwn(words).replaceAll('\n', '\n> ')}`;
  const { ts } = await client.deliver((web) =>
    web.chat.postMessage({ channel: channelId, text: quote, unfurl_links: false }),
  );
  if (!ts) throw new Error('Slack posted a message without a timestamp.');
  return { teamId: team_id, channelId, threadTs: ts };
}
