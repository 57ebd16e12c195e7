import type { Request, Response } from 'restify';
import { RequestProblem } from '#api/problem.ts';
import { localPersonHeader } from '#api/sign-in/sign-in.ts';

export interface CorsOptions {
  /** Whether a page at the request's `Origin` may call: our own pages and the listed ones; what is no browser may. */
  readonly isAllowedOrigin: (request: Request) => boolean;
}

const readableHeaders = [
  'Location',
  'RateLimit-Limit',
  'RateLimit-Policy',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Retry-After',
  'Token-Budget-Limit',
  'Token-Budget-Remaining',
  'Token-Budget-Reset',
  'WWW-Authenticate',
  'X-Request-Id',
].join(', ');
const sendableHeaders = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'Last-Event-ID',
  localPersonHeader,
].join(', ');

/** Lets pages of allowed origins read the answer. There are no cookies to send, so none are allowed. */
export function writeCorsHeaders(
  request: Request,
  response: Response,
  { isAllowedOrigin }: CorsOptions,
  preflightFor?: readonly string[],
): void {
  response.setHeader('Vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !isAllowedOrigin(request)) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  if (preflightFor === undefined) {
    response.setHeader('Access-Control-Expose-Headers', readableHeaders);
    return;
  }
  response.setHeader('Access-Control-Allow-Methods', preflightFor.join(', '));
  response.setHeader('Access-Control-Allow-Headers', sendableHeaders);
  response.setHeader('Access-Control-Max-Age', '600');
}

/** Throws `origin-not-allowed` for a page that may not call. */
export function refuseForeignPage(request: Request, { isAllowedOrigin }: CorsOptions): void {
  if (!isAllowedOrigin(request)) throw new RequestProblem('origin-not-allowed');
}
