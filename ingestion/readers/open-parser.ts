import { Worker } from 'node:worker_threads';
import { needsWorker, readByFormat } from './formats.ts';
import type { ParseReply, ParseRequest } from './parser-worker.ts';
import { type ReadDocument, UnreadableDocument } from './reader.ts';

export interface Parser {
  /** Reads a document by the ending of its name; rejects with UnreadableDocument, or as the parser of its format does. */
  parse(path: string, bytes: Uint8Array): Promise<ReadDocument>;
  close(): Promise<void>;
}

export interface ParserOptions {
  /** How long one document may take. */
  readonly timeoutMs?: number;
  readonly maxMemoryMb?: number;
}

/**
 * Parses large formats in threads of their own, for a document may be made, or just damaged, so that its parser never
 * comes to an end: such a one is given up, and takes nothing with it. A thread starts when it is needed and is used again.
 */
export function openParser(options: ParserOptions = {}): Parser {
  const { timeoutMs = 120_000, maxMemoryMb = 2_048 } = options;
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  function startWorker(): Worker {
    const worker = new Worker(new URL('./parser-worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: maxMemoryMb },
    });
    all.add(worker);
    /** Whoever waits for an answer listens too; an idle one may fall over what a document left behind. */
    worker.on('error', () => {});
    worker.once('exit', () => {
      all.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
    });
    return worker;
  }

  async function parseApart(request: ParseRequest): Promise<ReadDocument> {
    const worker = idle.pop() ?? startWorker();
    const reply = await ask(worker, request, timeoutMs).catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    idle.push(worker);
    return readReply(reply);
  }

  return {
    async parse(path, bytes) {
      return needsWorker(path)
        ? await parseApart({ path, bytes })
        : await readByFormat(path, bytes);
    },
    async close() {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

async function ask(worker: Worker, request: ParseRequest, timeoutMs: number): Promise<ParseReply> {
  const { promise, resolve, reject } = Promise.withResolvers<ParseReply>();
  const onError = (error: Error & { code?: string }) => reject(toRefusal(error));
  const onExit = () => reject(new Error('its parser ended'));
  const timer = setTimeout(() => {
    const seconds = Math.round(timeoutMs / 1_000);
    reject(
      new UnreadableDocument(
        `took longer than ${seconds} s to read; save or export it anew, or split it`,
      ),
    );
  }, timeoutMs);
  worker.once('message', resolve).once('error', onError).once('exit', onExit);
  worker.postMessage(request);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    worker.off('message', resolve).off('error', onError).off('exit', onExit);
  }
}

function toRefusal(error: Error & { code?: string }): Error {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new UnreadableDocument('needs more memory than any document should; split it', {
        cause: error,
      })
    : error;
}

function readReply(reply: ParseReply): ReadDocument {
  if ('document' in reply) return reply.document;
  throw 'problems' in reply ? new UnreadableDocument(reply.problems) : new Error(reply.failure);
}
