import { randomUUID } from 'node:crypto';
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Request, Response, Server } from 'restify';
import Router from 'restify/lib/router.js';
import RestifyServer from 'restify/lib/server.js';
import { type ErrorCode, MentorError, toMentorError } from '#errors.ts';
import type { Logger } from '#log.ts';
import { problemOf, sendProblem } from './problem.ts';

/** How long a client may take to send a request's head, and all of it. */
const headersTimeoutMs = 20_000;
const requestTimeoutMs = 60_000;
/** Longest address that is read; a search with every filter is a tenth of it. */
const longestAddress = 8_192;

/**
 * A restify server with what every route shares: a request id, safe default headers, bounded waiting for slow clients, and
 * problem details for what no route answers. It parses no body: each route reads its own, within its own bounds.
 */
export function createHttpServer({ logger }: { readonly logger: Logger }): Server {
  const options = {
    name: 'career-mentor',
    /** The routes own the upgrade event's socket: restify only passes it on. */
    handleUpgrades: false,
    ignoreTrailingSlash: true,
    /** Restify would log through its own pino, at warn, every time a client goes away. */
    log: silentLog() as never,
  };
  // As `restify.createServer` does, without loading its plugins: none is used, and they are two thirds of what it loads.
  const server = new RestifyServer({ ...options, router: new Router(options) });
  server.server.headersTimeout = headersTimeoutMs;
  server.server.requestTimeout = requestTimeoutMs;
  // Restify passes it on, and with an ear of ours Node leaves the answer to us.
  server.on('clientError', refuseBrokenRequest);
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
    const isTooLong = (request.url ?? '').length > longestAddress;
    if (isTooLong) sendProblem(response, addressTooLong, requestId);
    else if (!isAddress) sendProblem(response, badRequest, requestId);
    next(isAddress && !isTooLong ? undefined : false);
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
    sendProblem(response, thrown.statusCode === 404 ? notFound : wrongMethod, requestId);
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
const wrongMethod = new MentorError('method-not-allowed', 'the route has no such method');
const addressTooLong = new MentorError('address-too-long', 'the address is too long');
const badRequest = new MentorError('request-invalid', 'malformed request');

/** What Node calls the ways in which a request can be none. */
const brokenRequests: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'request-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers what is no whole HTTP request, and hangs up. */
function refuseBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const code = brokenRequests[error.code ?? ''] ?? 'request-invalid';
  const problem = problemOf(new MentorError(code, code), randomUUID());
  const body = JSON.stringify(problem);
  socket.end(
    [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

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
