import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createFaults, type FaultPlan, type Operation, play } from './ai-search-server/faults.ts';
import {
  type Answer,
  answerRoute,
  authorize,
  type Credentials,
  readUrl,
  type Service,
} from './ai-search-server/routes.ts';
import type { SearchIndex } from './ai-search-server/search-index.ts';
import { ServiceError } from './ai-search-server/service-error.ts';
import { listenLocally, readBody, stopServer } from './local-server.ts';
import type { TlsCertificate } from './tls-certificate.ts';

export interface AiSearchServerOptions extends Partial<Credentials> {
  readonly semanticRanker?: boolean;
  readonly certificate?: TlsCertificate;
}

export interface JournalEntry {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

export interface AiSearchServer {
  readonly endpoint: string;
  readonly adminKey: string;
  readonly queryKey: string;
  readonly indexes: ReadonlyMap<string, SearchIndex>;
  /** Every request, faults included, in the order of their arrival. */
  readonly journal: readonly JournalEntry[];
  readonly faults: FaultPlan;
  requestsOf(operation: Operation): JournalEntry[];
  deleteIndex(name: string): void;
  close(): Promise<void>;
}

const largestBody = 16 * 1024 * 1024;

/**
 * Speaks the protocol of Azure AI Search as its documentation describes it, to the extent that this program uses it, on
 * a port of this machine. What it does not know it refuses with 501, so that a test never passes on a guess. Scores are
 * BM25, exact cosine and reciprocal rank fusion as documented; the semantic ranker's are made up, but ordered sensibly.
 */
export async function startAiSearchServer(
  options: AiSearchServerOptions = {},
): Promise<AiSearchServer> {
  const { adminKey = 'admin-key-of-the-test', queryKey = 'query-key-of-the-test' } = options;
  const indexes = new Map<string, SearchIndex>();
  const journal: JournalEntry[] = [];
  const faults = createFaults();
  const service: Service = {
    indexes,
    failsItem: faults.takeItem,
    semanticRanker: options.semanticRanker ?? false,
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { url, route } = readUrl(request);
    const raw = await readBody(request);
    const body = raw.length > largestBody ? undefined : parseBody(raw);
    journal.push({
      operation: route.operation,
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
      ),
      body,
    });
    const fault = faults.take(route.operation);
    if (fault !== undefined) return play(fault, response);
    send(response, respond(request, { url, route, body }));
  };
  const respond = (request: IncomingMessage, { url, route, body }: ReadRequest): Answer => {
    try {
      authorize(request, route, { ...options, adminKey, queryKey });
      if (!url.searchParams.has('api-version'))
        throw new ServiceError(400, 'MissingApiVersion', 'The api-version is missing.');
      if (body === undefined)
        throw new ServiceError(413, 'RequestEntityTooLarge', 'The request entity is too large.');
      return answerRoute(service, route, request, body);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const challenge = error.status === 401 ? { 'www-authenticate': 'Bearer' } : {};
      return { status: error.status, body: error.toBody(), headers: challenge };
    }
  };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server =
    options.certificate === undefined
      ? createServer(listener)
      : createSecureServer(options.certificate, listener);
  const port = await listenLocally(server);
  return {
    endpoint: `${options.certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    adminKey,
    queryKey,
    indexes,
    journal,
    faults,
    requestsOf: (operation) => journal.filter((entry) => entry.operation === operation),
    deleteIndex: (name) => indexes.delete(name),
    close: () => stopServer(server),
  };
}

interface ReadRequest extends ReturnType<typeof readUrl> {
  /** Absent where it is larger than the service takes. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** The routes refuse what is missing; a body that is no JSON is missing all of it. */
function parseBody(raw: Buffer): Record<string, unknown> {
  try {
    return raw.length === 0 ? {} : (JSON.parse(raw.toString('utf8')) as Record<string, unknown>);
  } catch {
    return {};
  }
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  const type = typeof body === 'string' ? 'text/plain' : 'application/json; odata.metadata=none';
  response.writeHead(status, { 'content-type': type, ...headers });
  response.end(
    body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  );
}
