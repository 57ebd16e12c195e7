import type { IncomingMessage } from 'node:http';

/** A request that an edge turns away before any turn runs; `status` is the HTTP status to answer with. */
export class RequestRefused extends Error {
  override readonly name: string = 'RequestRefused';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Deeper nesting than any real activity has; without a bound, writing such a value out overflows the stack. */
const deepestNesting = 64;

/**
 * Reads a JSON object of at most `maxBytes` from a request that no body parser has touched; an empty body reads as `{}`.
 * Throws RequestRefused with 400, 413 or 415. Restify's own parser is not used because it inflates gzip bodies without a
 * limit and without an error handler, so that one damaged body ends the process.
 */
export async function readJsonBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Record<string, unknown>> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new RequestRefused(415, `The encoding ${encoding} is not read.`);
  const bytes = await readBytes(request, maxBytes);
  if (bytes.length === 0) return {};
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(request.headers['content-type'] ?? ''))
    throw new RequestRefused(415, 'The body must be application/json.');
  return parseJsonObject(bytes);
}

/** Parses bytes as a JSON object; throws RequestRefused with 400 for everything else. */
export function parseJsonObject(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new RequestRefused(400, 'The body is not valid JSON.', { cause: error });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new RequestRefused(400, 'The body must be a JSON object.');
  if (isDeeperThan(value, deepestNesting))
    throw new RequestRefused(400, `The body is nested deeper than ${deepestNesting} levels.`);
  return value as Record<string, unknown>;
}

/** Reads a body of at most `maxBytes` as it came, for callers whose signature is over the very bytes; throws RequestRefused with 400 or 413. */
export async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => new RequestRefused(413, `The body is larger than ${maxBytes} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // Leaving the loop must not destroy the request: that would close the socket before the answer is written.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof RequestRefused) throw error;
    throw new RequestRefused(400, 'The body ended early.', { cause: error });
  }
  return Buffer.concat(chunks);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
