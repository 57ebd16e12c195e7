import type { Activity, Storage, TranscriptStore } from 'botbuilder';
import type { Conversation, ConversationStore, Message } from '#services/conversations/port.ts';
import type { Profile, ProfileStore } from '#services/profiles/port.ts';
import { forgetPerson, rememberedConversations } from './person-record.ts';
import { userKeyOf } from './turn-keys.ts';

/** One person on one channel. */
export interface Person {
  /** Their key in the stores: `<channelId>:<userId>`. */
  readonly userKey: string;
  readonly channelId: string;
  /** Their id as the channel gives it. */
  readonly userId: string;
}

/** Deletes what a part of the product keeps about a person beyond what the bot itself keeps. */
export type DeleteHook = (person: Person) => Promise<unknown>;

/** Everything that is kept about one person, as they get it in a file. */
export interface PersonalDataExport {
  readonly exportedAt: string;
  readonly person: Person;
  readonly profile: Profile | null;
  readonly conversations: readonly (Conversation & { readonly messages: readonly Message[] })[];
  /** What was written on both sides, commands and questions about the profile included. */
  readonly transcripts: readonly {
    readonly conversationId: string;
    readonly lines: readonly { at: string; from: 'you' | 'mentor'; text: string }[];
  }[];
}

export interface PersonalData {
  collect(person: Person): Promise<PersonalDataExport>;
  count(person: Person): Promise<{ profile: boolean; conversations: number; messages: number }>;
  /** Deletes everything in every store. Rejects when something could not be deleted; all the rest is deleted all the same. */
  deleteAll(person: Person): Promise<void>;
}

export interface PersonalDataDependencies {
  readonly profiles: ProfileStore;
  readonly conversations: ConversationStore;
  readonly transcripts: TranscriptStore;
  readonly storage: Storage;
  readonly deleteHooks: readonly DeleteHook[];
  readonly clock: () => Date;
}

/** The person who sent the activity. */
export function personOf(activity: Activity): Person {
  return {
    userKey: userKeyOf(activity),
    channelId: activity.channelId,
    userId: activity.from.id,
  };
}

/** Lists, exports and deletes one person's data across the stores. */
export function createPersonalData(dependencies: PersonalDataDependencies): PersonalData {
  const { profiles, conversations, clock } = dependencies;
  return {
    async collect(person) {
      const [profile, known, ids] = await Promise.all([
        profiles.get(person.userKey),
        conversations.listConversations(person.userKey),
        conversationIdsOf(person, dependencies),
      ]);
      return {
        exportedAt: clock().toISOString(),
        person,
        profile: profile ?? null,
        conversations: await Promise.all(
          known.map(async (conversation) => ({
            ...conversation,
            messages: await allMessages(conversations, conversation.id),
          })),
        ),
        transcripts: await Promise.all(ids.map((id) => readTranscript(person, id, dependencies))),
      };
    },
    async count({ userKey }) {
      const [profile, known] = await Promise.all([
        profiles.get(userKey),
        conversations.listConversations(userKey),
      ]);
      const messages = known.reduce((sum, { totalMessages }) => sum + totalMessages, 0);
      return { profile: profile !== undefined, conversations: known.length, messages };
    },
    deleteAll: (person) => deleteAll(person, dependencies),
  };
}

async function deleteAll(person: Person, dependencies: PersonalDataDependencies): Promise<void> {
  const { profiles, conversations, transcripts, storage, deleteHooks } = dependencies;
  const ids = await conversationIdsOf(person, dependencies);
  const results = await Promise.allSettled([
    profiles.delete(person.userKey),
    ...ids.map((id) => transcripts.deleteTranscript(person.channelId, id)),
    // Bot Framework's own key for what ConversationState keeps.
    storage.delete(ids.map((id) => `${person.channelId}/conversations/${id}/`)),
    ...deleteHooks.map((deleteHook) => deleteHook(person)),
  ]);
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be deleted.');
  // Last, because they name the conversations that a second try has to find again.
  await conversations.deleteUser(person.userKey);
  await forgetPerson(storage, person.userKey);
}

async function conversationIdsOf(
  { userKey }: Person,
  { storage, conversations }: PersonalDataDependencies,
): Promise<string[]> {
  const [remembered, known] = await Promise.all([
    rememberedConversations(storage, userKey),
    conversations.listConversations(userKey),
  ]);
  return [...new Set([...remembered, ...known.map(({ sessionId }) => sessionId)])];
}

async function allMessages(conversations: ConversationStore, id: string): Promise<Message[]> {
  const messages: Message[] = [];
  let before: string | undefined;
  do {
    const page = await conversations.listMessages(id, {
      limit: 200,
      ...(before === undefined ? {} : { before }),
    });
    messages.unshift(...page.messages);
    before = page.olderCursor;
  } while (before !== undefined);
  return messages;
}

async function readTranscript(
  { channelId, userId }: Person,
  conversationId: string,
  { transcripts }: PersonalDataDependencies,
): Promise<PersonalDataExport['transcripts'][number]> {
  const lines: { at: string; from: 'you' | 'mentor'; text: string }[] = [];
  let token: string | undefined;
  do {
    const page = await transcripts.getTranscriptActivities(channelId, conversationId, token);
    for (const activity of page.items) {
      lines.push({
        at: new Date(activity.timestamp ?? 0).toISOString(),
        from: activity.from.id === userId ? 'you' : 'mentor',
        text: activity.text ?? '',
      });
    }
    token = page.continuationToken;
  } while (token);
  return { conversationId, lines: lines.filter(({ text }) => text !== '') };
}
