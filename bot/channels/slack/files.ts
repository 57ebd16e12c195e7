import type { Attachment } from 'botbuilder';
import { extensionFor } from '#bot/channels/direct-line/file-types.ts';
import { MentorError } from '#errors.ts';
import type { SlackPlace } from './conversation-id.ts';
import type { MessageEvent } from './incoming.ts';
import type { SlackClient } from './slack-client.ts';

/** As much as a résumé with pictures needs. */
const largestFileBytes = 10 * 1024 * 1024;
const downloadTimeoutMs = 30_000;

/**
 * What people attached. A file of another type than the bot takes, one that is too large, or one that is kept elsewhere has
 * no address: the bot sees that there was one, and nothing can open it.
 */
export function attachmentsOf(files: MessageEvent['files'], apiUrl: string): Attachment[] {
  return (files ?? []).map(({ name, mimetype, size, url_private_download: url }) => {
    const contentType = mimetype ?? 'application/octet-stream';
    const isTaken = extensionFor(contentType) !== undefined && (size ?? 0) <= largestFileBytes;
    return {
      contentType,
      ...(name ? { name } : {}),
      ...(isTaken && url && isSlackAddress(url, apiUrl) ? { contentUrl: url } : {}),
    };
  });
}

/** Reads a file that a person attached. Rejects with MentorError `request-invalid` where it may not or cannot be read. */
export async function downloadFile(
  { contentUrl }: Attachment,
  { botToken, apiUrl }: { readonly botToken: string; readonly apiUrl: string },
): Promise<Buffer> {
  if (contentUrl === undefined || !isSlackAddress(contentUrl, apiUrl))
    throw new MentorError('request-invalid', 'the file is not kept by Slack');
  const response = await fetch(contentUrl, {
    headers: { authorization: `Bearer ${botToken}` },
    // The token goes to Slack alone, wherever Slack would send us on.
    redirect: 'error',
    signal: AbortSignal.timeout(downloadTimeoutMs),
  }).catch((error: unknown) => {
    throw new MentorError('request-invalid', 'Slack did not send the file', { cause: error });
  });
  // Without the scope files:read Slack answers 200 with its sign-in page.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (!response.ok || isPage || response.body === null) {
    await response.body?.cancel();
    throw new MentorError('request-invalid', `Slack answered ${response.status} for a file`);
  }
  return readAtMost(response.body, largestFileBytes);
}

/** Sends a file, given as a `data:` address, into a thread. Rejects with SlackCallFailed. */
export async function uploadFile(
  { name = 'file', contentUrl = '' }: Attachment,
  { channelId, threadTs }: SlackPlace,
  client: SlackClient,
): Promise<void> {
  await client.deliver((web) =>
    web.filesUploadV2({
      channel_id: channelId,
      thread_ts: threadTs,
      filename: name,
      file: dataOf(contentUrl),
    }),
  );
}

/** The bytes in a `data:` address. */
export function dataOf(contentUrl: string): Buffer {
  return Buffer.from(contentUrl.slice(contentUrl.indexOf(',') + 1), 'base64');
}

/** Whether an address is Slack's own, or that of the server that stands in for it. */
function isSlackAddress(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, origin } = new URL(address);
  if (origin === new URL(apiUrl).origin) return true;
  return protocol === 'https:' && (hostname === 'slack.com' || hostname.endsWith('.slack.com'));
}

async function readAtMost(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new MentorError('request-invalid', 'the file is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
