import type { Activity } from 'botbuilder';
import { conversationIdOf, type SlackPlace } from './conversation-id.ts';
import type { SlackChannelData } from './slack-adapter.ts';

/** Bot Framework's id for this channel. */
export const slackChannelId = 'slack';

export interface Happening {
  readonly place: SlackPlace;
  /** The person's id in Slack. */
  readonly userId: string;
  readonly botUserId: string | undefined;
  /** Names what happened, so that it is answered once however often it comes. */
  readonly id: string | undefined;
  readonly at: Date;
  readonly triggerId?: string | undefined;
}

/** Something a person said or pressed, as the bot takes it; `contents` are its words, its value, its files. */
export function messageActivity(
  happening: Happening,
  contents: Pick<Partial<Activity>, 'text' | 'value' | 'attachments'>,
): Activity {
  return { ...commonParts(happening), type: 'message', text: '', ...contents } as Activity;
}

/** A person's arrival in a new conversation. */
export function arrivalActivity(happening: Happening): Activity {
  const common = commonParts(happening);
  return {
    ...common,
    type: 'conversationUpdate',
    membersAdded: [common.from, common.recipient],
  } as Activity;
}

function commonParts({ place, userId, botUserId, id, at, triggerId }: Happening) {
  const { teamId, channelId } = place;
  const isPersonal = isDirect(channelId);
  const channelData: SlackChannelData = triggerId === undefined ? {} : { triggerId };
  return {
    ...(id === undefined ? {} : { id }),
    channelId: slackChannelId,
    serviceUrl: 'https://slack.com/',
    timestamp: at,
    conversation: {
      id: conversationIdOf(place),
      conversationType: isPersonal ? 'personal' : 'channel',
      isGroup: !isPersonal,
      tenantId: teamId,
      name: '',
    },
    from: { id: `${teamId}:${userId}`, name: '', role: 'user' },
    recipient: { id: `${teamId}:${botUserId ?? 'bot'}`, name: 'Career Mentor', role: 'bot' },
    channelData,
  };
}

/** Whether a channel of Slack is a direct message: its ids say so. */
export function isDirect(channelId: string): boolean {
  return channelId.startsWith('D');
}
