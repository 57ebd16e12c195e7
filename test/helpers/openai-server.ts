import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { wordsOf } from '#language/words.ts';

/** What the server does with one chat completion. */
export type ChatReply =
  | {
      /** Pieces of the answer, each sent as a chunk of its own. */
      readonly pieces: readonly string[];
      readonly finishReason?: 'stop' | 'length' | 'content_filter';
      /** How the stream ends; anything but `done` is a failure. A silent one stays open without a word. */
      readonly ending?: 'done' | 'cut' | 'closed-early' | 'error-event' | 'silent';
      /** Servers differ: some send no usage chunk whatever is asked. */
      readonly sendsUsage?: boolean;
    }
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | 'silent';

/** What the server does with one embeddings call. */
export type EmbeddingReply =
  | { readonly status: number }
  | { readonly dimensions?: number; readonly isReversed?: boolean; readonly drops?: number };

export interface JournalEntry {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
  /** Resolves when the caller has gone or the answer is whole; tells which. */
  readonly ended: Promise<'answered' | 'caller-left'>;
}

const chatSchema = z.object({
  model: z.string().min(1),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .min(1),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().optional() }).optional(),
  temperature: z.number().min(0).max(2).optional(),
  max_tokens: z.number().int().positive().optional(),
});

const embeddingSchema = z.object({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  dimensions: z.number().int().positive().optional(),
});

const refusal = 'The server refused the call.';
const usage = { prompt_tokens: 21, completion_tokens: 7, total_tokens: 28 };

/**
 * A server on a free loopback port that speaks OpenAI's chat completions (server-sent events) and embeddings, as its API
 * reference describes them. Replies are taken from a queue; where it is empty, chat answers `Hello there.` and texts are
 * embedded by their words, so that texts that share words are near each other. Every call is kept in the journal.
 */
export async function startOpenAiServer(options: { dimensions?: number } = {}) {
  const journal: JournalEntry[] = [];
  const chatReplies: ChatReply[] = [];
  const embeddingReplies: EmbeddingReply[] = [];
  const dimensions = options.dimensions ?? 8;

  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    const path = request.url ?? '';
    journal.push({
      path,
      authorization: request.headers.authorization,
      body,
      ended: new Promise((resolve) => {
        response.on('close', () => resolve(response.writableFinished ? 'answered' : 'caller-left'));
      }),
    });
    if (path === '/v1/chat/completions')
      replyToChat(body, chatReplies.shift() ?? { pieces: ['Hello ', 'there.'] }, response);
    else if (path === '/v1/embeddings')
      replyToEmbeddings(body, embeddingReplies.shift() ?? {}, dimensions, response);
    else sendError(response, 404, 'unknown_url', `Unknown request URL: ${path}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    journal,
    dimensions,
    /** Queues what the next chat completions get. */
    chatWith(...replies: ChatReply[]): void {
      chatReplies.push(...replies);
    },
    /** Queues what the next embeddings calls get. */
    embedWith(...replies: EmbeddingReply[]): void {
      embeddingReplies.push(...replies);
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export type OpenAiServer = Awaited<ReturnType<typeof startOpenAiServer>>;

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
}

function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(
    JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code } }),
  );
}

function replyToChat(body: unknown, reply: ChatReply, response: ServerResponse): void {
  const parsed = chatSchema.safeParse(body);
  if (!parsed.success) {
    sendError(response, 400, 'invalid_request', parsed.error.message);
    return;
  }
  if (reply === 'silent') return;
  if ('status' in reply) {
    const { status, code = String(status), message = refusal, headers } = reply;
    sendError(response, status, code, message, headers);
    return;
  }
  const common = { id: 'chatcmpl-1', created: 1_700_000_000, model: parsed.data.model };
  if (parsed.data.stream) {
    streamChat(common, reply, parsed.data.stream_options?.include_usage === true, response);
    return;
  }
  const message = { role: 'assistant', content: reply.pieces.join(''), refusal: null };
  const choice = { index: 0, message, logprobs: null, finish_reason: reply.finishReason ?? 'stop' };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...common, object: 'chat.completion', choices: [choice], usage }));
}

function streamChat(
  common: object,
  reply: Extract<ChatReply, { pieces: readonly string[] }>,
  includesUsage: boolean,
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const send = (event: unknown) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const sendChunk = (delta: object, finishReason: string | null) =>
    send({
      ...common,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(includesUsage ? { usage: null } : {}),
    });
  sendChunk({ role: 'assistant', content: '', refusal: null }, null);
  for (const piece of reply.pieces) sendChunk({ content: piece }, null);
  const { ending = 'done' } = reply;
  switch (ending) {
    case 'silent':
      return;
    case 'cut':
      /** The pieces go out before the socket breaks, as they do when a server dies under load. */
      response.write(': \n\n', () => response.socket?.destroy());
      return;
    case 'closed-early':
      response.end();
      return;
    case 'error-event':
      send({ error: { message: 'The server had an error', type: 'server_error', code: null } });
      response.end();
      return;
    case 'done':
      sendChunk({}, reply.finishReason ?? 'stop');
      if (includesUsage && reply.sendsUsage !== false)
        send({ ...common, object: 'chat.completion.chunk', choices: [], usage });
      response.end('data: [DONE]\n\n');
  }
}

function replyToEmbeddings(
  body: unknown,
  reply: EmbeddingReply,
  dimensions: number,
  response: ServerResponse,
): void {
  const parsed = embeddingSchema.safeParse(body);
  if (!parsed.success) {
    sendError(response, 400, 'invalid_request', parsed.error.message);
    return;
  }
  if ('status' in reply) {
    sendError(response, reply.status, String(reply.status), refusal);
    return;
  }
  const { input, model, encoding_format: encoding } = parsed.data;
  const length = reply.dimensions ?? parsed.data.dimensions ?? dimensions;
  const texts = [input].flat();
  const data = texts.slice(0, texts.length - (reply.drops ?? 0)).map((text, index) => {
    const vector = embedWords(text, length);
    const embedding =
      encoding === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
    return { object: 'embedding', index, embedding };
  });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      object: 'list',
      data: reply.isReversed === true ? data.toReversed() : data,
      model,
      usage: { prompt_tokens: texts.length, total_tokens: texts.length },
    }),
  );
}

/** A vector of length 1 with a share for each word, at a place that depends on the word alone. */
export function embedWords(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of wordsOf(text)) {
    let place = 0;
    for (const letter of word) place = (place * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
    const at = place % dimensions;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  const norm = Math.hypot(...vector) || 1;
  return vector.map((value) => value / norm);
}
