import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { AuthenticationError } from 'botframework-connector';
import type { Server } from 'restify';
import { RequestRefused, readJsonBody } from '#bot/channels/read-json-body.ts';
import type { TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import { type ErrorCode, errorTable, toMentorError } from '#errors.ts';
import { botFrameworkEdge, type HostAdapter, type TurnLogic } from './host-adapter.ts';
import { findForeignPart } from './local-caller.ts';
import { readActivity } from './read-activity.ts';

/** Teams stays below 100 KB of UTF-16 a message; rich text arrives a second time as an HTML attachment. */
const maxActivityBytes = 512 * 1024;

export interface BotFrameworkRoutesOptions {
  readonly adapter: HostAdapter;
  readonly inbox: TurnInbox;
  readonly logic: TurnLogic;
  readonly logger: TurnLogger;
}

/** Adds `POST /api/messages`, where the Azure channels deliver; every answer that is an error is an RFC 9457 problem. */
export function attachBotFrameworkRoutes(
  server: Server,
  { adapter, inbox, logic, logger }: BotFrameworkRoutesOptions,
): void {
  inbox.serve(botFrameworkEdge, adapter.createEdge(logic, logger));
  server.post('/api/messages', async (request, response) => {
    try {
      const activity = readActivity(await readJsonBody(request, maxActivityBytes));
      if (adapter.isOpen) admitOnlyLocal(request, activity.serviceUrl);
      const authorization = request.headers.authorization ?? '';
      const { status, body } = await adapter.receive(authorization, activity, { inbox, logic });
      if (status === 501) sendProblem(response, 400, 'request-invalid', unknownInvoke);
      else if (status >= 500) sendProblem(response, status, 'internal');
      else sendJson(response, status, 'application/json', body);
    } catch (error) {
      refuse(response, error, logger);
    }
  });
}

const unknownInvoke = 'name: nothing here answers this kind of invoke.';

function admitOnlyLocal(request: IncomingMessage, serviceUrl: string): void {
  const foreign = findForeignPart(request, serviceUrl);
  if (foreign === undefined) return;
  throw new AuthenticationError(
    `An unsigned call was refused because ${foreign}; set MicrosoftAppId to let channels in.`,
    403,
  );
}

function refuse(response: ServerResponse, error: unknown, logger: TurnLogger): void {
  if (error instanceof RequestRefused) {
    sendProblem(response, error.status, 'request-invalid', error.message);
  } else if (error instanceof AuthenticationError) {
    const requestId = requestIdOf(response);
    logger.warn({ reason: error.message, requestId }, 'refused a call to /api/messages');
    const code = error.statusCode === 403 ? 'not-allowed' : 'not-authenticated';
    sendProblem(response, errorTable[code].httpStatus, code);
  } else {
    logger.error(
      { err: error, requestId: requestIdOf(response) },
      'a call to /api/messages failed',
    );
    const { code } = toMentorError(error);
    sendProblem(response, errorTable[code].httpStatus, code);
  }
}

function sendProblem(
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  detail: string = errorTable[code].userText,
): void {
  sendJson(response, status, 'application/problem+json', {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    detail,
    retryable: errorTable[code].retryable,
    requestId: requestIdOf(response),
  });
}

/** The id under which the log knows this call, where the server gave one to its response. */
function requestIdOf(response: ServerResponse): string | undefined {
  return response.getHeader('X-Request-Id')?.toString();
}

function sendJson(response: ServerResponse, status: number, type: string, body: unknown): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text && { 'Content-Type': type }),
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
