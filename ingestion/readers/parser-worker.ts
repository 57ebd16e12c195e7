import { parentPort } from 'node:worker_threads';
import { readByFormat } from './formats.ts';
import { type ReadDocument, UnreadableDocument } from './reader.ts';

export interface ParseRequest {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type ParseReply =
  | { readonly document: ReadDocument }
  | { readonly problems: UnreadableDocument['problems'] }
  /** What a parser threw in its own words. */
  | { readonly failure: string };

parentPort?.on('message', async ({ path, bytes }: ParseRequest) => {
  parentPort?.postMessage(await parse(path, bytes));
});

async function parse(path: string, bytes: Uint8Array): Promise<ParseReply> {
  try {
    return { document: await readByFormat(path, bytes) };
  } catch (error) {
    if (error instanceof UnreadableDocument) return { problems: error.problems };
    /** Parsers walk what is nested by calling themselves. */
    if (error instanceof RangeError && /call stack/.test(error.message))
      return { problems: [{ message: 'is nested too deeply to be read; simplify it' }] };
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}
