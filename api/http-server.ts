import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import restify, { type Request, type Response, type Server } from 'restify';
import { errorTable, MentorError, toMentorError } from '#errors.ts';
import type { Logger } from '#log.ts';

/**
 * An RFC 9457 problem with the table's stable code; never a stack, never a secret. It goes through restify's own way of
 * sending: what is written past it restify would send a second time, and that ends the process.
 */
export function sendProblem(response: Response, error: MentorError, requestId: string): void {
  const { httpStatus, userText, retryable } = errorTable[error.code];
  const body = JSON.stringify({
    type: 'about:blank',
    title: userText,
    status: httpStatus,
    code: error.code,
    retryable,
    requestId,
  });
  response.sendRaw(httpStatus, body, {
    'Content-Type': 'application/problem+json',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
  });
}

/** How long a client may take to send a request's head, and all of it. */
const headersTimeoutMs = 20_000;
const requestTimeoutMs = 60_000;

/**
 * A restify server with what every route shares: a request id, safe default headers, bounded waiting for slow clients, and
 * problem details for what no route answers. It parses no body: each route reads its own, within its own bounds.
 */
export function createHttpServer({ logger }: { readonly logger: Logger }): Server {
  const server = restify.createServer({
    name: 'career-mentor',
    /** The routes own the upgrade event's socket: restify only passes it on. */
    handleUpgrades: false,
    ignoreTrailingSlash: true,
    /** Restify would log through its own pino, at warn, every time a client goes away. */
    log: silentLog() as never,
  });
  server.server.headersTimeout = headersTimeoutMs;
  server.server.requestTimeout = requestTimeoutMs;
  server.pre((request, response, next) => {
    const requestId = randomUUID();
    /** Restify's router parses the address without a guard: `GET //[` would end the process. */
    const isAddress = URL.canParse(
      request.url ?? '',
      `http://${request.headers.host ?? 'localhost'}`,
    );
    request.headers['x-request-id'] = requestId;
    response.setHeader('X-Request-Id', requestId);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.removeHeader('Server');
    const startedMs = performance.now();
    response.once('finish', () =>
      logger.debug(
        {
          requestId,
          method: request.method,
          route: routeOf(request),
          status: response.statusCode,
          durationMs: Math.round(performance.now() - startedMs),
        },
        'answered a request',
      ),
    );
    if (!isAddress) sendProblem(response, badRequest, requestId);
    next(isAddress ? undefined : false);
  });
  server.on(
    'restifyError',
    (
      request: Request,
      response: Response,
      thrown: Error & { statusCode?: number },
      callback: () => void,
    ) => {
      if (!response.headersSent) answerError(request, response, thrown, logger);
      callback();
    },
  );
  return server;
}

function answerError(
  request: Request,
  response: Response,
  thrown: Error & { statusCode?: number },
  logger: Logger,
): void {
  const requestId = String(request.headers['x-request-id']);
  if (thrown.statusCode === 404 || thrown.statusCode === 405) {
    sendProblem(response, notFound, requestId);
    return;
  }
  if (thrown.statusCode !== undefined && thrown.statusCode < 500) {
    sendProblem(response, badRequest, requestId);
    return;
  }
  const error = toMentorError(thrown);
  logger.error({ err: error, requestId }, 'a request failed');
  sendProblem(response, error, requestId);
}

const notFound = new MentorError('not-found', 'no such route');
const badRequest = new MentorError('request-invalid', 'malformed request');

/** The path without its ids, so that a log line never holds a token or a name. */
function routeOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?')[0]?.replaceAll(/[\w|-]{20,}/g, ':id') ?? '';
}

function silentLog() {
  const nothing = () => undefined;
  const log = {
    trace: nothing,
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: nothing,
    fatal: nothing,
    child: () => log,
  };
  return log;
}
