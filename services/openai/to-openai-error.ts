import OpenAI from 'openai';
import { type ErrorCode, MentorError } from '#errors.ts';
import { readRetryAfterMs } from '#services/resilience/retry-after.ts';
import { filteredByError } from './content-filter.ts';
import { contextSetting, type OpenAiService } from './service-settings.ts';

export interface OpenAiErrorContext {
  readonly service: OpenAiService;
  /** The model or the deployment that was asked. */
  readonly model: string;
  readonly code: ErrorCode;
}

/**
 * Gives what the OpenAI SDK threw the port's error code, with `details` { setting, isRetryable } and, where they are known,
 * { status, retryAfterMs, reason, filtered, requestId }. The message says what to look at, and never a key, a token or a
 * person's text.
 */
export function toOpenAiError(error: unknown, context: OpenAiErrorContext): MentorError {
  if (error instanceof MentorError) return error;
  const { service, model, code } = context;
  const api = error instanceof OpenAI.APIError ? error : undefined;
  const { problem, ...diagnosis } =
    api === undefined ? diagnoseOther(error, service) : diagnose(api, context);
  const retryAfterMs = readRetryAfterMs((name) => api?.headers?.get(name));
  const requestId = api?.headers?.get('apim-request-id') ?? api?.requestID ?? undefined;
  return new MentorError(code, `${service.name} (${model}) ${problem}`, {
    cause: withoutPersonsText(error, api?.status),
    details: {
      ...diagnosis,
      ...(api?.status === undefined ? {} : { status: api.status }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(requestId === undefined ? {} : { requestId }),
    },
  });
}

interface Diagnosis {
  /** Goes on after the service's name. */
  readonly problem: string;
  readonly setting: string;
  readonly isRetryable: boolean;
  readonly reason?: string;
  readonly filtered?: readonly string[];
}

type ApiError = InstanceType<typeof OpenAI.APIError>;

function diagnose(error: ApiError, { service, model }: OpenAiErrorContext): Diagnosis {
  const { addressSetting, keySetting, modelSetting } = service;
  const { status } = error;
  if (error.code === 'content_filter') return withheldPrompt(error, modelSetting);
  switch (status) {
    case undefined:
      return diagnoseConnection(error, addressSetting);
    case 401:
    case 403:
      return {
        problem: `refused access (${status}); check ${keySetting}${service.accessHint}.`,
        setting: keySetting,
        isRetryable: false,
      };
    case 404:
      return notFound(error, service, model);
    case 408:
      return {
        problem: `gave up waiting (408); check ${addressSetting}, and the network between.`,
        setting: addressSetting,
        isRetryable: true,
      };
    case 429:
      return throttled(error, service);
    default:
      return status >= 500 || status === 409
        ? {
            problem: `is not well just now (${status}); check ${addressSetting} if this goes on.`,
            setting: addressSetting,
            isRetryable: true,
          }
        : refusedRequest(error, status, modelSetting);
  }
}

function withheldPrompt(error: ApiError, setting: string): Diagnosis {
  const filtered = filteredByError(error.error);
  const names = filtered.length === 0 ? '' : ` (${filtered.join(', ')})`;
  return {
    problem: `withheld the prompt by its content filter${names}; the filter belongs to ${setting}.`,
    setting,
    isRetryable: false,
    reason: 'content-filter',
    ...(filtered.length === 0 ? {} : { filtered }),
  };
}

/** A server that knows no such model says so; one that knows no such address answers with another 404. */
function notFound(error: ApiError, service: OpenAiService, model: string): Diagnosis {
  const { addressSetting, modelSetting, notFoundHint } = service;
  return /model|deployment/i.test(`${error.code} ${error.message}`)
    ? {
        problem: `has no "${model}" (404); check ${modelSetting}.`,
        setting: modelSetting,
        isRetryable: false,
      }
    : {
        problem: `does not know the address (404); check ${addressSetting}${notFoundHint}.`,
        setting: addressSetting,
        isRetryable: false,
      };
}

function throttled(error: ApiError, { keySetting, modelSetting }: OpenAiService): Diagnosis {
  return error.code === 'insufficient_quota'
    ? {
        problem: `has no quota left (429); check the plan behind ${keySetting}.`,
        setting: keySetting,
        isRetryable: false,
      }
    : {
        problem: `is asked more than its quota allows (429); raise the tokens per minute of ${modelSetting} if this goes on.`,
        setting: modelSetting,
        isRetryable: true,
      };
}

function refusedRequest(error: ApiError, status: number, modelSetting: string): Diagnosis {
  const isTooLong = error.code === 'context_length_exceeded' || status === 413;
  const said = [error.code, error.param].filter(Boolean).join(', ');
  return {
    problem: isTooLong
      ? `takes no prompt of that length (${status}); lower ${contextSetting}.`
      : `refused the request (${[status, said].filter(Boolean).join(', ')}); check ${modelSetting}.`,
    setting: isTooLong ? contextSetting : modelSetting,
    isRetryable: false,
  };
}

/** No status: the server could not be reached, or broke off after it had begun. */
function diagnoseConnection(error: ApiError, setting: string): Diagnosis {
  if (error instanceof OpenAI.APIConnectionTimeoutError)
    return {
      problem: `did not answer in time; check ${setting}, and the network between.`,
      setting,
      isRetryable: true,
      reason: 'timeout',
    };
  const problem =
    error instanceof OpenAI.APIConnectionError
      ? `cannot be reached; check ${setting}.`
      : `reported an error of its own in the middle of its answer; check ${setting} if this goes on.`;
  return { problem, setting, isRetryable: true };
}

const identityErrors = new Set<unknown>([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
  'ChainedTokenCredentialError',
]);

/** What is no error of the API: an identity that cannot sign in, or a connection that broke in the middle. */
function diagnoseOther(error: unknown, { addressSetting, keySetting }: OpenAiService): Diagnosis {
  const cause = error instanceof Error ? error.cause : undefined;
  if ([error, cause].some((each) => each instanceof Error && identityErrors.has(each.name)))
    return {
      problem: `got no token: no identity could sign in; set ${keySetting}, or run with a managed identity (az login on a laptop).`,
      setting: keySetting,
      isRetryable: false,
    };
  return {
    problem: `broke off, or what answers there is something else; check ${addressSetting}.`,
    setting: addressSetting,
    isRetryable: true,
  };
}

/** Servers quote the request, or its key, in what they say of it: of an answer only the kind of error is kept for the log. */
function withoutPersonsText(error: unknown, status: number | undefined): Error {
  if (!(error instanceof Error)) return new Error(typeof error);
  const cause = new Error(status === undefined ? ownWordsOf(error) : `status ${status}`);
  cause.name = error.name === 'Error' ? error.constructor.name : error.name;
  if (error.cause instanceof Error) cause.cause = new Error(error.cause.message);
  return cause;
}

/** What the SDK and the network say themselves; a parser quotes what it could not read, and an event of an error what was sent. */
function ownWordsOf(error: Error): string {
  if (error instanceof SyntaxError) return 'what came was not JSON';
  const isQuoted =
    error instanceof OpenAI.APIError && !(error instanceof OpenAI.APIConnectionError);
  return isQuoted ? 'the server sent an error' : error.message;
}
