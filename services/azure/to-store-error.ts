import { MentorError } from '#errors.ts';
import type { AzureService } from './service-settings.ts';

/**
 * Gives what an Azure SDK threw its row of the error table, `data-unavailable`, with `details` { setting, status,
 * isRetryable, retryAfterMs }. The message names the setting to look at, and never a key, a token or a person's text.
 */
export function toStoreError(error: unknown, service: AzureService, doing: string): MentorError {
  if (error instanceof MentorError) return error;
  const status = httpStatusOf(error);
  const { problem, setting, isRetryable } = diagnose(error, status, service);
  const retryAfterMs = retryAfterOf(error);
  return new MentorError('data-unavailable', `${service.name}, ${doing}: ${problem}`, {
    cause: withoutRequest(error),
    details: {
      setting,
      ...(status !== undefined && { status }),
      isRetryable,
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
  });
}

/** The HTTP status of failure that an error of an Azure SDK, or a cause of it, carries. */
export function httpStatusOf(error: unknown): number | undefined {
  for (const { statusCode, code } of causesOf(error)) {
    if (isHttpStatus(statusCode)) return statusCode;
    // The Cosmos SDK puts the status where others put a word.
    if (isHttpStatus(code)) return code;
  }
  return undefined;
}

/** Numbers below are of other kinds: codes of a DOMException, or the 200 of an answer that could not be read. */
function isHttpStatus(code: unknown): code is number {
  return typeof code === 'number' && code >= 400 && code < 600;
}

interface Diagnosis {
  readonly problem: string;
  readonly setting: string;
  readonly isRetryable: boolean;
}

function diagnose(error: unknown, status: number | undefined, service: AzureService): Diagnosis {
  const { addressSetting, accessSetting, targetSetting, role } = service;
  if (isMissingIdentity(error))
    return {
      problem: `no identity could sign in; set ${accessSetting}, or run with a managed identity (az login on a laptop) that has the role "${role}".`,
      setting: accessSetting,
      isRetryable: false,
    };
  switch (status) {
    case 401:
    case 403:
      return {
        problem: `access was refused (${status}); check ${accessSetting}, the role "${role}" of the managed identity, and the service's firewall.`,
        setting: accessSetting,
        isRetryable: false,
      };
    case 404:
      return {
        problem: `what was asked for is not there (404); check ${targetSetting} and ${addressSetting}.`,
        setting: targetSetting,
        isRetryable: false,
      };
    case 409:
    case 412:
      return {
        problem: `others kept changing the same data first (${status}); it may work when tried again.`,
        setting: addressSetting,
        isRetryable: true,
      };
    case 413:
      return {
        problem: 'the data is larger than the service takes (413).',
        setting: addressSetting,
        isRetryable: false,
      };
    case 429:
      return {
        problem: `more is asked than its throughput allows (429); raise the throughput of ${addressSetting} if this goes on.`,
        setting: addressSetting,
        isRetryable: true,
      };
    default:
      return diagnoseOther(error, status, addressSetting);
  }
}

function diagnoseOther(error: unknown, status: number | undefined, setting: string): Diagnosis {
  if (status === 408 || isTimeout(error))
    return {
      problem: `there was no answer in time; check ${setting}, and the network between.`,
      setting,
      isRetryable: true,
    };
  if (status === undefined)
    return {
      problem: `it cannot be reached, or what answers there is something else; check ${setting}.`,
      setting,
      isRetryable: true,
    };
  // 410 and 449 are Cosmos DB's "has moved" and "retry with".
  const isRetryable = status >= 500 || status === 410 || status === 449;
  return {
    problem: isRetryable
      ? `it is not well just now (${status}); see the service's health in the Azure portal.`
      : `the request was refused (${status}); check ${setting}, and see the cause.`,
    setting,
    isRetryable,
  };
}

interface SdkError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly cause?: unknown;
  readonly retryAfterInMs?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): string | undefined } };
}

function* causesOf(error: unknown): Generator<SdkError> {
  let current = error;
  // The SDKs nest at most two deep; the bound guards against an error that is its own cause.
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    yield current as SdkError;
    current = (current as SdkError).cause;
  }
}

function isTimeout(error: unknown): boolean {
  return [...causesOf(error)].some(
    ({ name, code }) =>
      name === 'AbortError' ||
      name === 'TimeoutError' ||
      code === 'TimeoutError' ||
      code === 'ETIMEDOUT',
  );
}

const identityErrors = new Set<unknown>([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
  'ChainedTokenCredentialError',
]);

function isMissingIdentity(error: unknown): boolean {
  return [...causesOf(error)].some(({ name }) => identityErrors.has(name));
}

/** How long the service asks to be left alone, where it says so: in milliseconds, in seconds or by a date. */
function retryAfterOf(error: unknown): number | undefined {
  for (const { retryAfterInMs, response } of causesOf(error)) {
    if (typeof retryAfterInMs === 'number') return retryAfterInMs;
    const given = response?.headers?.get?.('retry-after');
    if (given === undefined || given === null) continue;
    const waitMs = /^\d+$/.test(given) ? Number(given) * 1_000 : Date.parse(given) - Date.now();
    if (Number.isFinite(waitMs)) return Math.max(0, waitMs);
  }
  return undefined;
}

/** The SDKs hang the request, with its authorization header, on their errors; the log needs only what was said. */
function withoutRequest(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const cause = new Error(error.message);
  cause.name = error.name;
  if (error.stack !== undefined) cause.stack = error.stack;
  return cause;
}
