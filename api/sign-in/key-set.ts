import type { JWTVerifyGetKey } from 'jose';
import * as errors from 'jose/errors';
import { createLocalJWKSet } from 'jose/jwks/local';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import { RequestProblem } from '#api/problem.ts';
import { readIssuerMetadata } from './issuer-metadata.ts';

export interface KeySetOptions {
  readonly issuer: string;
  /** Absent: the issuer's discovery document names it. */
  readonly jwksUri?: string;
  /** Where that document is; absent: where the issuer's name says. */
  readonly metadataUri?: string;
  /** How long one request to the issuer may take. */
  readonly timeoutMs?: number;
  /** How long keys are used before they are asked for again. */
  readonly refreshMs?: number;
  /** How long the issuer is left alone after it did not answer, or knew no such key. */
  readonly cooldownMs?: number;
  readonly now?: () => number;
}

/**
 * The issuer's public keys: fetched when first needed, kept, and fetched anew from time to time and for a key that is not
 * among them. While the issuer does not answer, the keys that are known go on serving; a key that is not known then rejects
 * with `sign-in-unavailable`.
 */
export function createKeySet(options: KeySetOptions): JWTVerifyGetKey {
  const { timeoutMs = 5_000, refreshMs = 600_000, cooldownMs = 30_000, now = Date.now } = options;
  let remote: Promise<ReturnType<typeof createRemoteJWKSet>> | undefined;
  let known: ReturnType<typeof createLocalJWKSet> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  const openRemote = async () => {
    const address = options.jwksUri ?? (await readIssuerMetadata(options, timeoutMs)).jwksUri;
    return createRemoteJWKSet(new URL(address), {
      timeoutDuration: timeoutMs,
      cacheMaxAge: refreshMs,
      cooldownDuration: cooldownMs,
    });
  };
  const remember = (keys: Awaited<ReturnType<typeof openRemote>>) => {
    const current = keys.jwks();
    if (current !== undefined) known = createLocalJWKSet(current);
  };

  return async (header, token) => {
    const isResting = now() - failedAt < cooldownMs;
    if (isResting) return fromKnown(known, header, token);
    let keys: Awaited<ReturnType<typeof openRemote>> | undefined;
    try {
      remote ??= openRemote();
      keys = await remote;
      const key = await keys(header, token);
      remember(keys);
      return key;
    } catch (error) {
      if (keys === undefined) remote = undefined;
      if (keys !== undefined && isAboutToken(error)) {
        remember(keys);
        throw error;
      }
      failedAt = now();
      return fromKnown(known, header, token, error);
    }
  };
}

async function fromKnown(
  known: ReturnType<typeof createLocalJWKSet> | undefined,
  header: Parameters<JWTVerifyGetKey>[0],
  token: Parameters<JWTVerifyGetKey>[1],
  cause?: unknown,
) {
  try {
    if (known !== undefined) return await known(header, token);
  } catch (error) {
    // The token's key may be new: while the issuer cannot be asked, nobody knows.
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
  }
  throw new RequestProblem('sign-in-unavailable', {
    detail: 'The issuer of the token cannot be asked for its keys.',
    headers: { 'Retry-After': '30' },
    cause,
  });
}

/** Whether the keys were there and the token fits none of them. */
function isAboutToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWSInvalid
  );
}
