/** Where a conversation takes place in Slack: each thread is a conversation of its own. */
export interface SlackPlace {
  readonly teamId: string;
  readonly channelId: string;
  /** `ts` of the message that the thread hangs on. */
  readonly threadTs: string;
}

/** The id under which the bot knows the thread. */
export function conversationIdOf({ teamId, channelId, threadTs }: SlackPlace): string {
  return `${teamId}:${channelId}:${threadTs}`;
}

/** The thread that an id stands for; throws where it was not made by `conversationIdOf`. */
export function placeOf(conversationId: string): SlackPlace {
  const [teamId, channelId, threadTs, ...more] = conversationId.split(':');
  if (!teamId || !channelId || !threadTs || more.length > 0)
    throw new Error(`${conversationId} is not a conversation in Slack.`);
  return { teamId, channelId, threadTs };
}

/** The person's id in Slack, out of the one under which the bot knows them. */
export function slackUserIdOf(userId: string): string {
  return userId.slice(userId.indexOf(':') + 1);
}
