import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Activity } from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import type { Server } from 'restify';
import * as z from 'zod';
import { RequestRefused, readJsonBody } from '#bot/channels/read-json-body.ts';
import type { TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import { type ErrorCode, errorTable } from '#errors.ts';
import { reviveTimestamps } from './activity-timestamps.ts';
import type { HostAdapter, TurnLogic } from './host-adapter.ts';

/** Teams stays below 100 KB of UTF-16 a message; rich text arrives a second time as an HTML attachment. */
const maxActivityBytes = 512 * 1024;

/** What a turn cannot do without; everything else is the channel's and passes through. */
const incomingActivity = z.looseObject({
  type: z.string().min(1),
  channelId: z.string().min(1),
  serviceUrl: z.url({ protocol: /^https?$/ }),
  conversation: z.looseObject({ id: z.string().min(1) }),
  id: z.string().optional(),
  from: z.looseObject({}).optional(),
  recipient: z.looseObject({}).optional(),
});

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
  server.post('/api/messages', async (request, response) => {
    try {
      const activity = parseActivity(await readJsonBody(request, maxActivityBytes));
      const authorization = request.headers.authorization ?? '';
      const { status, body } = await adapter.receive(authorization, activity, { inbox, logic });
      if (status === 503) sendProblem(response, 503, 'internal');
      else sendJson(response, status, 'application/json', body);
    } catch (error) {
      refuse(response, error, logger);
    }
  });
}

function parseActivity(body: Record<string, unknown>): Activity {
  const parsed = incomingActivity.safeParse(body);
  if (parsed.success) return reviveTimestamps(body) as unknown as Activity;
  const [issue] = parsed.error.issues;
  throw new RequestRefused(400, `${issue?.path.join('.') || 'activity'}: ${issue?.message}`);
}

function refuse(response: ServerResponse, error: unknown, logger: TurnLogger): void {
  if (error instanceof RequestRefused) {
    sendProblem(response, error.status, 'request-invalid', error.message);
  } else if (error instanceof AuthenticationError) {
    logger.warn({ reason: error.message }, 'refused a call to /api/messages');
    const code = error.statusCode === 403 ? 'not-allowed' : 'not-authenticated';
    sendProblem(response, errorTable[code].httpStatus, code);
  } else {
    logger.error({ err: error }, 'a call to /api/messages failed');
    sendProblem(response, 500, 'internal');
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
  });
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
