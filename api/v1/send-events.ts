import { once } from 'node:events';
import type { Response } from 'restify';
import type { NumberedEvent } from './answer-runs.ts';

export interface SendEventsOptions {
  /** How often something is sent while nothing happens, so that no proxy takes the silence for the end. */
  readonly heartbeatMs?: number;
  /** How long a client may leave what was sent to it unread. */
  readonly unreadMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Sends events as they come, by https://html.spec.whatwg.org/multipage/server-sent-events.html, and ends after the last. A
 * client that does not read is cut off.
 */
export async function sendEvents(
  response: Response,
  events: AsyncIterable<NumberedEvent>,
  { heartbeatMs = 15_000, unreadMs = 30_000, signal }: SendEventsOptions,
): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Nginx and those after its model hold answers back without it.
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => response.write(': heartbeat\n\n'), heartbeatMs);
  try {
    for await (const { id, event } of events) {
      const isRead = response.write(
        `id: ${id}\nevent: ${event.event}\ndata: ${JSON.stringify(event.data)}\n\n`,
      );
      heartbeat.refresh();
      if (!isRead && !(await wasRead(response, unreadMs, signal))) {
        response.destroy();
        return;
      }
    }
    response.end();
  } finally {
    clearInterval(heartbeat);
  }
}

async function wasRead(
  response: Response,
  unreadMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await once(response, 'drain', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(unreadMs)]),
    });
    return true;
  } catch {
    return false;
  }
}
