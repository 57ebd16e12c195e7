import type { TokenCredential } from '@azure/identity';
import OpenAI, { AzureOpenAI } from 'openai';

export interface OpenAiAddress {
  readonly baseUrl: string;
  readonly apiKey: string;
  /** How long the server may take to begin its answer. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

export interface AzureOpenAiAddress {
  /** The resource, such as `https://my-resource.openai.azure.com`. */
  readonly endpoint: string;
  readonly apiVersion: string;
  /** The resource's key, or the identity that has the role "Cognitive Services OpenAI User". */
  readonly access: { readonly apiKey: string } | { readonly credential: TokenCredential };
  /** How long the service may take to begin its answer. */
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
}

/** The SDK would print what it cannot read to the console, and that is what people and models wrote. */
const quiet = { logLevel: 'off' } as const;

/** A client of OpenAI or of a server that speaks its protocol. */
export function createOpenAiClient({ baseUrl, apiKey, timeoutMs, fetch }: OpenAiAddress): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey,
    timeout: timeoutMs,
    /** Retries belong to the wrapper, which knows whether a word was shown already. */
    maxRetries: 0,
    ...quiet,
    ...(fetch === undefined ? {} : { fetch }),
  });
}

/** A client of Azure OpenAI; nothing is read from the environment behind the caller's back. */
export function createAzureOpenAiClient(address: AzureOpenAiAddress): AzureOpenAI {
  const { endpoint, apiVersion, access, timeoutMs, fetch } = address;
  return new AzureOpenAI({
    /** Given as a base address, since the SDK refuses an endpoint as soon as OPENAI_BASE_URL is set for something else. */
    baseURL: `${endpoint.replace(/\/+$/, '')}/openai`,
    apiVersion,
    /** An empty key keeps the SDK from taking another one out of the environment. */
    ...('apiKey' in access
      ? { apiKey: access.apiKey }
      : { apiKey: '', azureADTokenProvider: tokenProvider(access.credential) }),
    organization: null,
    project: null,
    timeout: timeoutMs,
    maxRetries: 0,
    ...quiet,
    ...(fetch === undefined ? {} : { fetch }),
  });
}

const azureScope = 'https://cognitiveservices.azure.com/.default';

/** Gives tokens from the identity library, which keeps each until shortly before it expires; loaded with the first call. */
function tokenProvider(credential: TokenCredential): () => Promise<string> {
  let provider: Promise<() => Promise<string>> | undefined;
  return async () => {
    provider ??= import('@azure/identity').then(({ getBearerTokenProvider }) =>
      getBearerTokenProvider(credential, azureScope),
    );
    return (await provider)();
  };
}
