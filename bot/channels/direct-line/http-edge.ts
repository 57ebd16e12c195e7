import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request, Server } from 'restify';
import { RequestRefused } from '#bot/channels/read-json-body.ts';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import { MentorError } from '#errors.ts';
import { isAllowedOrigin, writeCorsHeaders } from './origins.ts';
import { DirectLineError, type DirectLineErrorCode } from './protocol.ts';

export interface EdgeOptions {
  readonly allowedOrigins: readonly string[];
  readonly logger: TurnLogger;
}

export type Handler = (request: Request, response: ServerResponse) => Promise<void>;

const codeForStatus: Readonly<Record<number, DirectLineErrorCode>> = {
  400: 'BadArgument',
  413: 'MessageSizeTooBig',
  415: 'NotSupported',
};

export interface Handlers {
  readonly get?: Handler;
  readonly post?: Handler;
}

/** Adds a path with its preflight; refuses pages of other origins, and answers whatever a handler throws with the service's error body. */
export function addPath(
  server: Server,
  path: string,
  { get, post }: Handlers,
  { allowedOrigins, logger }: EdgeOptions,
): void {
  const guarded = (run: Handler) => async (request: Request, response: ServerResponse) => {
    writeCorsHeaders(request, response, allowedOrigins);
    try {
      if (!isAllowedOrigin(request, allowedOrigins))
        throw new DirectLineError(403, 'NotAllowed', 'This origin is not allowed.');
      await run(request, response);
    } catch (error) {
      sendError(response, error, logger);
    }
  };
  const answerPreflight: Handler = async (_request, response) => {
    // Not chained: restify's writeHead returns nothing.
    response.writeHead(204);
    response.end();
  };
  if (get) server.get(path, guarded(get));
  if (post) server.post(path, guarded(post));
  server.opts(path, guarded(answerPreflight));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  response.end(text);
}

/** The request's query, read without any plugin. */
export function queryOf(request: IncomingMessage): URLSearchParams {
  const { url = '' } = request;
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start + 1));
}

function sendError(response: ServerResponse, error: unknown, logger: TurnLogger): void {
  const refusal = toDirectLineError(error);
  if (refusal.status >= 500) logger.error({ err: error }, 'a Direct Line call failed');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { status, code, message } = refusal;
  if (status === 503) response.setHeader('Retry-After', '5');
  sendJson(response, status, { error: { code, message } });
}

function toDirectLineError(error: unknown): DirectLineError {
  if (error instanceof DirectLineError) return error;
  if (error instanceof RequestRefused)
    return new DirectLineError(
      error.status,
      codeForStatus[error.status] ?? 'BadArgument',
      error.message,
    );
  const { row } = error instanceof MentorError ? error : new MentorError('internal', '');
  return new DirectLineError(row.httpStatus, 'ServiceError', row.userText, { cause: error });
}
