import { randomUUID } from 'node:crypto';
import { json } from 'node:stream/consumers';
import type { ContainerClient } from '@azure/storage-blob';
import type { Activity, PagedResult, TranscriptInfo } from 'botbuilder';
import { BlobsTranscriptStore } from 'botbuilder-azure-blobs';
import { MentorError } from '#errors.ts';
import {
  type BlobContainer,
  type BlobContainerOptions,
  openBlobContainer,
} from '#services/azure/blob-container.ts';
import { escapeKey, unescapeKey } from '#services/azure/escape-key.ts';
import { httpStatusOf } from '#services/azure/to-store-error.ts';
import type { TranscriptStore } from './port.ts';

const pageSize = 20;
/** The most names that the service gives at once. */
const namesPerRequest = 5_000;
const deletesAtOnce = 20;

/**
 * Keeps Bot Framework transcripts in a blob container, one blob an activity, written by the SDK's `BlobsTranscriptStore`
 * under the names that it gives them: channel, conversation, time, id. Reading and deleting are done here, because the SDK's
 * take every conversation whose id begins alike, list an entry for each activity, and know no pages. An activity logged again
 * under the same id and timestamp replaces the one before; one without a usable timestamp counts as sent when it was logged.
 * The last page's token is empty.
 */
export function createBlobTranscriptStore(
  options: Omit<BlobContainerOptions, 'containerName'> & {
    readonly containerName?: string;
    readonly now?: () => Date;
  },
): TranscriptStore {
  const { now = () => new Date() } = options;
  const container = openBlobContainer({ containerName: 'transcripts', ...options });
  const use = container.useBotBuilder((...given) => new BlobsTranscriptStore(...given));

  return {
    async logActivity(activity) {
      if (!activity) throw new Error('activity cannot be null for logActivity()');
      requireIds(activity.channelId, activity.conversation?.id);
      const addressed = addressActivity(activity, now);
      await use('writing to', (store) => store.logActivity(addressed));
    },
    async getTranscriptActivities(channelId, conversationId, continuationToken, startDate) {
      requireIds(channelId, conversationId);
      const prefix = conversationPrefix(channelId, conversationId);
      const after = readNameToken(continuationToken);
      const startMs = startDate?.getTime() ?? Number.NEGATIVE_INFINITY;
      const names: string[] = [];
      for await (const name of listNames(container, prefix)) {
        const place = name.slice(prefix.length);
        if (place > after && timeOfPlace(place) >= startMs) names.push(name);
        if (names.length > pageSize) break;
      }
      const page = names.slice(0, pageSize);
      const activities = await Promise.all(page.map((name) => readActivity(container, name)));
      return {
        items: activities.filter((activity) => activity !== undefined),
        continuationToken: names.length > pageSize ? (page.at(-1)?.slice(prefix.length) ?? '') : '',
      };
    },
    async listTranscripts(channelId, continuationToken) {
      requireIds(channelId);
      return await listTranscripts(container, channelId, readListToken(continuationToken));
    },
    async deleteTranscript(channelId, conversationId) {
      requireIds(channelId, conversationId);
      const names: string[] = [];
      for await (const name of listNames(container, conversationPrefix(channelId, conversationId)))
        names.push(name);
      for (let from = 0; from < names.length; from += deletesAtOnce)
        await Promise.all(
          names
            .slice(from, from + deletesAtOnce)
            .map((name) =>
              container.run('deleting from', (client, abortSignal) =>
                client.getBlobClient(name).deleteIfExists({ abortSignal }),
              ),
            ),
        );
    },
  };
}

/**
 * What the SDK is to write: addressed by ids that are safe in a blob's name and in a header, with the recipient that it
 * cannot do without, and with the activity itself as the content.
 */
function addressActivity(activity: Activity, now: () => Date): Activity {
  return {
    channelId: escapeKey(activity.channelId),
    conversation: { id: escapeKey(activity.conversation.id) },
    id: activity.id ? escapeKey(activity.id) : `no-id-${randomUUID()}`,
    timestamp: timestampOf(activity) ?? now(),
    from: { id: escapeKey(activity.from?.id ?? '') },
    recipient: { id: escapeKey(activity.recipient?.id ?? '') },
    toJSON: () => activity,
  } as unknown as Activity;
}

/** The SDK encodes names as a whole, so that no two folders of one name look alike and `%2F` parts its pieces. */
function conversationPrefix(channelId: string, conversationId: string): string {
  return encodeURIComponent(`${escapeKey(channelId)}/${escapeKey(conversationId)}/`);
}

async function* listNames(container: BlobContainer, prefix: string): AsyncGenerator<string> {
  const pages = await container.run('listing', async (client: ContainerClient) =>
    client.listBlobsFlat({ prefix }).byPage({ maxPageSize: namesPerRequest }),
  );
  for (;;) {
    const { done, value } = await container.run('listing', () =>
      pages.next().catch(throwForeignAnswer),
    );
    if (done) return;
    for (const { name } of value.segment.blobItems) yield name;
  }
}

