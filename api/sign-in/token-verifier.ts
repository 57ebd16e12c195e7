import type { JWTPayload } from 'jose';
import * as errors from 'jose/errors';
import { jwtVerify } from 'jose/jwt/verify';
import { RequestProblem } from '#api/problem.ts';
import { MentorError } from '#errors.ts';
import {
  apiChannelId,
  type Caller,
  identityOf,
  type Permission,
  permissions,
  personIdOf,
  type Role,
  webChatUserIdOf,
} from './caller.ts';
import { createKeySet } from './key-set.ts';

export interface SignInSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri?: string;
  /** Where the issuer's discovery document is, if not where its name says. */
  readonly metadataUri?: string;
  /** The role that makes an administrator. */
  readonly adminRole: string;
}

/** What the issuer's clocks and ours may differ by. */
const clockToleranceSeconds = 60;
/** Tokens of Entra ID with many groups reach 8 KB; nothing honest is longer than this. */
const longestToken = 14_000;

/**
 * Checks bearer tokens: signed by the issuer's key with RS256 or ES256, for this audience, within their time. Rejects with
 * `not-authenticated`, whose detail is one of three fixed sentences, or with `sign-in-unavailable`.
 */
export function createTokenVerifier(
  settings: SignInSettings,
  { now = () => new Date(), keys = createKeySet(settings) } = {},
): (token: string) => Promise<Caller> {
  return async (token) => {
    if (token.length > longestToken) throw invalidToken();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: settings.issuer,
        audience: settings.audience,
        algorithms: ['RS256', 'ES256'],
        clockTolerance: clockToleranceSeconds,
        requiredClaims: ['exp', 'sub'],
        currentDate: now(),
      });
      return toCaller(payload, settings);
    } catch (error) {
      if (error instanceof MentorError) throw error;
      if (error instanceof errors.JWTExpired) throw refusedToken('Token has expired', error);
      throw invalidToken(error);
    }
  };
}

/** Refuses a call that brought no token at all. */
export function missingToken(): RequestProblem {
  return new RequestProblem('not-authenticated', {
    detail: 'Missing authentication token',
    // https://www.rfc-editor.org/rfc/rfc6750#section-3: no error code where nothing was presented.
    headers: { 'WWW-Authenticate': 'Bearer realm="career-mentor"' },
  });
}

/** Refuses a token that is none of ours. */
export function invalidToken(cause?: unknown): RequestProblem {
  return refusedToken('Invalid token', cause);
}

function refusedToken(detail: string, cause: unknown): RequestProblem {
  return new RequestProblem('not-authenticated', {
    detail,
    headers: {
      'WWW-Authenticate': `Bearer realm="career-mentor", error="invalid_token", error_description="${detail}"`,
    },
    cause,
  });
}

function toCaller(payload: JWTPayload, { issuer, adminRole }: SignInSettings): Caller {
  const subject = payload.sub ?? '';
  if (subject.trim() === '') throw invalidToken();
  const personId = personIdOf(issuer, subject);
  const roles: Role[] = rolesOf(payload).includes(adminRole) ? ['user', 'admin'] : ['user'];
  return {
    personId,
    isSignedIn: true,
    account: subject,
    roles,
    permissions: permissionsOf(payload, roles),
    identities: [
      identityOf(apiChannelId, personId),
      identityOf('directline', webChatUserIdOf(personId)),
    ],
  };
}

/** Entra ID and most others write `roles`; Keycloak writes `realm_access.roles`. Groups and scopes make nobody an administrator. */
function rolesOf(payload: JWTPayload): string[] {
  const realm = payload['realm_access'];
  const nested = typeof realm === 'object' && realm !== null && 'roles' in realm ? realm.roles : [];
  return [...stringsOf(payload['roles']), ...stringsOf(nested)];
}

/** The prefix of the scopes that narrow what a token is good for. */
const scopePrefix = 'mentor.';

/**
 * A token that was given for some of our scopes (`mentor.chat`, `mentor.me`, `mentor.knowledge`, `mentor.admin`) is good for these
 * alone; one that names none of them is good for all that its person may do.
 */
function permissionsOf(payload: JWTPayload, roles: readonly Role[]): ReadonlySet<Permission> {
  const scopes = [payload['scope'], payload['scp']]
    .flatMap(stringsOf)
    .flatMap((scope) => scope.split(' '))
    // Entra ID may write the audience before the name: `api://client-id/mentor.chat`.
    .map((scope) => scope.split('/').at(-1) ?? '')
    .filter((scope) => scope.startsWith(scopePrefix))
    .map((scope) => scope.slice(scopePrefix.length));
  const granted = permissions.filter(
    (permission) => permission !== 'admin' || roles.includes('admin'),
  );
  return new Set(
    scopes.length === 0 ? granted : granted.filter((permission) => scopes.includes(permission)),
  );
}

function stringsOf(value: unknown): string[] {
  return [value].flat().filter((item) => typeof item === 'string');
}
