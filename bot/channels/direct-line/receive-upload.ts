import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import { parseJsonObject } from '#bot/channels/read-json-body.ts';
import type { FileStore } from './files.ts';
import { DirectLineError, maxActivityBytes } from './protocol.ts';

const maxFiles = 5;
const maxFileBytes = 10 * 1024 * 1024;
const maxNameLength = 120;

export interface Attachment {
  readonly contentType: string;
  /** The store's reference, not yet an address. */
  readonly contentUrl: string;
  readonly name: string;
}

export interface Upload {
  /** The activity as the client sent it, without attachments; a plain message where it sent none. */
  readonly activity: Record<string, unknown>;
  readonly attachments: readonly Attachment[];
}

type PartStream = Readable & { readonly truncated?: boolean };

interface PartHandlers {
  /** Takes the part with the activity; what it throws ends the upload. */
  onActivity(bytes: Buffer): void;
  onFile(content: PartStream, info: busboy.FileInfo): void;
}

/**
 * Reads a multipart upload: one part named `activity` and the files in order. Keeps the files in the store; where anything
 * is wrong it throws a RequestRefused with 400, 413 or 415 and keeps none of them.
 */
export async function receiveUpload(
  request: IncomingMessage,
  { userId, files }: { readonly userId: string; readonly files: FileStore },
): Promise<Upload> {
  const saving: Promise<Attachment>[] = [];
  let activity: Record<string, unknown> | undefined;

  const keep = async (content: PartStream, info: busboy.FileInfo): Promise<Attachment> => {
    const contentType = info.mimeType;
    const name = toSafeName(info.filename);
    const contentUrl = await files.save({ userId, name, contentType, content });
    return { contentType, contentUrl, name };
  };
  try {
    await parseParts(request, {
      onActivity(bytes) {
        activity = parseJsonObject(bytes);
      },
      onFile(content, info) {
        const saved = keep(content, info);
        // It is looked at once all parts are read; until then its failure must not count as unhandled.
        saved.catch(() => undefined);
        saving.push(saved);
      },
    });
    const attachments = await Promise.all(saving);
    if (!activity && attachments.length === 0) throw refused(400, 'The upload is empty.');
    const { attachments: announced, ...rest } = activity ?? { type: 'message' };
    return { activity: rest, attachments };
  } catch (error) {
    for (const saved of await Promise.allSettled(saving))
      if (saved.status === 'fulfilled') await files.remove(saved.value.contentUrl);
    throw error;
  }
}

function parseParts(request: IncomingMessage, handlers: PartHandlers): Promise<void> {
  const parser = createParser(request);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      reject(error);
      // The rest is read and thrown away, so that the client is still there to read the answer.
      request.unpipe(parser);
      request.resume();
      parser.destroy();
    };
    const takeActivity = (bytes: Buffer, isWhole: boolean) => {
      try {
        if (!isWhole) throw refused(413, `The activity is larger than ${maxActivityBytes} bytes.`);
        handlers.onActivity(bytes);
      } catch (error) {
        fail(error);
      }
    };
    parser.on('file', (name, content: PartStream, info) => {
      if (name === 'activity') collect(content, maxActivityBytes, takeActivity);
      else handlers.onFile(content, info);
    });
    parser.on('field', (name, value, { valueTruncated }) => {
      if (name === 'activity') takeActivity(Buffer.from(value), !valueTruncated);
    });
    parser.on('filesLimit', () => fail(refused(413, `At most ${maxFiles} files at once.`)));
    parser.on('error', (error) => fail(refused(400, 'The upload is malformed.', { cause: error })));
    parser.on('close', resolve);
    request.on('close', () => {
      if (!request.complete) fail(refused(400, 'The upload ended early.'));
    });
    request.pipe(parser);
  });
}

/** Reads a part into memory, but never more than the limit. */
function collect(
  content: PartStream,
  limitBytes: number,
  take: (bytes: Buffer, isWhole: boolean) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  content.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
  });
  content.on('end', () => take(Buffer.concat(chunks), size <= limitBytes));
  // The parser reports it, too.
  content.on('error', () => undefined);
}

function createParser(request: IncomingMessage): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      limits: {
        // One more, because clients send the activity as a part with a file name, too.
        files: maxFiles + 1,
        fileSize: maxFileBytes,
        fieldSize: maxActivityBytes,
        fields: 10,
      },
    });
  } catch (error) {
    throw refused(415, 'The upload must be multipart/form-data.', { cause: error });
  }
}

function refused(status: 400 | 413 | 415, message: string, options?: ErrorOptions) {
  const codes = { 400: 'BadArgument', 413: 'MessageSizeTooBig', 415: 'NotSupported' } as const;
  return new DirectLineError(status, codes[status], message, options);
}

/** The name as people see it again: no folders, no control characters, not endless. */
function toSafeName(name: string | undefined): string {
  const plain = (name ?? '').replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '').trim();
  return plain.slice(-maxNameLength) || 'file';
}
