import type { Activity } from 'botbuilder';
import type { Outbox } from '#services/outbox/outbox.ts';
import type { TranscriptStore } from './port.ts';

/** Keeps activities that cannot be logged while the store is away, and logs them in their order once it is back. */
export function withTranscriptOutbox(store: TranscriptStore, outbox: Outbox): TranscriptStore {
  const line = outbox.line<Activity, void>({
    store: 'transcripts',
    perform: async (activity) => await store.logActivity(activity),
  });
  const laneOf = (channelId: string, conversationId: string) =>
    JSON.stringify([channelId, conversationId]);
  return {
    async logActivity(activity) {
      // What the store refuses anyway never waits.
      if (!(activity?.channelId && activity.conversation?.id))
        return await store.logActivity(activity);
      await line.write(laneOf(activity.channelId, activity.conversation.id), activity);
    },
    async getTranscriptActivities(channelId, conversationId, continuationToken, startDate) {
      await line.catchUp(laneOf(channelId, conversationId));
      return await store.getTranscriptActivities(
        channelId,
        conversationId,
        continuationToken,
        startDate,
      );
    },
    listTranscripts: (channelId, continuationToken) =>
      store.listTranscripts(channelId, continuationToken),
    async deleteTranscript(channelId, conversationId) {
      await line.forget(laneOf(channelId, conversationId));
      await store.deleteTranscript(channelId, conversationId);
    },
  };
}
