import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { WebSocketServer } from 'ws';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';
import { type Arguments, methods, SlackRefusal, Workspace } from './workspace.ts';

/** What a call meets in place of its answer. */
export type SlackFault =
  | { readonly error: string; readonly needed?: string; readonly provided?: string }
  | { readonly status: number }
  | { readonly retryAfterSeconds: number }
  /** Taken and never answered. */
  | 'silent'
  /** Done, and the connection breaks before a word of the answer. */
  | 'answer-lost';

export interface SlackCall {
  readonly method: string;
  readonly given: Arguments;
  /** What Slack answered: `ok`, its error code, or what happened to the call. */
  readonly outcome: string;
}

export interface SlackServer {
  /** What `SLACK_API_URL` is set to. */
  readonly apiUrl: string;
  readonly workspace: Workspace;
  /** Every call in order, those that met a fault too. */
  readonly calls: readonly SlackCall[];
  /** Resolves once the method is called, from now on or before. */
  called(method: string): Promise<void>;
  /** Lets the next calls of a method meet the fault, after so many that go well. */
  fail(
    method: string,
    fault: SlackFault,
    options?: { readonly times?: number; readonly after?: number },
  ): void;
  /** From now on nothing fails. */
  heal(): void;
  /** Sends an envelope over the open socket; resolves to the acknowledgement. */
  sendEnvelope(type: string, payload: object): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

interface SetFault {
  readonly method: string;
  readonly fault: SlackFault;
  left: number;
  after: number;
}

export const botToken = 'xoxb-test-token';
export const appToken = 'xapp-test-token';

/** Every scope that the bot's token has unless a test takes some away. */
const allScopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'im:history',
  'im:write',
  'mpim:history',
];

/**
 * A server on a free loopback port that speaks Slack's Web API for one workspace: the methods under their own names, the
 * error codes and limits of Slack's reference, files, and Socket Mode.
 */
export async function startSlackServer({
  scopes = allScopes,
}: {
  readonly scopes?: readonly string[];
} = {}): Promise<SlackServer> {
  const workspace = new Workspace();
  const calls: SlackCall[] = [];
  let faults: SetFault[] = [];
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500);
      response.end(String(error));
    });
  });

  const takeFault = (method: string): SlackFault | undefined => {
    const set = faults.find((candidate) => candidate.method === method && candidate.left > 0);
    if (set === undefined) return undefined;
    if (set.after > 0) {
      set.after -= 1;
      return undefined;
    }
    set.left -= 1;
    return set.fault;
  };

  const waiting: { method: string; resolve: () => void }[] = [];
  const note = (call: SlackCall): void => {
    calls.push(call);
    for (const { method, resolve } of waiting) if (method === call.method) resolve();
  };

  const run = (method: string, given: Arguments, token: string | undefined) => {
    if (token === undefined) throw new SlackRefusal('not_authed');
    if (method === 'apps.connections.open') {
      if (token !== appToken) throw new SlackRefusal('invalid_auth');
      return { url: `${apiUrl.replace('http', 'ws')}socket` };
    }
    if (token !== botToken) throw new SlackRefusal('invalid_auth');
    const files = fileMethods(workspace, apiUrl);
    const known = methods[method] ?? files[method];
    if (known === undefined) throw new SlackRefusal('unknown_method');
    if (known.scope !== undefined && !scopes.includes(known.scope))
      throw new SlackRefusal('missing_scope', {
        needed: known.scope,
        provided: scopes.join(','),
      });
    return known.run(given, workspace);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname } = new URL(request.url ?? '', apiUrl);
    const body = await readBody(request);
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (pathname.startsWith('/upload/'))
      return takeUpload(
        workspace,
        pathname,
        partIn(body, request.headers['content-type']),
        response,
      );
    if (pathname.startsWith('/files/')) return giveFile(pathname, token, response);
    const method = pathname.slice('/api/'.length);
    const given = argumentsIn(body);
    const fault = takeFault(method);
    const failed = fault === undefined ? undefined : failAtOnce(fault, response);
    if (failed !== undefined) {
      note({ method, given, outcome: failed });
      return;
    }
    const result = resultOf(() => {
      if (typeof fault === 'object' && 'error' in fault) {
        const { error, ...extra } = fault;
        throw new SlackRefusal(error, extra);
      }
      return run(method, given, token);
    });
    note({ method, given, outcome: result.ok ? 'ok' : String(result.error) });
    if (fault === 'answer-lost') {
      response.destroy();
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'X-OAuth-Scopes': scopes.join(','),
    });
    response.end(JSON.stringify(result));
  };

  const sockets = new WebSocketServer({ server, path: '/api/socket' });
  const acknowledgements = new Map<string, (ack: Readonly<Record<string, unknown>>) => void>();
  sockets.on('connection', (socket) => {
    socket.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
    socket.on('message', (data) => {
      const ack = JSON.parse(String(data)) as { envelope_id: string };
      acknowledgements.get(ack.envelope_id)?.(ack);
    });
  });

  const port = await listenLocally(server);
  const apiUrl = `http://127.0.0.1:${port}/api/`;
  let envelopes = 0;
  return {
    apiUrl,
    workspace,
    calls,
    called: (method) =>
      new Promise((resolve) => {
        if (calls.some((call) => call.method === method)) resolve();
        else waiting.push({ method, resolve });
      }),
    fail(method, fault, { times = Number.POSITIVE_INFINITY, after = 0 } = {}) {
      faults.push({ method, fault, left: times, after });
    },
    heal() {
      faults = [];
    },
    sendEnvelope(type, payload) {
      envelopes += 1;
      const envelope_id = `envelope-${envelopes}`;
      const acknowledged = new Promise<Readonly<Record<string, unknown>>>((resolve) => {
        acknowledgements.set(envelope_id, resolve);
      });
      for (const socket of sockets.clients)
        socket.send(JSON.stringify({ envelope_id, type, payload, accepts_response_payload: true }));
      return acknowledged;
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      await stopServer(server);
    },
  };
}

