import { MentorError } from '#errors.ts';

/** What was being done when the service failed. */
export interface FailureContext {
  /** Such as `search`; for the log. */
  readonly action: string;
  readonly credential: 'key' | 'identity';
  readonly timeoutMs: number;
  readonly timedOut: boolean;
}

interface Explanation {
  /** One sentence for the operator: never a key, an address or a person's words. */
  readonly message: string;
  readonly setting: 'AZURE_SEARCH_ENDPOINT' | 'AZURE_SEARCH_API_KEY' | 'AZURE_SEARCH_INDEX';
  readonly isRetryable: boolean;
}

/** Any failure of the service, or of the way to it, as one error that names the setting to look at. */
export function toServiceFailure(error: unknown, context: FailureContext): MentorError {
  if (error instanceof MentorError) return error;
  const status = statusOf(error);
  const { message, setting, isRetryable } =
    status === undefined || status < 400
      ? explainSilence(error, context)
      : explainStatus(status, error, context);
  const retryAfterMs = retryAfterOf(error);
  return new MentorError('search-unavailable', message, {
    cause: withoutRequest(error),
    details: {
      service: 'azure-ai-search',
      action: context.action,
      setting,
      isRetryable,
      ...(status === undefined ? {} : { status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(saysNoSemanticRanker(error) ? { reason: noSemanticRanker } : {}),
    },
  });
}

/** The HTTP status that an error of the client carries, where the service answered at all. */
function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

const noSemanticRanker = 'no-semantic-ranker';

/** Whether a search failed because the service has no semantic ranker, or none left this month. */
export function lacksSemanticRanker(error: unknown): boolean {
  return error instanceof MentorError && error.details['reason'] === noSemanticRanker;
}

function saysNoSemanticRanker(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  if (status < 400 || status >= 500) return false;
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (
    code === 'FeatureNotSupportedInService' ||
    /\bsemantic\b.*\b(not (enabled|available|supported)|quota|limit)\b/i.test(String(message))
  );
}

function explainStatus(status: number, error: unknown, context: FailureContext): Explanation {
  const byKey = context.credential === 'key';
  const answered = `Azure AI Search answered ${status}`;
  switch (status) {
    case 401:
      return {
        message: byKey
          ? `${answered}: it does not accept the key. Check AZURE_SEARCH_API_KEY.`
          : `${answered}: it does not accept the identity's token. Allow role-based access on the service, or set AZURE_SEARCH_API_KEY.`,
        setting: 'AZURE_SEARCH_API_KEY',
        isRetryable: false,
      };
    case 403:
      return {
        message: byKey
          ? `${answered}: the key is wrong, or is a query key where an admin key is needed. Check AZURE_SEARCH_API_KEY.`
          : `${answered}: the identity needs the roles Search Service Contributor and Search Index Data Contributor. Assign them, or set AZURE_SEARCH_API_KEY.`,
        setting: 'AZURE_SEARCH_API_KEY',
        isRetryable: false,
      };
    case 404:
      return /\bindex\b/i.test(messageOf(error))
        ? {
            message: `${answered}: there is no index of this name. Check AZURE_SEARCH_INDEX, or run npm run ingest, which creates it.`,
            setting: 'AZURE_SEARCH_INDEX',
            isRetryable: false,
          }
        : {
            message: `${answered}: what stands there is not a search service. Check AZURE_SEARCH_ENDPOINT.`,
            setting: 'AZURE_SEARCH_ENDPOINT',
            isRetryable: false,
          };
    case 413:
      return {
        message: `${answered}: a passage is too large for it. Cut the document into smaller parts.`,
        setting: 'AZURE_SEARCH_INDEX',
        isRetryable: false,
      };
    case 429:
      return {
        message: `${answered}: it gets more requests than its tier allows. Add replicas, or move it to a higher tier.`,
        setting: 'AZURE_SEARCH_ENDPOINT',
        isRetryable: true,
      };
    case 409:
    case 412:
      return {
        message: `${answered}: somebody else changed the index at the same time.`,
        setting: 'AZURE_SEARCH_INDEX',
        isRetryable: true,
      };
    default:
      return explainOtherStatus(status, answered);
  }
}

function explainOtherStatus(status: number, answered: string): Explanation {
  if (status === 408 || status >= 500)
    return {
      message: `${answered}: the service has trouble of its own. Look at its health in the Azure portal.`,
      setting: 'AZURE_SEARCH_ENDPOINT',
      isRetryable: true,
    };
  return {
    message: `${answered}: it refuses the request, most likely because the index that AZURE_SEARCH_INDEX names has another shape. Run npm run ingest, which says what differs.`,
    setting: 'AZURE_SEARCH_INDEX',
    isRetryable: false,
  };
}

/** The service gave no answer, or none that could be read. */
function explainSilence(error: unknown, context: FailureContext): Explanation {
  const setting = 'AZURE_SEARCH_ENDPOINT';
  if (context.timedOut) {
    const message = `Azure AI Search did not answer within ${context.timeoutMs} ms.`;
    return { message, setting, isRetryable: true };
  }
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  if (/Credential|Authentication/.test(String(name)))
    return {
      message:
        'No identity could sign in to Azure AI Search. Sign in with az login, give the machine a managed identity, or set AZURE_SEARCH_API_KEY.',
      setting: 'AZURE_SEARCH_API_KEY',
      isRetryable: false,
    };
  if (code === 'PARSE_ERROR')
    return {
      message:
        'Azure AI Search answered with something that is not JSON. Check that AZURE_SEARCH_ENDPOINT is the address of the search service.',
      setting,
      isRetryable: true,
    };
  if (typeof code === 'string' && name === 'RestError')
    return {
      message: `Azure AI Search cannot be reached (${code}). Check AZURE_SEARCH_ENDPOINT and the network between.`,
      setting,
      isRetryable: true,
    };
  return {
    message:
      'Azure AI Search answered in a form that is not known. Check that AZURE_SEARCH_ENDPOINT is the address of the search service and that AZURE_SEARCH_INDEX is an index of this program.',
    setting,
    isRetryable: false,
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** The client hangs the request on its errors, with the key and the person's words: the log gets neither. */
function withoutRequest(error: unknown): Error {
  const cause = new Error(messageOf(error) || String(error));
  if (!(error instanceof Error)) return cause;
  cause.name = error.name;
  if (error.stack !== undefined) cause.stack = error.stack;
  return cause;
}

/** How long the service asks to be left alone. */
function retryAfterOf(error: unknown): number | undefined {
  const { response } = (error ?? {}) as { response?: { headers?: ResponseHeaders } };
  return readRetryAfter(response?.headers?.get?.('retry-after'));
}

interface ResponseHeaders {
  get?(name: string): string | undefined;
}

/** Milliseconds of a `Retry-After` header, which holds seconds or a date; `undefined` where it holds neither. */
export function readRetryAfter(header: string | undefined | null): number | undefined {
  if (header === undefined || header === null || header.trim() === '') return undefined;
  const seconds = Number(header);
  const waitMs = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000;
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
