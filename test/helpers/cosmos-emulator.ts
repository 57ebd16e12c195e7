import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createHttpServer } from '@vercel/cosmosdb-server';
import { type BatchOperation, type Document, runBatch } from './cosmos-batch.ts';
import { listenLocally, readBody, stopServer } from './local-server.ts';
import type { TlsCertificate } from './tls-certificate.ts';

export interface CosmosEmulator {
  readonly port: number;
  readonly endpoint: string;
  readonly key: string;
  /** The token of an identity that may do what a data contributor may: everything but create databases and containers. */
  readonly identityToken: string;
  /** Deletes what would have expired so many seconds from now. */
  expire(seconds: number): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface ContainerInfo {
  readonly partitionKey: { readonly paths: readonly string[] };
  readonly defaultTtl?: number;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const partitionHeader = 'x-ms-documentdb-partitionkey';
/** https://learn.microsoft.com/azure/cosmos-db/concepts-limits: an item, and a batch in all. */
const largestBytes = 2 * 1_024 * 1_024;
const containerPath = /^\/dbs\/[^/]+\/colls\/[^/]+/;

/**
 * Runs `@vercel/cosmosdb-server` behind what it leaves out of the service's REST protocol: the signature of the master key,
 * the partition that a request names, limits of size and of ids, expiry, the substatus of a missing container, and batches
 * that write all or nothing. With a certificate it speaks TLS, without which the SDK gives no token away.
 */
export async function startCosmosEmulator(tls?: TlsCertificate): Promise<CosmosEmulator> {
  const backend = createHttpServer({ keepAlive: true });
  const backendPort = await listenLocally(backend);
  const key = randomBytes(64).toString('base64');
  const identityToken = randomBytes(16).toString('hex');
  const send = (call: Call) => forward(backendPort, call);
  const exclusively = createQueue();
  const containers = new Set<string>();

  const answer = async (call: Call): Promise<Answer> => {
    const identity = identify(call, key, identityToken);
    if (identity === undefined)
      return failure(
        401,
        'Unauthorized',
        'The input authorization token cannot serve the request.',
      );
    const container = containerPath.exec(call.path)?.[0];
    const isWrite = call.method !== 'GET' && !isQuery(call);
    if (container === undefined || !call.path.startsWith(`${container}/docs`)) {
      if (identity === 'data-contributor' && isWrite)
        return failure(403, 'Forbidden', 'The identity may not change databases or containers.');
      return await exclusively(() => send(call));
    }
    const read = await send({ method: 'GET', path: container, headers: {}, text: '' });
    if (read.status === 404)
      return {
        ...failure(404, 'NotFound', 'Owner resource does not exist'),
        headers: ownerMissing,
      };
    containers.add(container);
    const answerDocuments = () => onDocuments(call, container, read.body as ContainerInfo, send);
    return isWrite ? await exclusively(answerDocuments) : await answerDocuments();
  };

  const listener: RequestListener = async (request, response) => {
    const { status, headers, body } = await answer(await readCall(request)).catch(
      (error: Error): Answer => failure(500, 'InternalServerError', error.message),
    );
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(status === 204 || status === 304 ? undefined : JSON.stringify(body));
  };
  const server = tls ? createTlsServer({ ...tls }, listener) : createServer(listener);
  const port = await listenLocally(server);
  return {
    port,
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/`,
    key,
    identityToken,
    expire: (seconds) =>
      exclusively(async () => {
        for (const container of containers) await expireDocuments(container, seconds, send);
      }),
    async close() {
      await stopServer(server);
      await stopServer(backend);
    },
  };
}

const ownerMissing = { 'x-ms-substatus': '1003' };

function failure(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}

/** Who calls: https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources. */
function identify(
  call: Call,
  key: string,
  identityToken: string,
): 'owner' | 'data-contributor' | undefined {
  const given = new URLSearchParams(
    decodeURIComponent(call.headers['authorization'] ?? '').replaceAll('+', '%2B'),
  );
  if (given.get('type') === 'aad')
    return given.get('sig') === identityToken ? 'data-contributor' : undefined;
  const segments = decodeURIComponent(call.path).split('/').filter(Boolean);
  const isFeed = segments.length % 2 === 1;
  const type = segments.at(isFeed ? -1 : -2) ?? '';
  const link = (isFeed ? segments.slice(0, -1) : segments).join('/');
  const date = (call.headers['x-ms-date'] ?? '').toLowerCase();
  const signature = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${call.method.toLowerCase()}\n${type}\n${link}\n${date}\n\n`)
    .digest('base64');
  return given.get('sig') === signature ? 'owner' : undefined;
}

async function onDocuments(
  call: Call,
  container: string,
  { partitionKey }: ContainerInfo,
  send: (call: Call) => Promise<Answer>,
): Promise<Answer> {
  const property = partitionKey.paths[0]?.slice(1) ?? '';
  const given = call.headers[partitionHeader];
  if (isQuery(call))
    return await send(given === undefined ? call : withinPartition(call, property));
  if (given === undefined)
    return failure(400, 'BadRequest', 'The partition key header is missing.');
  if (call.headers['x-ms-cosmos-is-batch-request'] === 'true')
    return await runBatch({
      operations: JSON.parse(call.text) as BatchOperation[],
      refuse: (document) => refusal(document, property, given),
      isTooLarge: Buffer.byteLength(call.text) > largestBytes,
      read: async (id) => {
        const path = `${container}/docs/${encodeURIComponent(id)}`;
        const { status, body } = await send(plainCall(call, 'GET', path));
        return status === 200 ? (body as Document) : undefined;
      },
      write: async (method, id, document) => {
        const path = `${container}/docs${method === 'POST' ? '' : `/${encodeURIComponent(id)}`}`;
        const { status, body } = await send({
          ...plainCall(call, method, path),
          text: document === undefined ? '' : JSON.stringify(document),
        });
        if (status >= 400) throw new Error(`the backend answered ${status} within a batch`);
        return body as Document;
      },
    });
  if (call.method === 'POST' || call.method === 'PUT') {
    const refused = refusal(JSON.parse(call.text) as Document, property, given);
    if (refused !== undefined) return failure(refused, 'BadRequest', 'The document was refused.');
  }
  return await send(call);
}

/** The status that a document is refused with; none where it may be written. */
function refusal(document: Document, property: string, given: string): number | undefined {
  if (JSON.stringify([document[property]]) !== JSON.stringify(JSON.parse(given))) return 400;
  // https://learn.microsoft.com/rest/api/cosmos-db/documents: at most 255 (now 1,023) characters, none of these.
  if (!/^[^/\\?#]{1,1023}$/.test(document.id) || document.id.endsWith(' ')) return 400;
  if (
    JSON.stringify(document).isWellFormed() === false ||
    /\\ud[89a-f]/i.test(JSON.stringify(document))
  )
    return 400;
  return Buffer.byteLength(JSON.stringify(document)) > largestBytes ? 413 : undefined;
}

function isQuery({ headers }: Call): boolean {
  return headers['content-type'] === 'application/query+json';
}

/** The backend passes over the header, so the query itself gets the filter that the service would apply. */
function withinPartition(call: Call, property: string): Call {
  const { query, parameters = [] } = JSON.parse(call.text) as {
    query: string;
    parameters?: { name: string; value: unknown }[];
  };
  const [value] = JSON.parse(call.headers[partitionHeader] ?? '[]') as unknown[];
  const scoped = query.replace(
    /^(.*? FROM c)(?: WHERE (.*?))?( ORDER BY .*)?$/s,
    (_, from: string, where = 'true', order = '') =>
      `${from} WHERE (${where}) AND c.${property} = @partition${order}`,
  );
  return {
    ...call,
    text: JSON.stringify({
      query: scoped,
      parameters: [...parameters, { name: '@partition', value }],
    }),
  };
}

/** A call of the proxy's own in the partition of the one given. */
function plainCall(call: Call, method: string, path: string): Call {
  const partition = call.headers[partitionHeader] ?? '[]';
  // With the second header, as the SDK sends it, the backend answers for a document that is not there.
  const headers = {
    [partitionHeader]: partition,
    'x-ms-documentdb-query-enablecrosspartition': 'true',
  };
  return { method, path, text: '', headers };
}

async function expireDocuments(
  container: string,
  seconds: number,
  send: (call: Call) => Promise<Answer>,
): Promise<void> {
  const info = (await send({ method: 'GET', path: container, headers: {}, text: '' }))
    .body as ContainerInfo;
  // Without a default, also -1, the items' own values count for nothing.
  if (info.defaultTtl === undefined) return;
  const path = `${container}/docs`;
  const { Documents: documents = [] } = (await send({ method: 'GET', path, headers: {}, text: '' }))
    .body as { Documents?: (Document & { _ts: number; ttl?: number })[] };
  const nowSeconds = Date.now() / 1_000 + seconds;
  for (const document of documents) {
    const ttl = document.ttl ?? info.defaultTtl;
    if (ttl === -1 || document._ts + ttl > nowSeconds) continue;
    const partition = JSON.stringify([document[info.partitionKey.paths[0]?.slice(1) ?? '']]);
    const headers = { [partitionHeader]: partition };
    await send({
      method: 'DELETE',
      path: `${path}/${encodeURIComponent(document.id)}`,
      headers,
      text: '',
    });
  }
}

async function forward(port: number, { method, path, headers, text }: Call): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method,
    headers,
    ...(text !== '' && { body: text }),
  });
  const body = await response.text();
  const continuation = response.headers.get('x-ms-continuation');
  const etag = response.headers.get('etag');
  return {
    status: response.status,
    headers: {
      ...(continuation !== null && { 'x-ms-continuation': continuation }),
      ...(etag !== null && { etag }),
    },
    body: body === '' ? undefined : JSON.parse(body),
  };
}

async function readCall(request: IncomingMessage): Promise<Call> {
  const text = (await readBody(request)).toString();
  const kept = Object.entries(request.headers).filter(
    ([name]) => !/^(host|connection|content-length|accept-encoding|transfer-encoding)$/.test(name),
  );
  return {
    method: request.method ?? 'GET',
    path: (request.url ?? '/').replace(/^\/+/, '/'),
    headers: Object.fromEntries(kept.map(([name, value]) => [name, String(value)])),
    text,
  };
}

/** Runs one piece of work at a time, as the service does within a partition. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}
