import type { IncomingMessage } from 'node:http';
import { RequestProblem } from '#api/problem.ts';
import { apiChannelId, type Caller, identityOf, permissions } from './caller.ts';
import {
  createTokenVerifier,
  invalidToken,
  missingToken,
  type SignInSettings,
} from './token-verifier.ts';

/** Says who calls; rejects where nobody can say. */
export type Authenticate = (request: IncomingMessage) => Promise<Caller>;

/** The header in which a client on this machine says which of its people calls, where nobody can sign in. */
export const localPersonHeader = 'x-local-person';

/** What a proxy on this machine adds when it passes on somebody else's call. */
const proxyHeaders = ['x-forwarded-for', 'forwarded', 'x-real-ip'];

/**
 * With an issuer, whoever the bearer token says. Without one the API answers this machine alone, where a client may name its
 * people itself; `findForeignPart` says why a call does not come from here.
 */
export function createAuthenticate(options: {
  readonly signIn: SignInSettings | undefined;
  readonly findForeignPart: (request: IncomingMessage) => string | undefined;
  readonly verifyToken?: (token: string) => Promise<Caller>;
}): Authenticate {
  const { signIn, findForeignPart } = options;
  if (signIn === undefined) return async (request) => localCaller(request, findForeignPart);
  const verify = options.verifyToken ?? createTokenVerifier(signIn);
  return async ({ headers }) => {
    const { authorization } = headers;
    if (authorization === undefined || authorization.trim() === '') throw missingToken();
    const [, token] = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization) ?? [];
    if (token === undefined) throw invalidToken();
    return verify(token);
  };
}

function localCaller(
  request: IncomingMessage,
  findForeignPart: (request: IncomingMessage) => string | undefined,
): Caller {
  const foreign = findForeignPart(request);
  if (foreign !== undefined || proxyHeaders.some((name) => request.headers[name] !== undefined))
    throw new RequestProblem('not-authenticated', {
      detail:
        'Missing authentication token: until sign-in is set up with AUTH_ISSUER and AUTH_AUDIENCE, this API answers its own machine alone.',
      headers: { 'WWW-Authenticate': 'Bearer realm="career-mentor"' },
    });
  const given = request.headers[localPersonHeader] ?? 'me';
  if (typeof given !== 'string' || !/^[\w.@-]{1,100}$/.test(given))
    throw new RequestProblem('request-invalid', {
      errors: [
        {
          in: 'header',
          pointer: '/x-local-person',
          detail: 'must be 1 to 100 letters, digits and . _ @ -',
        },
      ],
    });
  const personId = `local-${given}`;
  return {
    personId,
    isSignedIn: false,
    account: personId,
    roles: ['user'],
    permissions: new Set(permissions.filter((permission) => permission !== 'admin')),
    identities: [identityOf(apiChannelId, personId)],
  };
}
