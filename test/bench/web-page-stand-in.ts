import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { errorTable } from '#errors.ts';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';

/** What the stand-in does with one question; a late answer comes when the next question does. */
export type Behaviour = 'answer' | 'twice' | 'drop' | 'late' | 'apology' | 'refuse' | 'close';

/** As much of the embedded Direct Line as one person on the web page needs, with the faults that a bench must see. */
export interface WebPageStandIn {
  readonly origin: string;
  /** Conversations that were opened. */
  readonly opened: () => number;
  stop(): Promise<void>;
}

/** Starts it; the questions get what is listed, one after the other, and those after the last one an answer. */
export async function startWebPageStandIn(
  behaviours: readonly Behaviour[],
): Promise<WebPageStandIn> {
  const sockets = new Map<string, WebSocket>();
  const waiting = behaviours.values();
  let late: (() => void) | undefined;

  const ask = async (path: string, request: IncomingMessage, response: ServerResponse) => {
    const conversationId = path.split('/')[4] ?? '';
    const { text } = JSON.parse((await readBody(request)).toString()) as { text: string };
    const behaviour = waiting.next().value ?? 'answer';
    late?.();
    late = undefined;
    const id = randomUUID();
    if (behaviour === 'refuse') response.writeHead(503);
    response.end(JSON.stringify({ id }));
    const socket = sockets.get(conversationId);
    if (socket === undefined) return;
    const replies = { answer: 1, twice: 2, late: 1, apology: 1, drop: 0, refuse: 0, close: 0 };
    const words = behaviour === 'apology' ? errorTable['internal'].userText : `You asked: ${text}`;
    const reply = () => {
      for (let times = 0; times < replies[behaviour]; times += 1) finish(socket, id, words);
    };
    if (behaviour === 'close') socket.close();
    if (behaviour === 'answer')
      say(socket, { ...streamed('typing', 'streaming'), replyToId: id, text: 'You' });
    if (behaviour === 'late') late = reply;
    else reply();
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const conversationId = randomUUID();
    if (path.endsWith('/session'))
      response.end(JSON.stringify({ conversationId, userId: 'dl_1', token: conversationId }));
    else if (path.endsWith('/conversations')) {
      // The token names the conversation.
      const token = request.headers.authorization?.replace('Bearer ', '');
      response.end(JSON.stringify({ streamUrl: `ws://${request.headers.host}/${token}` }));
    } else void ask(path, request, response);
  });
  const streams = new WebSocketServer({ server });
  streams.on('connection', (socket, request) => {
    sockets.set(request.url?.slice(1) ?? '', socket);
    say(socket, { type: 'message', text: 'Hello', inputHint: 'expectingInput' });
  });
  const port = await listenLocally(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    opened: () => sockets.size,
    async stop() {
      for (const socket of streams.clients) socket.terminate();
      await stopServer(server);
    },
  };
}

function finish(socket: WebSocket, replyToId: string, text: string): void {
  say(socket, { ...streamed('message', 'final'), replyToId, text, inputHint: 'acceptingInput' });
}

function streamed(type: string, streamType: string) {
  return { type, channelData: { streamType } };
}

function say(socket: WebSocket, activity: object): void {
  const said = { from: { id: 'bot', role: 'bot' }, ...activity };
  socket.send(JSON.stringify({ activities: [said], watermark: '1' }));
}
