import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Server } from 'restify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '#api/sign-in/caller.ts';
import { MentorError } from '#errors.ts';
import type { Logger } from '#log.ts';

export const socketPath = '/monitoring/ws';
/** The name of what is spoken; a page adds its token as a second one, since it can set no header. */
export const socketProtocol = 'career-mentor.monitoring.v1';
const tokenPrefix = 'bearer.';

export interface LiveSocketOptions {
  /** Whether a page at the request's `Origin` may talk to us. */
  readonly isAllowedOrigin: (request: IncomingMessage) => boolean;
  /** Rejects where the caller may not see the dashboard. */
  readonly authorize: (request: IncomingMessage) => Promise<Caller>;
  /** Whether another part of the server takes this path's upgrades. */
  readonly isServedElsewhere: (path: string) => boolean;
  /** The first message of each viewer: all there is to know by now. */
  readonly greeting: () => object;
  readonly logger: Pick<Logger, 'error'>;
  readonly mostViewers?: number;
}

export interface LiveSocket {
  /** Sends to every viewer; it is written once, however many there are. */
  publish(message: object): void;
  viewers(): number;
  close(): void;
}

/** Viewers say nothing. */
const maxIncomingBytes = 1_024;
/** A viewer this far behind is cut off: some minutes beyond the greeting, which is the most that is sent at once. */
const mostBehindBytes = 1_048_576;
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const goingAway = 1_001;

/**
 * The dashboard's WebSocket. Who may look is checked before the upgrade; a viewer who does not read is cut off once it is
 * too far behind, and comes back with the whole history. What is sent is written once and shared by all, so that a thousand
 * viewers cost little more than one, also when they all come back at once.
 */
export function attachLiveSocket(server: Server, options: LiveSocketOptions): LiveSocket {
  const { mostViewers = 1_000, logger } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxIncomingBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(socketProtocol) ? socketProtocol : false),
  });
  const viewers = new Set<WebSocket>();
  /** Good until there is news; without viewers nobody tells of any. */
  let greeting: Buffer | undefined;

  const serve = (client: WebSocket) => {
    client.on('error', () => client.terminate());
    client.on('close', () => viewers.delete(client));
    // Nothing that a viewer says means anything; it is read so that a goodbye is heard.
    client.on('message', () => undefined);
    if (viewers.size === 0) greeting = undefined;
    greeting ??= toFrame({ type: 'hello', ...options.greeting() });
    viewers.add(client);
    send(client, greeting);
  };

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = URL.parse(request.url ?? '/', 'http://localhost')?.pathname ?? '';
    if (path !== socketPath) {
      if (!options.isServedElsewhere(path)) refuse(socket, 404);
      return;
    }
    const swallow = () => undefined;
    socket.on('error', swallow);
    admit(request, options)
      .then(() => {
        socket.off('error', swallow);
        if (viewers.size >= mostViewers) return refuse(socket, 503);
        if (socket.destroyed) return;
        sockets.handleUpgrade(request, socket, head, serve);
      })
      .catch((error: unknown) => {
        if (!(error instanceof MentorError))
          logger.error({ err: error }, 'the dashboard’s socket could not be opened');
        refuse(socket, error instanceof MentorError ? error.row.httpStatus : 500);
      });
  });

  return {
    publish(message) {
      greeting = undefined;
      if (viewers.size === 0) return;
      const frame = toFrame(message);
      for (const client of viewers) send(client, frame);
    },
    viewers: () => viewers.size,
    close() {
      for (const client of viewers) client.close(goingAway);
    },
  };
}

function toFrame(message: object): Buffer {
  return Buffer.from(JSON.stringify(message));
}

/** The same bytes for everybody: what waits for a viewer who does not read is no copy. */
function send(client: WebSocket, frame: Buffer): void {
  if (client.bufferedAmount > mostBehindBytes) client.terminate();
  else client.send(frame, { binary: false });
}

async function admit(
  request: IncomingMessage,
  { isAllowedOrigin, authorize }: LiveSocketOptions,
): Promise<void> {
  if (!isAllowedOrigin(request))
    throw new MentorError('origin-not-allowed', 'a page of another origin asked for the dashboard');
  const offered = String(request.headers['sec-websocket-protocol'] ?? '').split(/,\s*/);
  const token = offered.find((name) => name.startsWith(tokenPrefix))?.slice(tokenPrefix.length);
  if (token !== undefined && request.headers.authorization === undefined)
    request.headers.authorization = `Bearer ${token}`;
  await authorize(request);
}

function refuse(socket: Duplex, status: number): void {
  // Whoever was refused may be gone before the words reach them.
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
