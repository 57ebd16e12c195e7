import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Request, Server } from 'restify';
import type { UserType } from '#services/telemetry/port.ts';

export interface RequestObserver {
  readonly tracer: Tracer;
  recordRequest(request: {
    readonly method: string;
    readonly endpoint: string;
    readonly statusCode: number;
    readonly userType: UserType;
    readonly seconds: number;
  }): void;
  /** Tells whoever collects events that a request was answered. */
  sendEvent(name: string, properties: Readonly<Record<string, string | number>>): void;
  /** The context within the trace that a caller's headers name. */
  continueTrace(headers: object, from: Context): Context;
  /** The context with who the work in it is for. */
  withUserType(userType: UserType, from: Context): Context;
}

const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Nobody looks these up one by one. */
const quiet = /^\/(?:health|metrics|monitoring)/;

/**
 * Reports every request with its route, never its address: what is behind it in time and in traces has this request's span
 * as its parent. Call it before any other `pre` handler answers.
 */
export function observeRequests(server: Server, observer: RequestObserver): void {
  const contexts = new WeakMap<IncomingMessage, Context>();
  // Before restify: it also answers what never reaches its own handlers.
  server.server.prependListener('request', (request: IncomingMessage, response: ServerResponse) =>
    contexts.set(request, begin(request as Request, response, observer)),
  );
  server.pre((request, _response, next) => {
    context.with(contexts.get(request) ?? context.active(), next);
  });
}

function begin(request: Request, response: ServerResponse, observer: RequestObserver): Context {
  const startedMs = performance.now();
  const method = knownMethods.has(request.method ?? '') ? String(request.method) : '_OTHER';
  const parent = observer.continueTrace(request.headers, ROOT_CONTEXT);
  const span = observer.tracer.startSpan(
    method,
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
    parent,
  );
  const assumed = userTypeOf(request, 200);
  // `close` comes last, and also where the client went away.
  response.once('close', () => {
    const endpoint = endpointOf(request);
    const statusCode = response.writableEnded ? response.statusCode : 499;
    const seconds = (performance.now() - startedMs) / 1_000;
    const userType = userTypeOf(request, statusCode);
    observer.recordRequest({ method, endpoint, statusCode, userType, seconds });
    endSpan(span, { method, endpoint, statusCode });
    if (quiet.test(endpoint)) return;
    observer.sendEvent('request_processed', {
      'request.id': String(request.headers['x-request-id'] ?? ''),
      'response.time.ms': Math.round(seconds * 1_000),
      endpoint,
      status: statusCode,
    });
  });
  return observer.withUserType(assumed, trace.setSpan(parent, span));
}

function endSpan(
  span: Span,
  { method, endpoint, statusCode }: { method: string; endpoint: string; statusCode: number },
): void {
  span.updateName(`${method} ${endpoint}`);
  span.setAttributes({ 'http.route': endpoint, 'http.response.status_code': statusCode });
  if (statusCode >= 500) span.setStatus({ code: 2 });
  span.end();
}

/** The route as it was registered; whatever matched none shares one name. */
function endpointOf(request: Request): string {
  const route = typeof request.getRoute === 'function' ? request.getRoute() : undefined;
  return typeof route?.path === 'string' ? route.path : 'unmatched';
}

/** A token that was not accepted says nothing about who sent it. */
function userTypeOf({ url = '', headers }: IncomingMessage, statusCode: number): UserType {
  if (/^\/api\/(?:messages|slack)/.test(url)) return 'service';
  const hasToken = headers.authorization !== undefined && statusCode !== 401 && statusCode !== 403;
  return hasToken && url.startsWith('/api/v1/') ? 'signed-in' : 'anonymous';
}
