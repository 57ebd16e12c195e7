import type { Activity } from 'botbuilder';
import { isGroup } from '#bot/turn-keys.ts';
import { azureChannelCapabilities } from './bot-framework/capabilities.ts';
import type { ChannelCapabilities } from './channel.ts';
import { directLineCapabilities } from './direct-line/capabilities.ts';
import { slackCapabilities } from './slack/capabilities.ts';
import { teamsCapabilities } from './teams/capabilities.ts';
import { terminalCapabilities } from './terminal/terminal-adapter.ts';

/** Every channel that has capabilities of its own, by Bot Framework's id for it. */
export const capabilitiesTable: ReadonlyMap<string, ChannelCapabilities> = new Map([
  ['directline', directLineCapabilities],
  ['webchat', directLineCapabilities],
  ['msteams', teamsCapabilities],
  ['slack', slackCapabilities],
  ['terminal', terminalCapabilities],
]);

/** What the channel of this activity can show in this conversation; growing text needs replies that leave one by one. */
export function capabilitiesForActivity(activity: Activity): ChannelCapabilities {
  const { inGroups, ...capabilities } =
    capabilitiesTable.get(activity.channelId) ?? azureChannelCapabilities;
  return {
    ...capabilities,
    ...(isGroup(activity) && inGroups),
    ...(activity.deliveryMode === 'expectReplies' && { streaming: false }),
  };
}
