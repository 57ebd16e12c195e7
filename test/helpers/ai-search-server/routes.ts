import type { IncomingMessage } from 'node:http';
import type { Operation } from './faults.ts';
import { checkUpdate, readDefinition } from './index-definition.ts';
import type { StoredDocument } from './odata-filter.ts';
import { runSearch, type SearchBody } from './run-search.ts';
import { createSearchIndex, type ItemFault, type SearchIndex } from './search-index.ts';
import { ServiceError } from './service-error.ts';

/** What the routes work on. */
export interface Service {
  readonly indexes: Map<string, SearchIndex>;
  readonly failsItem: ItemFault;
  readonly semanticRanker: boolean;
}

export interface Route {
  readonly operation: Operation;
  readonly indexName: string;
  readonly key?: string;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `/indexes('name')/docs('key')` or `/indexes/name/docs/key`: the service takes both. */
export function readUrl(request: IncomingMessage): { url: URL; route: Route } {
  const url = new URL(request.url ?? '/', 'http://server');
  const path = decodeURIComponent(url.pathname);
  const index = /^\/indexes(?:\('(?<quoted>[^']*)'\)|\/(?<plain>[^/]+))(?<rest>.*)$/.exec(path);
  const indexName = index?.groups?.['quoted'] ?? index?.groups?.['plain'];
  if (indexName === undefined) return { url, route: { operation: 'other', indexName: '' } };
  const rest = index?.groups?.['rest'] ?? '';
  const document = /^\/docs(?:\('(?<quoted>[^']*)'\)|\/(?<plain>[^/$.]+))$/.exec(rest);
  const key = document?.groups?.['quoted'] ?? document?.groups?.['plain'];
  const operation = operationOf(request.method ?? '', rest, key !== undefined);
  return { url, route: { operation, indexName, ...(key === undefined ? {} : { key }) } };
}

function operationOf(method: string, rest: string, hasKey: boolean): Operation {
  if (rest === '/docs/search.post.search' && method === 'POST') return 'search';
  if (rest === '/docs/search.index' && method === 'POST') return 'index-documents';
  if (rest === '/docs/$count' && method === 'GET') return 'count';
  if (hasKey && method === 'GET') return 'look-up';
  if (rest !== '') return 'other';
  const ofIndex: Record<string, Operation> = {
    GET: 'read-index',
    PUT: 'write-index',
    DELETE: 'delete-index',
  };
  return ofIndex[method] ?? 'other';
}

export interface Credentials {
  readonly adminKey: string;
  readonly queryKey: string;
  /** What a bearer token may do: nothing known of it (401), no role for it (403), or everything. */
  readonly judgeToken?: (token: string) => 'unknown' | 'without-role' | 'allowed';
}

const openToQueryKeys: readonly Operation[] = ['search', 'count', 'look-up'];

/** Throws 401 for a caller that is not known, and 403 for one that may not do this. */
export function authorize(
  request: IncomingMessage,
  { operation }: Route,
  { adminKey, queryKey, judgeToken }: Credentials,
): void {
  const forbidden = new ServiceError(403, 'Forbidden', 'The caller is not allowed to do this.');
  const apiKey = request.headers['api-key'];
  if (apiKey !== undefined) {
    if (apiKey === adminKey) return;
    if (apiKey === queryKey && openToQueryKeys.includes(operation)) return;
    throw forbidden;
  }
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const verdict = token === undefined ? 'unknown' : (judgeToken?.(token) ?? 'unknown');
  if (verdict === 'unknown')
    throw new ServiceError(401, 'Unauthorized', 'Access denied due to invalid credentials.');
  if (verdict === 'without-role') throw forbidden;
}

/** Does what was asked for; throws what the service answers where it refuses. */
export function answerRoute(
  service: Service,
  route: Route,
  request: IncomingMessage,
  body: Readonly<Record<string, unknown>>,
): Answer {
  const { operation, indexName } = route;
  if (operation === 'write-index') return writeIndex(service, indexName, request, body);
  if (operation === 'other')
    throw new ServiceError(
      501,
      'NotKnownHere',
      `This server does not know ${request.method} ${request.url}.`,
    );
  const index = service.indexes.get(indexName);
  if (operation === 'delete-index') {
    service.indexes.delete(indexName);
    return { status: index === undefined ? 404 : 204 };
  }
  if (index === undefined)
    throw new ServiceError(
      404,
      'ResourceNotFound',
      `No index with the name '${indexName}' was found in the service 'test-service'.`,
    );
  return answerIndexRoute(service, index, route, body);
}

function answerIndexRoute(
  service: Service,
  index: SearchIndex,
  { operation, key = '' }: Route,
  body: Readonly<Record<string, unknown>>,
): Answer {
  switch (operation) {
    case 'read-index':
      return { status: 200, body: { '@odata.etag': index.etag, ...index.definition } };
    case 'count':
      return { status: 200, body: String(index.documents.size) };
    case 'look-up': {
      const document = index.documents.get(key);
      return document === undefined ? { status: 404 } : { status: 200, body: document };
    }
    case 'index-documents': {
      const actions = (body['value'] ?? []) as StoredDocument[];
      const value = index.apply(actions, service.failsItem);
      return { status: value.every((item) => item.status) ? 200 : 207, body: { value } };
    }
    default:
      return { status: 200, body: runSearch(index, body as SearchBody, service) };
  }
}

function writeIndex(
  { indexes }: Service,
  name: string,
  request: IncomingMessage,
  body: Readonly<Record<string, unknown>>,
): Answer {
  const existing = indexes.get(name);
  const wanted = request.headers['if-match'];
  const refused = request.headers['if-none-match'] === '*' && existing !== undefined;
  if (refused || (wanted !== undefined && wanted !== '*' && wanted !== existing?.etag))
    throw new ServiceError(
      412,
      '',
      'The precondition given in one of the request headers evaluated to false.',
    );
  const definition = readDefinition(body, name);
  changes += 1;
  const etag = `"0x${changes.toString(16).toUpperCase().padStart(8, '0')}"`;
  if (existing === undefined) indexes.set(name, createSearchIndex(definition, etag));
  else {
    checkUpdate(existing.definition, definition);
    indexes.set(name, changeDefinition(existing, definition, etag));
  }
  const status = existing === undefined ? 201 : 200;
  if (request.headers['prefer'] !== 'return=representation') return { status: 204 };
  return { status, body: { '@odata.etag': etag, ...definition } };
}

let changes = 0;

/** The documents stay; their full text is indexed again, as new fields may be searchable. */
function changeDefinition(
  existing: SearchIndex,
  definition: SearchIndex['definition'],
  etag: string,
): SearchIndex {
  const changed = createSearchIndex(definition, etag);
  for (const [key, document] of existing.documents) changed.documents.set(key, document);
  return changed;
}
