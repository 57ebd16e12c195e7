import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';

/** Milliseconds from the post of a message. */
export interface TurnTimes {
  /** To the answer of the post itself: the bot has taken the message. */
  readonly acknowledgedMs: number;
  /** To the arrival of the reply. */
  readonly repliedMs: number;
}

/** Plays a channel towards a bot: posts activities to /api/messages and takes the replies at its own service URL. */
export interface ChannelDriver {
  /** One whole turn; resolves when the reply has arrived. */
  turn(conversationId: string, text: string): Promise<TurnTimes>;
  close(): Promise<void>;
}

const replyTimeoutMs = 60_000;

/** Starts the channel for one bot. Replies are recognised by the activity they reply to. */
export async function startChannelDriver(origin: string): Promise<ChannelDriver> {
  const waiting = new Map<string, () => void>();
  const server = createServer(async (request, response) => {
    const activity = await readActivity(request);
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(`{"id":"${randomUUID()}"}`);
    if (activity?.type === 'message') waiting.get(activity.replyToId ?? '')?.();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the channel has no port');
  const serviceUrl = `http://127.0.0.1:${address.port}/`;

  return {
    async turn(conversationId, text) {
      const id = randomUUID();
      const startedMs = performance.now();
      const replied = new Promise<void>((resolve, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`no reply within ${replyTimeoutMs} ms`)),
          replyTimeoutMs,
        );
        waiting.set(id, () => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve();
        });
      });
      const response = await fetch(`${origin}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          type: 'message',
          id,
          text,
          channelId: 'emulator',
          serviceUrl,
          timestamp: new Date().toISOString(),
          conversation: { id: conversationId },
          from: { id: `user-${conversationId}`, name: 'Somebody' },
          recipient: { id: 'bot', name: 'Bot' },
        }),
      });
      await response.arrayBuffer();
      const acknowledgedMs = performance.now() - startedMs;
      if (!response.ok) throw new Error(`/api/messages answered ${response.status}`);
      await replied;
      return { acknowledgedMs, repliedMs: performance.now() - startedMs };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readActivity(
  request: IncomingMessage,
): Promise<{ type?: string; replyToId?: string } | undefined> {
  let body = '';
  for await (const piece of request) body += piece;
  return body === '' ? undefined : JSON.parse(body);
}
