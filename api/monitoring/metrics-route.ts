import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Request, Response, Server } from 'restify';
import { sendProblem } from '#api/problem.ts';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import { MentorError, toMentorError } from '#errors.ts';
import { requireAdmin } from './authorize.ts';

export interface MetricsRouteOptions {
  /** All series in Prometheus' text format. */
  readonly prometheusText: () => Promise<string>;
  readonly authenticate: Authenticate;
  /** Whether a call comes from this machine itself. */
  readonly isLocal: (request: IncomingMessage) => boolean;
  /** What a collector on another machine sends as its bearer token. */
  readonly metricsToken: string | undefined;
}

/** Serves `/metrics` to this machine, to whoever knows the metrics token, and to administrators. */
export function attachMetrics(server: Server, options: MetricsRouteOptions): void {
  server.get('/metrics', async (request: Request, response: Response) => {
    try {
      await admit(request, options);
      const text = await options.prometheusText();
      response.sendRaw(200, text, {
        'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
        'Content-Length': String(Buffer.byteLength(text)),
        'Cache-Control': 'no-store',
      });
    } catch (error) {
      sendProblem(response, toMentorError(error), String(request.headers['x-request-id']));
    }
  });
}

async function admit(
  request: Request,
  { authenticate, isLocal, metricsToken }: MetricsRouteOptions,
): Promise<void> {
  if (request.headers.origin !== undefined)
    throw new MentorError('origin-not-allowed', 'a page asked for the metrics');
  if (isLocal(request)) return;
  const given = /^Bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (metricsToken !== undefined && given !== undefined && isSame(given, metricsToken)) return;
  await requireAdmin(authenticate, request);
}

/** Takes as long for a wrong token as for the right one. */
function isSame(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