function resultOf(run: () => Readonly<Record<string, unknown>>) {
  try {
    return { ok: true, error: undefined, ...run() };
  } catch (error) {
    if (!(error instanceof SlackRefusal)) throw error;
    return { ok: false, error: error.message, ...error.extra };
  }
}

/** Faults that keep a call from being run; returns what happened to it, or nothing where it is run. */
function failAtOnce(fault: SlackFault, response: ServerResponse): string | undefined {
  if (fault === 'silent') return 'silent';
  if (fault === 'answer-lost' || 'error' in fault) return undefined;
  const isLimit = 'retryAfterSeconds' in fault;
  response.writeHead(
    isLimit ? 429 : fault.status,
    isLimit ? { 'Retry-After': String(fault.retryAfterSeconds) } : {},
  );
  response.end('nothing');
  return isLimit ? 'ratelimited' : `http ${fault.status}`;
}

function takeUpload(
  workspace: Workspace,
  pathname: string,
  bytes: Buffer,
  response: ServerResponse,
): void {
  const upload = workspace.uploads.get(pathname.slice('/upload/'.length));
  if (upload) upload.bytes = bytes;
  response.writeHead(upload ? 200 : 404);
  response.end(upload ? 'OK' : '');
}

/** A private file: with the bot's token itself, without it the sign-in page, both with 200 as at Slack. */
function giveFile(pathname: string, token: string | undefined, response: ServerResponse): void {
  const isAllowed = token === botToken;
  response.writeHead(200, { 'Content-Type': isAllowed ? 'application/pdf' : 'text/html' });
  response.end(isAllowed ? pathname : '<html>sign in</html>');
}

/** A form; what is not a plain value came as JSON. */
function argumentsIn(body: Buffer): Arguments {
  return Object.fromEntries(
    [...new URLSearchParams(body.toString('utf8'))].map(([name, value]) => [
      name,
      /^[[{]/.test(value) ? parsed(value) : value,
    ]),
  );
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The three steps in which a file goes up. */
function fileMethods(workspace: Workspace, apiUrl: string): typeof methods {
  return {
    'files.getUploadURLExternal': {
      scope: 'files:write',
      run({ filename, length }) {
        if (!filename || Number(length) <= 0) throw new SlackRefusal('invalid_arguments');
        const id = `F${workspace.uploads.size + 1}`;
        workspace.uploads.set(id, { name: String(filename), bytes: Buffer.alloc(0) });
        return { file_id: id, upload_url: new URL(`/upload/${id}`, apiUrl).href };
      },
    },
    'files.completeUploadExternal': {
      scope: 'files:write',
      run({ files, channel_id, thread_ts }) {
        const completed = (files as { id: string }[]).map(({ id }) => {
          const upload = workspace.uploads.get(id);
          if (upload === undefined || upload.bytes.length === 0)
            throw new SlackRefusal('file_not_found');
          workspace.files.push({ ...upload, channel: channel_id, threadTs: thread_ts });
          return { id, title: upload.name };
        });
        return { files: completed };
      },
    },
  };
}

/** The one part of a multipart body. */
function partIn(body: Buffer, contentType = ''): Buffer {
  const boundary = /boundary=(.+)$/.exec(contentType)?.[1];
  if (boundary === undefined) return body;
  const start = body.indexOf('\r\n\r\n') + 4;
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start));
}
