import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { wordsOf } from '#language/words.ts';
import { listenLocally, readBody, stopServer } from './local-server.ts';

/** What the server does with one chat completion. */
export type ChatReply =
  | {
      /** Pieces of the answer, each sent as a chunk of its own. */
      readonly pieces: readonly string[];
      readonly finishReason?: 'stop' | 'length' | 'content_filter';
      /** How the stream ends; anything but `done` is a failure. A silent one stays open without a word. */
      readonly ending?: 'done' | 'cut' | 'closed-early' | 'error-event' | 'silent';
      /** What Azure's filter says of the piece at which it stopped the answer. */
      readonly filtered?: Readonly<Record<string, { filtered: boolean; severity?: string }>>;
      /** Servers differ: some send no usage chunk whatever is asked. */
      readonly sendsUsage?: boolean;
    }
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly param?: string;
      /** What stands in the error beside the usual fields, such as Azure's `innererror`. */
      readonly extra?: Readonly<Record<string, unknown>>;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The call is taken and never answered; or the connection breaks before a word of the answer. */
  | 'silent'
  | 'cut';

/** What the server does with one embeddings call. */
export type EmbeddingReply =
  | {
      readonly status: number;
      readonly code?: string;
      readonly message?: string;
      readonly param?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | 'silent'
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
  max_completion_tokens: z.number().int().positive().optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('json_object') }),
      z.object({
        type: z.literal('json_schema'),
        json_schema: z.object({
          name: z.string().regex(/^[\w-]{1,64}$/),
          strict: z.boolean().optional(),
          schema: z.record(z.string(), z.unknown()).refine(isStrictSchema, 'is not strict'),
        }),
      }),
    ])
    .optional(),
});

const embeddingSchema = z.object({
  model: z.string().min(1),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048)]),
  encoding_format: z.enum(['float', 'base64']).default('float'),
  dimensions: z.number().int().positive().optional(),
});

/** Structured outputs want every field required, no others, and none of the checks on values that they do not know. */
function isStrictSchema(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrictSchema);
  if (typeof schema !== 'object' || schema === null) return true;
  const { type, properties, required, additionalProperties } = schema as Record<string, unknown>;
  const unknownChecks = ['$schema', 'minimum', 'maximum', 'minLength', 'minItems', 'maxItems'];
  if (unknownChecks.some((check) => check in schema)) return false;
  if (type === 'object' && properties !== undefined) {
    const names = Object.keys(properties as object);
    if (additionalProperties !== false || !Array.isArray(required)) return false;
    if (names.some((name) => !required.includes(name))) return false;
  }
  return Object.values(schema).every(isStrictSchema);
}

/** How a server differs from OpenAI's own. */
export interface Dialect {
  /** Chunks before the first, without a choice. */
  readonly firstChunks: readonly object[];
  /** What its errors hold beside the usual fields. */
  readonly headers: Readonly<Record<string, string>>;
}

const openAiDialect: Dialect = { firstChunks: [], headers: { 'x-request-id': 'request-1' } };

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
      ended: endOf(response),
    });
    if (path === '/v1/chat/completions')
      replyToChat(body, chatReplies.shift() ?? defaultReply, response);
    else if (path === '/v1/embeddings')
      replyToEmbeddings(body, embeddingReplies.shift() ?? {}, dimensions, response);
    else
      sendError(response, {
        status: 404,
        code: 'unknown_url',
        message: `Invalid URL (POST ${path})`,
      });
  });
  const port = await listenLocally(server);
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
    close: () => stopServer(server),
  };
}

export type OpenAiServer = Awaited<ReturnType<typeof startOpenAiServer>>;

/** What is said where no reply is queued. */
export const defaultReply: ChatReply = { pieces: ['Hello ', 'there.'] };

/** How a call ends. */
export function endOf(response: ServerResponse): JournalEntry['ended'] {
  return new Promise((resolve) => {
    response.on('close', () => resolve(response.writableFinished ? 'answered' : 'caller-left'));
  });
}

export async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  return JSON.parse((await readBody(request)).toString() || '{}') as Record<string, unknown>;
}

/** An error in the form of OpenAI, which Azure's have too. */
export function sendError(
  response: ServerResponse,
  error: Extract<ChatReply, { status: number }>,
  headers: Readonly<Record<string, string>> = openAiDialect.headers,
): void {
  const { status, code = String(status), message = refusal, param = null, extra } = error;
  response.writeHead(status, { 'content-type': 'application/json', ...headers, ...error.headers });
  response.end(
    JSON.stringify({ error: { message, type: 'invalid_request_error', param, code, ...extra } }),
  );
}

export function replyToChat(
  body: unknown,
  reply: ChatReply,
  response: ServerResponse,
  dialect = openAiDialect,
): void {
  const parsed = chatSchema.safeParse(body);
  if (!parsed.success) {
    sendError(response, { status: 400, code: 'invalid_request', message: parsed.error.message });
    return;
  }
  if (reply === 'silent') return;
  if (reply === 'cut') {
    response.socket?.destroy();
    return;
  }
  if ('status' in reply) {
    sendError(response, reply, dialect.headers);
    return;
  }
  const common = { id: 'chatcmpl-1', created: 1_700_000_000, model: parsed.data.model };
  if (parsed.data.stream) {
    const includesUsage = parsed.data.stream_options?.include_usage === true;
    streamChat({ common, reply, includesUsage, dialect }, response);
    return;
  }
  const message = { role: 'assistant', content: reply.pieces.join(''), refusal: null };
  const choice = { index: 0, message, logprobs: null, finish_reason: reply.finishReason ?? 'stop' };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...common, object: 'chat.completion', choices: [choice], usage }));
}

interface StreamedChat {
  readonly common: object;
  readonly reply: Extract<ChatReply, { pieces: readonly string[] }>;
  readonly includesUsage: boolean;
  readonly dialect: Dialect;
}

function streamChat(
  { common, reply, includesUsage, dialect }: StreamedChat,
  response: ServerResponse,
): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  const send = (event: unknown) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  const sendChunk = (delta: object, finishReason: string | null, extra: object = {}) =>
    send({
      ...common,
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason, ...extra }],
      ...(includesUsage ? { usage: null } : {}),
    });
  for (const chunk of dialect.firstChunks) send(chunk);
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
      sendChunk(
        {},
        reply.finishReason ?? 'stop',
        reply.filtered === undefined ? {} : { content_filter_results: reply.filtered },
      );
      if (includesUsage && reply.sendsUsage !== false)
        send({ ...common, object: 'chat.completion.chunk', choices: [], usage });
      response.end('data: [DONE]\n\n');
  }
}

export function replyToEmbeddings(
  body: unknown,
  reply: EmbeddingReply,
  dimensions: number,
  response: ServerResponse,
): void {
  const parsed = embeddingSchema.safeParse(body);
  if (!parsed.success) {
    sendError(response, { status: 400, code: 'invalid_request', message: parsed.error.message });
    return;
  }
  if (reply === 'silent') return;
  if ('status' in reply) {
    sendError(response, reply);
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
