export interface ClientOptions {
  /** Where the server is, such as `https://mentor.example`. */
  readonly baseUrl: string;
  /** The bearer token, or what gets a fresh one for each call. */
  readonly token?: string | (() => string | Promise<string>);
  /** Where nobody can sign in: which of your people calls. */
  readonly person?: string;
  readonly fetch?: typeof fetch;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** The same request under the same key is carried out once. */
  readonly idempotencyKey?: string;
}

/** What the server says of a failure, by RFC 9457. */
export interface ProblemDocument {
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly retryable: boolean;
  readonly requestId: string;
}

/** A call that failed: `problem.code` is for programs, the message for people. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: ProblemDocument;
  /** How long the server asks to wait, where it says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(problem: ProblemDocument, retryAfterSeconds?: number) {
    super(problem.title);
    this.problem = problem;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface Call {
  readonly method: string;
  /** With its parameters in place. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Transport {
  call<Result>(call: Call, options?: CallOptions): Promise<Result>;
  stream<Event extends { event: string }>(
    call: Call,
    options?: CallOptions,
  ): AsyncGenerator<Event, void>;
}

/** How often a stream whose connection broke is taken up again. */
const mostResumptions = 3;

/** Carries calls to the server over fetch. */
export function createTransport(options: ClientOptions): Transport {
  return {
    async call<Result>(call: Call, callOptions: CallOptions = {}) {
      const response = await send(call, callOptions, options);
      if (response.status === 204) return undefined as Result;
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      return (await (isJson ? response.json() : response.text())) as Result;
    },
    async *stream<Event extends { event: string }>(call: Call, callOptions: CallOptions = {}) {
      let lastId = '';
      for (let attempt = 0; ; attempt += 1) {
        try {
          for await (const { id, ...event } of readStream(call, lastId, callOptions, options)) {
            lastId = id;
            yield event as unknown as Event;
          }
          return;
        } catch (error) {
          // fetch throws a TypeError for a connection that broke.
          const isBroken = error instanceof TypeError && callOptions.signal?.aborted !== true;
          if (!isBroken || lastId === '' || attempt >= mostResumptions) throw error;
        }
      }
    },
  };
}

async function send(
  call: Call,
  callOptions: CallOptions,
  options: ClientOptions,
): Promise<Response> {
  const { signal } = callOptions;
  const response = await (options.fetch ?? fetch)(urlOf(call, options), {
    method: call.method,
    headers: await headersOf(call, callOptions, options),
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

function urlOf({ path, query = {} }: Call, { baseUrl }: ClientOptions): URL {
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query))
    for (const one of [value].flat())
      if (one !== undefined) url.searchParams.append(name, String(one));
  return url;
}

async function headersOf(
  { body, headers = {} }: Call,
  { idempotencyKey }: CallOptions,
  { token, person }: ClientOptions,
): Promise<Record<string, string>> {
  const bearer = typeof token === 'function' ? await token() : token;
  const all = {
    'content-type': body === undefined ? undefined : 'application/json',
    authorization: bearer === undefined ? undefined : `Bearer ${bearer}`,
    'x-local-person': person,
    'idempotency-key': idempotencyKey,
    ...headers,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

/** The events after the last one; throws a TypeError where the stream breaks off before its end. */
async function* readStream(
  call: Call,
  lastId: string,
  callOptions: CallOptions,
  options: ClientOptions,
): AsyncGenerator<StreamedEvent> {
  const headers = {
    accept: 'text/event-stream',
    ...(lastId === '' ? {} : { 'last-event-id': lastId }),
  };
  const response = await send({ ...call, headers }, callOptions, options);
  for await (const streamed of readEvents(response)) {
    callOptions.signal?.throwIfAborted();
    yield streamed;
    if (streamed.event === 'answer' || streamed.event === 'error') return;
  }
  throw new TypeError('The stream ended before its answer.');
}

async function problemOf(response: Response): Promise<ProblemError> {
  const retryAfter = response.headers.get('retry-after');
  const text = await response.text();
  const problem = response.headers.get('content-type')?.includes('problem+json')
    ? (JSON.parse(text) as ProblemDocument)
    : {
        title: `The server answered ${response.status}.`,
        status: response.status,
        code: 'unknown',
        retryable: response.status >= 500,
        requestId: response.headers.get('x-request-id') ?? '',
      };
  return new ProblemError(problem, retryAfter === null ? undefined : Number(retryAfter));
}

interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

async function* readEvents(response: Response): AsyncGenerator<StreamedEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    while (reader !== undefined) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (text + value).split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) yield* readBlock(block);
    }
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
}

/** A comment, sent while nothing happens, is no event. */
function* readBlock(block: string): Generator<StreamedEvent> {
  const fields = new Map(
    block.split('\n').map((line) => {
      const colon = line.indexOf(': ');
      return [line.slice(0, colon), line.slice(colon + 2)] as const;
    }),
  );
  const data = fields.get('data');
  if (data !== undefined)
    yield { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) };
}
