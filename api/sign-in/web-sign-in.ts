import { RequestProblem } from '#api/problem.ts';
import type { Logger } from '#log.ts';
import { type IssuerMetadata, readIssuerMetadata } from './issuer-metadata.ts';

export interface WebSignInSettings {
  readonly issuer: string;
  readonly metadataUri?: string;
  /** The id under which the issuer knows our pages: a public client, which has no secret. */
  readonly clientId: string;
  readonly scope: string;
  /** What this issuer wants to be told beside, such as `resource` or `audience`. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a page needs to know to sign somebody in; none of it is secret. */
export interface WebSignInDescription {
  readonly issuer: string;
  readonly namesItself: boolean;
  readonly clientId: string;
  readonly scope: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly endSessionEndpoint?: string | undefined;
  readonly revocationEndpoint?: string | undefined;
}

export interface WebSignIn {
  /** Rejects with `sign-in-unavailable` while the issuer cannot be asked. */
  describe(): Promise<WebSignInDescription>;
  /** The origins that our pages call to sign somebody in; waits no longer than a moment for an issuer that is slow or away. */
  origins(): Promise<readonly string[]>;
}

export interface WebSignInOptions {
  readonly logger: Pick<Logger, 'error'>;
  /** How long one request to the issuer may take. */
  readonly timeoutMs?: number;
  /** For how long a page waits to learn the issuer's other origins. */
  readonly patienceMs?: number;
  /** How long what the issuer said holds, and how long it is left alone after it did not answer. */
  readonly holdsMs?: number;
  readonly cooldownMs?: number;
  readonly now?: () => number;
}

/** Signing in on our pages, with the issuer's addresses out of its discovery document, which is asked for at once. */
export function createWebSignIn(settings: WebSignInSettings, options: WebSignInOptions): WebSignIn {
  const { timeoutMs = 5_000, patienceMs = 1_000, now = Date.now } = options;
  const { holdsMs = 3_600_000, cooldownMs = 5_000 } = options;
  let known: WebSignInDescription | undefined;
  let asking: Promise<WebSignInDescription> | undefined;
  let askAgainAt = Number.NEGATIVE_INFINITY;

  const ask = async (): Promise<WebSignInDescription> => {
    try {
      known = toDescription(settings, await readIssuerMetadata(settings, timeoutMs));
      askAgainAt = now() + holdsMs;
      return known;
    } catch (error) {
      askAgainAt = now() + cooldownMs;
      options.logger.error({ err: error }, 'the issuer’s discovery document could not be read');
      // What it said before is very likely still so.
      if (known !== undefined) return known;
      throw unavailable(error);
    }
  };
  const describe = async (): Promise<WebSignInDescription> => {
    if (asking !== undefined) return asking;
    if (now() < askAgainAt) {
      if (known === undefined) throw unavailable();
      return known;
    }
    asking = ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  describe().catch(() => undefined);

  return {
    describe,
    async origins() {
      const late = Promise.withResolvers<undefined>();
      const timer = setTimeout(late.resolve, patienceMs, undefined);
      const description = await Promise.race([describe().catch(() => undefined), late.promise]);
      clearTimeout(timer);
      const { tokenEndpoint, revocationEndpoint } = description ?? {};
      const called = [settings.issuer, tokenEndpoint, revocationEndpoint];
      return [...new Set(called.flatMap((url) => (url === undefined ? [] : new URL(url).origin)))];
    },
  };
}

function toDescription(
  { clientId, scope, parameters }: WebSignInSettings,
  metadata: IssuerMetadata,
): WebSignInDescription {
  const { issuer, namesItself, authorizationEndpoint, tokenEndpoint } = metadata;
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined)
    throw new Error('The discovery document names no authorization or no token endpoint');
  const { endSessionEndpoint, revocationEndpoint } = metadata;
  return {
    issuer,
    namesItself,
    clientId,
    scope,
    parameters,
    authorizationEndpoint,
    tokenEndpoint,
    endSessionEndpoint,
    revocationEndpoint,
  };
}

function unavailable(cause?: unknown): RequestProblem {
  return new RequestProblem('sign-in-unavailable', {
    detail: 'The issuer cannot be asked how to sign in.',
    headers: { 'Retry-After': '5' },
    cause,
  });
}
