import type { TokenCredential } from '@azure/identity';
import {
  AzureKeyCredential,
  SearchClient,
  type SearchClientOptions,
  SearchIndexClient,
} from '@azure/search-documents';
import { MentorError } from '#errors.ts';
import type { PassageRecord } from './passage-record.ts';
import { type FailureContext, readRetryAfter, toServiceFailure } from './service-failure.ts';

export interface ConnectionOptions {
  /** Such as `https://my-service.search.windows.net`. */
  readonly endpoint: string;
  readonly indexName: string;
  /** Without it the program's own identity serves. */
  readonly apiKey?: string;
  readonly credential?: TokenCredential;
  /** Plain http, allowed for this machine only. */
  readonly allowInsecureConnection?: boolean;
  /** Longest wait for one call, retries included. */
  readonly timeoutMs: number;
  /** Further tries after the first, with growing pauses or as long as the service asks for. */
  readonly retries: number;
}

export interface Connection {
  readonly documents: SearchClient<PassageRecord>;
  readonly indexes: SearchIndexClient;
  /** Runs one call under the time limit; rejects with `search-unavailable`, or with the signal's reason. */
  call<T>(
    action: string,
    signal: AbortSignal | undefined,
    run: (options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T>;
}

const firstRetryMs = 200;
const longestBackoffMs = 2_000;

/** Opens nothing yet; throws `config-invalid` for an address or a key that can never work. */
export function createConnection(options: ConnectionOptions): Connection {
  const endpoint = checkEndpoint(options);
  const clientOptions: SearchClientOptions = {
    retryOptions: {
      maxRetries: options.retries,
      retryDelayInMs: firstRetryMs,
      maxRetryDelayInMs: longestBackoffMs,
    },
    additionalPolicies: [{ policy: giveUpOnLongWait(options.timeoutMs), position: 'perRetry' }],
    ...audienceOf(endpoint),
    ...(endpoint.protocol === 'http:' ? { allowInsecureConnection: true } : {}),
  };
  const credential =
    options.apiKey === undefined
      ? (options.credential ?? createLazyIdentity())
      : new AzureKeyCredential(checkKey(options.apiKey));
  return {
    documents: new SearchClient<PassageRecord>(
      endpoint.href,
      options.indexName,
      credential,
      clientOptions,
    ),
    indexes: new SearchIndexClient(endpoint.href, credential, clientOptions),
    async call(action, signal, run) {
      signal?.throwIfAborted();
      const timeout = AbortSignal.timeout(options.timeoutMs);
      const abortSignal = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      try {
        return await run({ abortSignal });
      } catch (error) {
        signal?.throwIfAborted();
        const context: FailureContext = {
          action,
          credential: options.apiKey === undefined ? 'identity' : 'key',
          timeoutMs: options.timeoutMs,
          timedOut: timeout.aborted,
        };
        throw toServiceFailure(error, context);
      }
    },
  };
}

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

function checkEndpoint(options: ConnectionOptions): URL {
  const invalid = (message: string) =>
    new MentorError('config-invalid', message, { details: { setting: 'AZURE_SEARCH_ENDPOINT' } });
  const endpoint = URL.parse(options.endpoint);
  if (endpoint === null || !/^https?:$/.test(endpoint.protocol))
    throw invalid(
      'AZURE_SEARCH_ENDPOINT must be an address such as https://my-service.search.windows.net.',
    );
  const isAllowed =
    options.allowInsecureConnection === true && loopbackHosts.has(endpoint.hostname);
  if (endpoint.protocol === 'http:' && !isAllowed)
    throw invalid(
      'AZURE_SEARCH_ENDPOINT must begin with https://: keys must not travel in the clear.',
    );
  return endpoint;
}

function checkKey(apiKey: string): string {
  if (/^[\x21-\x7e]+$/.test(apiKey)) return apiKey;
  throw new MentorError(
    'config-invalid',
    'AZURE_SEARCH_API_KEY holds characters that no key has, such as a space or a line break.',
    { details: { setting: 'AZURE_SEARCH_API_KEY' } },
  );
}

/** The identity library loads with the first call that needs a token. */
function createLazyIdentity(): TokenCredential {
  let loading: Promise<TokenCredential> | undefined;
  return {
    async getToken(scopes, options) {
      loading ??= import('#services/azure/credential.ts').then((azure) =>
        azure.createAzureCredential(),
      );
      return (await loading).getToken(scopes, options);
    },
  };
}

/** Tokens of national clouds are meant for another address. */
function audienceOf(endpoint: URL): { audience?: string } {
  if (endpoint.hostname.endsWith('.azure.us')) return { audience: 'https://search.azure.us' };
  if (endpoint.hostname.endsWith('.azure.cn')) return { audience: 'https://search.azure.cn' };
  return {};
}

type Policy = NonNullable<SearchClientOptions['additionalPolicies']>[number]['policy'];

/** The client waits as long as `Retry-After` says. Where that is longer than anybody listens, it is said at once. */
function giveUpOnLongWait(longestMs: number): Policy {
  return {
    name: 'giveUpOnLongWait',
    async sendRequest(request, next) {
      const response = await next(request);
      const waitMs = readRetryAfter(response.headers.get('retry-after'));
      if ((response.status === 429 || response.status === 503) && (waitMs ?? 0) >= longestMs)
        throw Object.assign(new Error('The service asks for a longer pause than a call may take'), {
          statusCode: response.status,
          response,
        });
      return response;
    },
  };
}
