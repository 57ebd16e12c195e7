import type { Request, Response, Server } from 'restify';
import { clientAddress } from '#api/client-address.ts';
import { RequestProblem, sendProblem } from '#api/problem.ts';
import type { Caller } from '#api/sign-in/caller.ts';
import type { Authenticate } from '#api/sign-in/sign-in.ts';
import { saysCrisis } from '#bot/says-crisis.ts';
import { MentorError, toMentorError } from '#errors.ts';
import type { Logger } from '#log.ts';
import type { AuditLog } from '#services/audit-log/port.ts';
import type { ApiLimits } from './api-limits.ts';
import { type CorsOptions, refuseForeignPage, writeCorsHeaders } from './cors.ts';
import type { Operation, Reply, Route } from './operation.ts';
import { type ReadInput, readInput } from './read-input.ts';

export interface ApiEdge extends CorsOptions {
  readonly authenticate: Authenticate;
  readonly limits: ApiLimits;
  /** Whether only Azure Front Door can reach the server, and so is believed where a caller is. */
  readonly isBehindFrontDoor?: boolean;
  /** Whether somebody says that they are in danger: they are never asked to wait. */
  readonly isCrisis: (text: string) => boolean;
  /** Keeps what administrators do. */
  readonly auditLog: AuditLog;
  readonly logger: Pick<Logger, 'info' | 'error'>;
}

/** Adds routes to the server. What they share is here, in its order: origin, sign-in, permission, input, limit, handler. */
export function attachRoutes(server: Server, routes: readonly Route[], edge: ApiEdge): void {
  const methods = new Map<string, string[]>();
  for (const route of routes) {
    const { method, path } = route.operation;
    const restifyPath = path.replaceAll(/\{(\w+)\}/g, ':$1');
    methods.set(restifyPath, [...(methods.get(restifyPath) ?? []), method.toUpperCase()]);
    // Restify looks for the word `async`: a function that merely returns a promise it would wait for in vain.
    const handler = async (request: Request, response: Response) =>
      answer(route, request, response, edge);
    if (method === 'delete') server.del(restifyPath, handler);
    else server[method](restifyPath, handler);
  }
  for (const [path, allowed] of methods)
    server.opts(path, async (request: Request, response: Response) => {
      writeCorsHeaders(request, response, edge, allowed);
      response.sendRaw(204, '', { Allow: allowed.join(', ') });
    });
}

async function answer(
  route: Route,
  request: Request,
  response: Response,
  edge: ApiEdge,
): Promise<void> {
  const requestId = String(request.headers['x-request-id']);
  const gone = new AbortController();
  response.once('close', () => gone.abort(new DOMException('The client has gone', 'AbortError')));
  try {
    writeHeaders(request, response, edge);
    const caller = await admit(route.operation, request, edge);
    const input = await take(route.operation, caller, { request, response }, edge);
    await audit(route.operation, caller, { params: input.params, requestId }, edge);
    const handle = route.handle as (input: unknown) => Promise<Reply<unknown> | undefined>;
    const reply = await handle({
      ...input,
      caller,
      request,
      response,
      requestId,
      signal: gone.signal,
    });
    if (reply !== undefined) send(response, route.operation, reply);
  } catch (thrown) {
    if (gone.signal.aborted) return;
    const error = toMentorError(thrown);
    if (error.row.httpStatus >= 500)
      edge.logger.error({ err: thrown, requestId, operation: route.operation.id }, 'a call failed');
    if (response.headersSent) response.destroy();
    else sendProblem(response, error, requestId);
  }
}

/** What nobody but the caller may read, keep or show in a frame. */
function writeHeaders(request: Request, response: Response, edge: ApiEdge): void {
  writeCorsHeaders(request, response, edge);
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('X-Frame-Options', 'DENY');
}

async function admit(operation: Operation, request: Request, edge: ApiEdge): Promise<Caller> {
  refuseForeignPage(request, edge);
  const { permission } = operation;
  const caller = await edge.authenticate(request).catch(async (error: unknown) => {
    if (error instanceof MentorError && error.code === 'not-authenticated')
      await edge.limits.countFailedSignIn(clientAddress(request, edge));
    throw error;
  });
  if (permission !== 'public' && !caller.permissions.has(permission))
    throw new RequestProblem('not-permitted', {
      detail: `This needs the permission ${permission}.`,
      headers: {
        'WWW-Authenticate': `Bearer realm="career-mentor", error="insufficient_scope", scope="mentor.${permission}"`,
      },
    });
  return caller;
}

/** The input is read first, for it shows who must not be held up; what cannot be read counts against the limit as well. */
async function take(
  operation: Operation,
  caller: Caller,
  { request, response }: { readonly request: Request; readonly response: Response },
  edge: ApiEdge,
): Promise<ReadInput> {
  const { limits, isCrisis } = edge;
  const [read] = await Promise.allSettled([readInput(operation, request)]);
  const message = read.status === 'fulfilled' ? messageOf(read.value.body) : '';
  if (operation.countsAs !== 'nothing' && !saysCrisis(message, isCrisis)) {
    const { headers, refusal } = await limits.count(
      operation.countsAs,
      caller,
      clientAddress(request, edge),
    );
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (refusal !== undefined) throw refusal;
  }
  if (read.status === 'rejected') throw read.reason;
  return read.value;
}

/** Before it is done: what cannot be written down is not done. */
async function audit(
  { id, permission }: Operation,
  { personId, account }: Caller,
  { params, requestId }: { readonly params: unknown; readonly requestId: string },
  { auditLog }: ApiEdge,
): Promise<void> {
  if (permission !== 'admin') return;
  await auditLog.record({
    at: new Date().toISOString(),
    administrator: personId,
    account,
    action: id,
    about: params as Record<string, unknown>,
    requestId,
  });
}

function messageOf(body: unknown): string {
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : '';
}

function send(response: Response, operation: Operation, reply: Reply<unknown>): void {
  const { schema, status } = operation.success;
  if (schema === undefined || reply.body === undefined) {
    response.sendRaw(reply.status ?? status, '', { ...reply.headers });
    return;
  }
  // Through its schema, so that what is not in the documentation does not leave.
  const body = JSON.stringify(schema.parse(reply.body));
  response.sendRaw(reply.status ?? status, body, {
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    ...reply.headers,
  });
}
