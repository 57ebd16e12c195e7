import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Server } from 'restify';
import { type WebSocket, WebSocketServer } from 'ws';
import { RequestRefused } from '#bot/channels/read-json-body.ts';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import type { Conversations } from './conversations.ts';
import { isAllowedOrigin, type PublicAddress, publicAddress } from './origins.ts';
import {
  type ActivitySet,
  conversationNotFound,
  DirectLineError,
  directLineRoot,
} from './protocol.ts';
import type { DirectLineTokens } from './tokens.ts';

export interface StreamOptions {
  readonly conversations: Conversations;
  readonly tokens: DirectLineTokens;
  readonly allowedOrigins: readonly string[];
  readonly logger: TurnLogger;
  /** Gives what leaves the server its final form, such as addresses that are good for now. */
  readonly present: (activitySet: ActivitySet, address: PublicAddress) => ActivitySet;
  /** How often a silent socket is asked whether anybody is still there. */
  readonly heartbeatMs: number;
}

const streamPath = new RegExp(`^${directLineRoot}/conversations/([^/]+)/stream$`);
/** Clients send nothing but empty keepalives. */
const maxIncomingBytes = 4096;
/** A client this far behind is cut off; it comes back with its watermark and misses nothing. */
const maxBufferedBytes = 4 * 1024 * 1024;
/** https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const goingAway = 1001;

/** Serves the WebSocket streams of a server; resolves its `close` when every socket is closed. */
export function attachStreams(server: Server, options: StreamOptions): { close(): Promise<void> } {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxIncomingBytes,
    perMessageDeflate: false,
  });
  const heartbeat = startHeartbeat(sockets, options.heartbeatMs);

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const url = URL.parse(request.url ?? '/', 'http://localhost');
    const [, conversationId] = streamPath.exec(url?.pathname ?? '') ?? [];
    if (!url || conversationId === undefined) {
      // Another part of the server may serve it; nobody else would ever end the socket.
      if (server.listenerCount('upgrade') === 1) refuse(socket, 404);
      return;
    }
    const swallow = () => undefined;
    socket.on('error', swallow);
    authorize(request, url, conversationId, options).then(
      () => {
        socket.off('error', swallow);
        sockets.handleUpgrade(request, socket, head, (client) => {
          const watermark = url.searchParams.get('watermark') ?? undefined;
          serve(client, request, { conversationId, watermark }, options);
        });
      },
      (error: unknown) => {
        if (!(error instanceof RequestRefused))
          options.logger.error({ err: error }, 'a stream could not be opened');
        refuse(socket, error instanceof RequestRefused ? error.status : 500);
      },
    );
  });

  return {
    async close() {
      clearInterval(heartbeat);
      const clients = [...sockets.clients];
      const closed = clients.map(
        (client) => new Promise((resolve) => client.once('close', resolve)),
      );
      for (const client of clients) client.close(goingAway);
      const impatience = setTimeout(() => {
        for (const client of clients) client.terminate();
      }, 500);
      await Promise.all(closed);
      clearTimeout(impatience);
    },
  };
}

/** Sends to a client until it falls too far behind, then cuts it off. */
export function createBoundedSender(
  client: Pick<WebSocket, 'bufferedAmount' | 'send' | 'terminate'>,
  limitBytes: number = maxBufferedBytes,
): (text: string) => void {
  return (text) => {
    if (client.bufferedAmount > limitBytes) client.terminate();
    else client.send(text);
  };
}

async function authorize(
  request: IncomingMessage,
  url: URL,
  conversationId: string,
  { conversations, tokens, allowedOrigins }: StreamOptions,
): Promise<void> {
  if (!isAllowedOrigin(request, allowedOrigins))
    throw new DirectLineError(403, 'NotAllowed', 'This origin is not allowed.');
  const token = url.searchParams.get('t');
  if (!token) throw new DirectLineError(401, 'MissingToken', 'Missing token or secret');
  const participant = await tokens.verify(token);
  if (participant.conversationId !== conversationId)
    throw new DirectLineError(403, 'NotAllowed', 'The token is for another conversation.');
  if ((await conversations.ownerOf(conversationId)) !== participant.userId)
    throw conversationNotFound();
}

function serve(
  client: WebSocket,
  request: IncomingMessage,
  { conversationId, watermark }: { conversationId: string; watermark: string | undefined },
  { conversations, present, logger }: StreamOptions,
): void {
  const address = publicAddress(request);
  const send = createBoundedSender(client);
  const joined = conversations.join(conversationId, watermark, (activitySet) =>
    send(JSON.stringify(present(activitySet, address))),
  );
  client.on('error', (error) => logger.info({ err: error, conversationId }, 'a stream broke'));
  client.on('close', () => {
    joined.then(
      (leave) => leave(),
      () => undefined,
    );
  });
  joined.catch((error: unknown) => {
    logger.error({ err: error, conversationId }, 'a stream could not be served');
    client.terminate();
  });
}

function startHeartbeat(sockets: WebSocketServer, heartbeatMs: number): NodeJS.Timeout {
  const silent = new WeakSet<WebSocket>();
  return setInterval(() => {
    for (const client of sockets.clients) {
      if (silent.has(client)) {
        client.terminate();
        continue;
      }
      silent.add(client);
      client.once('pong', () => silent.delete(client));
      client.ping();
    }
  }, heartbeatMs).unref();
}

function refuse(socket: Duplex, status: number): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  );
}
