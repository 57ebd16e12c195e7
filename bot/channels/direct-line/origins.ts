import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TLSSocket } from 'node:tls';

/** The address under which the caller reached this server. */
export interface PublicAddress {
  readonly secure: boolean;
  readonly host: string;
}

const hostPattern = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * The server's address as the caller sees it, from the headers a reverse proxy adds where there is one. The answer only
 * ever goes back to that caller, so a forged header misleads nobody else.
 */
export function publicAddress(request: IncomingMessage): PublicAddress {
  const forwardedProtocol = firstValue(request, 'x-forwarded-proto');
  const host = firstValue(request, 'x-forwarded-host') ?? request.headers.host ?? '';
  return {
    secure: forwardedProtocol
      ? forwardedProtocol === 'https'
      : (request.socket as Partial<TLSSocket>).encrypted === true,
    host: hostPattern.test(host) ? host : 'localhost',
  };
}

/** Whether a page at the request's `Origin` may talk to us: our own pages and the listed ones; callers that are no browser may. */
export function isAllowedOrigin(
  request: IncomingMessage,
  allowedOrigins: readonly string[],
): boolean {
  const { origin } = request.headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === publicAddress(request).host;
}

/** Writes the CORS headers for an allowed origin, and `Vary: Origin` for every answer. */
export function writeCorsHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  allowedOrigins: readonly string[],
): void {
  response.setHeader('Vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !isAllowedOrigin(request, allowedOrigins)) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  if (request.method !== 'OPTIONS') return;
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, x-ms-bot-agent');
  response.setHeader('Access-Control-Max-Age', '600');
}

function firstValue(request: IncomingMessage, header: string): string | undefined {
  const value = request.headers[header];
  const text = Array.isArray(value) ? value[0] : value;
  return text?.split(',')[0]?.trim() || undefined;
}
