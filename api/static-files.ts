import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** A file as it is served, with its compressed forms, which are made once when first asked for. */
export interface StaticFile {
  readonly contentType: string;
  readonly body: Buffer;
  /** Changes with the content; the `v` of an address under which the file may be kept for good. */
  readonly version: string;
  readonly compressed: Map<Encoding, Promise<Buffer>>;
}

type Encoding = 'br' | 'gzip';

/** Longest time a browser is asked to keep what never changes, in seconds. */
const oneYear = 31_536_000;

/** Reads a file to be served; `version` replaces the hash of its content, and `edit` changes its text. */
export function readStaticFile(
  path: string,
  options: { readonly version?: string; readonly edit?: (text: string) => string } = {},
): StaticFile {
  const content = readFileSync(path);
  const body = options.edit ? Buffer.from(options.edit(content.toString('utf8'))) : content;
  return {
    contentType: contentTypes[extname(path)] ?? 'application/octet-stream',
    body,
    version: options.version ?? versionOf(content),
    compressed: new Map(),
  };
}

/** Reads a file when it is first there and again whenever it was replaced; `undefined` while it is missing. */
export function createLateFile(
  path: string,
  options: { readonly edit?: (text: string) => string } = {},
): () => StaticFile | undefined {
  let file: StaticFile | undefined;
  let modified = 0;
  return () => {
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs === undefined) return undefined;
    if (file === undefined || mtimeMs !== modified) file = readStaticFile(path, options);
    modified = mtimeMs;
    return file;
  };
}

/** A short name for what stands in the given contents. */
export function versionOf(...contents: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content);
  return hash.digest('base64url').slice(0, 16);
}

/** Answers a GET or HEAD request with the file: compressed where the browser can, 304 where it has it already. */
export async function sendStaticFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: StaticFile,
): Promise<void> {
  const encoding = encodingFor(request, file);
  const etag = `"${file.version}${encoding ? `-${encoding}` : ''}"`;
  const asked = new URL(request.url ?? '/', 'http://localhost').searchParams.get('v');
  const headers = {
    'Cache-Control':
      asked === file.version ? `public, max-age=${oneYear}, immutable` : 'public, no-cache',
    'Content-Type': file.contentType,
    ETag: etag,
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
  };
  if (knowsEtag(request, etag)) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  const body = encoding ? await compress(file, encoding) : file.body;
  response.writeHead(200, {
    ...headers,
    'Content-Length': body.length,
    ...(encoding && { 'Content-Encoding': encoding }),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function knowsEtag(request: IncomingMessage, etag: string): boolean {
  const known = request.headers['if-none-match'] ?? '';
  return known.split(',').some((entry) => entry.trim().replace(/^W\//, '') === etag);
}

/** Below this compressing saves no packet. */
const worthCompressingBytes = 1024;

function encodingFor(request: IncomingMessage, file: StaticFile): Encoding | undefined {
  if (file.body.length < worthCompressingBytes) return undefined;
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .filter((entry) => !/;\s*q=0(?:\.0*)?\s*$/.test(entry))
    .map((entry) => entry.split(';')[0]?.trim());
  return (['br', 'gzip'] as const).find((encoding) => accepted.includes(encoding));
}

function compress(file: StaticFile, encoding: Encoding): Promise<Buffer> {
  const ready = file.compressed.get(encoding);
  if (ready !== undefined) return ready;
  // Quality 6 takes the largest file to a quarter in a fifth of a second; 11 would take ten seconds for a little less.
  const made =
    encoding === 'br'
      ? toBrotli(file.body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } })
      : toGzip(file.body);
  file.compressed.set(encoding, made);
  return made;
}
