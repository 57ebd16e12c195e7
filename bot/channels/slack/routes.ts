import type { ServerResponse } from 'node:http';
import type { Request, Server } from 'restify';
import { parseJsonObject, RequestRefused, readBytes } from '#bot/channels/read-json-body.ts';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import type { SlackReply } from './intake.ts';
import { findForgery } from './verify-request.ts';

/** Slack's payloads, the message of a pressed button among them, stay well below. */
const maxBodyBytes = 1024 * 1024;

/** Takes what Slack delivers, whichever way it came. */
export interface SlackTakers {
  readonly event: (payload: Readonly<Record<string, unknown>>) => Promise<SlackReply>;
  readonly interaction: (payload: Readonly<Record<string, unknown>>) => Promise<SlackReply>;
  readonly command: (fields: Readonly<Record<string, string>>) => Promise<SlackReply>;
}

export interface SlackRoutesOptions {
  readonly signingSecret: string;
  readonly takers: SlackTakers;
  readonly logger: TurnLogger;
  readonly now: () => Date;
}

/**
 * Adds `POST /api/slack/events`, `/api/slack/interactions` and `/api/slack/commands`. Each takes whatever Slack may send it,
 * so that an app that names one address for all of them works too.
 */
export function attachSlackRoutes(server: Server, options: SlackRoutesOptions): void {
  for (const path of ['events', 'interactions', 'commands'])
    server.post(`/api/slack/${path}`, async (request, response) =>
      answer(request, response, options),
    );
}

async function answer(
  request: Request,
  response: ServerResponse,
  options: SlackRoutesOptions,
): Promise<void> {
  try {
    const { status, body } = await take(request, options);
    send(response, status, body);
  } catch (error) {
    const { logger } = options;
    if (error instanceof RequestRefused) {
      logger.warn({ reason: error.message, status: error.status }, 'refused a call to /api/slack');
      // Sent again, it would be refused again.
      response.setHeader('X-Slack-No-Retry', '1');
      send(response, error.status, { error: error.message });
    } else {
      logger.error({ err: error }, 'a call to /api/slack failed');
      send(response, 503, { error: 'Please send that again.' });
    }
  }
}

async function take(
  request: Request,
  { signingSecret, takers, logger, now }: SlackRoutesOptions,
): Promise<SlackReply> {
  const { headers } = request;
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new RequestRefused(415, 'Compressed bodies are not read.');
  const rawBody = await readBytes(request, maxBodyBytes);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');
  const form = isForm ? new URLSearchParams(rawBody.toString('utf8')) : undefined;
  // Slack's own check of the certificate is not signed, and asks for nothing.
  if (form?.get('ssl_check') === '1') return { status: 200 };
  const forgery = findForgery(rawBody, headers, { signingSecret, now: now() });
  if (forgery !== undefined)
    throw new RequestRefused(401, `The request does not come from Slack: ${forgery}.`);
  const retry = headers['x-slack-retry-num'];
  if (retry !== undefined)
    logger.info(
      { retry, reason: headers['x-slack-retry-reason'] },
      'Slack sent something once more',
    );
  if (form === undefined) return takers.event(parseJsonObject(rawBody));
  const payload = form.get('payload');
  return payload === null
    ? takers.command(Object.fromEntries(form))
    : takers.interaction(parseJsonObject(Buffer.from(payload)));
}

function send(
  response: ServerResponse,
  status: number,
  body: Readonly<Record<string, unknown>> | undefined,
): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...(text && { 'Content-Type': 'application/json' }),
    ...(status === 503 && { 'Retry-After': '5' }),
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
