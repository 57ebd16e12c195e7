import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { type JudgedReply, judgeReply, type ReplyKind } from './judge-reply.ts';

/** Milliseconds from the post of a message. */
export interface TurnTimes {
  /** To the answer of the post itself: the bot has taken the message. */
  readonly acknowledgedMs: number;
  /** To the arrival of the reply. */
  readonly repliedMs: number;
}

/** Plays a channel towards a bot: posts activities to /api/messages and takes the replies at its own service URL. */
export interface ChannelDriver {
  /** One whole turn; resolves when the answer has arrived, and rejects where it does not come in time or the bot refuses it. */
  turn(conversationId: string, text: string): Promise<TurnTimes>;
  /** Answers that came again, of all turns so far. */
  repeatedAnswers(): number;
  close(): Promise<void>;
}

const usualTimeoutMs = 60_000;

interface Reply extends JudgedReply {
  readonly replyToId?: string;
}

/** Starts the channel for one bot. Answers are recognised by the activity they reply to. */
export async function startChannelDriver(
  origin: string,
  { replyTimeoutMs = usualTimeoutMs }: { readonly replyTimeoutMs?: number } = {},
): Promise<ChannelDriver> {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const answered = new Set<string>();
  let repeated = 0;
  const take = (questionId: string, kind: ReplyKind) => {
    if (kind === 'apology') waiting.get(questionId)?.reject(new Error('answered with an apology'));
    if (kind !== 'answer') return;
    if (answered.has(questionId)) repeated += 1;
    answered.add(questionId);
    waiting.get(questionId)?.resolve();
  };
  const server = createServer(async (request, response) => {
    const reply = await readActivity(request);
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end(`{"id":"${randomUUID()}"}`);
    if (reply?.replyToId !== undefined) take(reply.replyToId, judgeReply(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the channel has no port');
  const serviceUrl = `http://127.0.0.1:${address.port}/`;

  return {
    async turn(conversationId, text) {
      const id = randomUUID();
      const startedMs = performance.now();
      const answer = Promise.withResolvers<void>();
      const timer = setTimeout(
        () => answer.reject(new Error(`no answer within ${replyTimeoutMs} ms`)),
        replyTimeoutMs,
      );
      waiting.set(id, answer);
      try {
        const [acknowledgedMs] = await Promise.all([
          postMessage(origin, { id, text, conversationId, serviceUrl }).then(
            () => performance.now() - startedMs,
          ),
          answer.promise,
        ]);
        return { acknowledgedMs, repliedMs: performance.now() - startedMs };
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    repeatedAnswers: () => repeated,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function postMessage(
  origin: string,
  message: Readonly<Record<'id' | 'text' | 'conversationId' | 'serviceUrl', string>>,
): Promise<void> {
  const { id, text, conversationId, serviceUrl } = message;
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
  if (!response.ok) throw new Error(`/api/messages answered ${response.status}`);
}

async function readActivity(request: IncomingMessage): Promise<Reply | undefined> {
  let body = '';
  for await (const piece of request) body += piece;
  return body === '' ? undefined : JSON.parse(body);
}