/** The SDK stumbles over a list that is none; it has a RangeError for other answers that are not of Blob storage. */
function throwForeignAnswer(error: unknown): never {
  throw error instanceof TypeError ? new RangeError(error.message, { cause: error }) : error;
}

/** The activity, or `undefined` where it was deleted since its name was read. */
async function readActivity(container: BlobContainer, name: string): Promise<Activity | undefined> {
  return await container.run('reading from', async (client, abortSignal) => {
    try {
      const { readableStreamBody } = await client.getBlobClient(name).download(0, undefined, {
        abortSignal,
      });
      return readableStreamBody && reviveActivity(await json(readableStreamBody));
    } catch (error) {
      if (httpStatusOf(error) === 404) return undefined;
      throw error;
    }
  });
}

interface Transcript {
  readonly createdMs: number;
  /** As it stands in the names of the conversation's blobs. */
  readonly escapedId: string;
  readonly firstName: string;
}

/** Reads every name of the channel, for the names alone say which conversations there are and when each began. */
async function listTranscripts(
  container: BlobContainer,
  channelId: string,
  after: Pick<Transcript, 'createdMs' | 'escapedId'> | undefined,
): Promise<PagedResult<TranscriptInfo>> {
  const prefix = encodeURIComponent(`${escapeKey(channelId)}/`);
  const transcripts = new Map<string, Transcript>();
  for await (const name of listNames(container, prefix)) {
    const [escapedId = '', place = ''] = decodeURIComponent(name.slice(prefix.length)).split('/');
    // The names of a conversation come in the order of time.
    if (!transcripts.has(escapedId))
      transcripts.set(escapedId, { createdMs: timeOfPlace(place), escapedId, firstName: name });
  }
  const rest = [...transcripts.values()]
    .toSorted(compareTranscripts)
    .filter((transcript) => after === undefined || compareTranscripts(transcript, after) > 0);
  const page = rest.slice(0, pageSize);
  const last = rest.length > pageSize ? page.at(-1) : undefined;
  const ids = await Promise.all(page.map((transcript) => conversationIdOf(container, transcript)));
  return {
    items: page.map(({ createdMs }, index) => ({
      channelId,
      id: ids[index] ?? '',
      created: new Date(createdMs),
    })),
    continuationToken: last ? `${last.createdMs}.${last.escapedId}` : '',
  };
}

function compareTranscripts(
  one: Pick<Transcript, 'createdMs' | 'escapedId'>,
  other: Pick<Transcript, 'createdMs' | 'escapedId'>,
): number {
  if (one.createdMs !== other.createdMs) return one.createdMs - other.createdMs;
  if (one.escapedId === other.escapedId) return 0;
  return one.escapedId < other.escapedId ? -1 : 1;
}

/** A long id stands in the names as a hash; then the first activity knows it. */
async function conversationIdOf(
  container: BlobContainer,
  { escapedId, firstName }: Transcript,
): Promise<string> {
  const id = unescapeKey(escapedId) ?? (await readActivity(container, firstName))?.conversation.id;
  return id ?? escapedId;
}

/** A token names the last item of the page before by its place in the order, so it holds even where that item is gone. */
function readNameToken(token: string | undefined): string {
  if (!token) return '';
  if (!/^[0-9a-f]{15}-[\w~-]+\.json$/.test(token)) throw foreignToken();
  return token;
}

function readListToken(token: string | undefined) {
  if (!token) return undefined;
  const match = /^(-?\d{1,16})\.([\w~-]+)$/.exec(token);
  if (!match) throw foreignToken();
  return { createdMs: Number(match[1]), escapedId: match[2] ?? '' };
}

function foreignToken(): MentorError {
  return new MentorError('request-invalid', 'The continuation token is not one of a transcript.');
}

/** Names begin with the time in ticks of .NET, ten thousand to a millisecond since the year 1, as 15 hexadecimal digits. */
function timeOfPlace(place: string): number {
  const ticks = Number.parseInt(place.slice(0, 15), 16);
  return Math.round((ticks - 621_355_968_000_000_000) / 10_000);
}

function timestampOf(activity: Activity): Date | undefined {
  if (!activity.timestamp) return undefined;
  // An activity that came over the wire may still carry its timestamp as text.
  const timestamp = new Date(activity.timestamp);
  return Number.isNaN(timestamp.getTime()) ? undefined : timestamp;
}

function requireIds(channelId: string, ...conversationIds: readonly (string | undefined)[]): void {
  if (!channelId) throw new Error('Missing channelId');
  if (conversationIds.some((id) => !id)) throw new Error('Missing conversationId');
}

/** The fields that the SDK's own reader of incoming activities turns into dates. */
const dateFields = ['timestamp', 'localTimestamp', 'expiration'] as const;

function reviveActivity(parsed: unknown): Activity {
  const activity = parsed as Activity;
  for (const field of dateFields) if (activity[field]) activity[field] = new Date(activity[field]);
  return activity;
}
