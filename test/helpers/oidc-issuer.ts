import { createServer, type Server } from 'node:http';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, type JWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { listenLocally, stopServer } from './local-server.ts';

export interface OidcIssuer {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's own private keys, for tokens that it would never give. */
  readonly keys: Readonly<Record<'rsa' | 'ec', GenerateKeyPairResult>>;
  /** How often its keys were asked for. */
  readonly keyRequests: () => number;
  /** A real access token, from the token endpoint. */
  accessToken(client: TestClient, scope?: string): Promise<string>;
  /** Signs claims with the issuer's own key: valid but for what the changes make of it. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  /** Puts new keys in the place of the old ones. */
  rotate(): Promise<void>;
  /** Stops answering, or goes on. */
  setReachable(isReachable: boolean): void;
  close(): Promise<void>;
}

export type TestClient = 'ada' | 'bob' | 'root';

export interface OidcIssuerOptions {
  /** Pages at this origin may sign people in as the public client `web`; the name that they give is who they are. */
  readonly webOrigin?: string;
}

const audience = 'api://career-mentor';
export const webClientId = 'web';
const secret = 'a-secret-that-is-known-to-the-tests-alone';

/**
 * An OpenID Connect issuer on this machine: node-oidc-provider, whose clients stand for people, since what counts here is
 * whom its tokens name. `root` has the role `admin`.
 */
export async function startOidcIssuer(options: OidcIssuerOptions = {}): Promise<OidcIssuer> {
  let handle: ReturnType<Provider['callback']> | undefined;
  let isReachable = true;
  let keyRequests = 0;
  const server: Server = createServer((request, response) => {
    if (request.url === '/jwks') keyRequests += 1;
    if (isReachable) handle?.(request, response);
    else request.socket.destroy();
  });
  const issuer = `http://127.0.0.1:${await listenLocally(server)}`;
  const keys = { rsa: await newKey('RS256'), ec: await newKey('ES256') };
  const ids = { rsa: 'rsa-1', ec: 'ec-1' };
  const open = async () => {
    const jwks = await Promise.all([
      privateJwk(keys.rsa, ids.rsa, 'RS256'),
      privateJwk(keys.ec, ids.ec, 'ES256'),
    ]);
    handle = createProvider(issuer, jwks, options).callback();
  };
  await open();

  return {
    issuer,
    audience,
    keys,
    keyRequests: () => keyRequests,
    async accessToken(client, scope = '') {
      const response = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope }),
      });
      const body = (await response.json()) as { access_token?: string };
      if (body.access_token === undefined) throw new Error(JSON.stringify(body));
      return body.access_token;
    },
    sign(claims = {}, header = {}) {
      const seconds = Math.floor(Date.now() / 1_000);
      return new SignJWT({
        iss: issuer,
        aud: audience,
        sub: 'ada',
        iat: seconds,
        exp: seconds + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: ids.rsa, ...header })
        .sign(keys.rsa.privateKey);
    },
    async rotate() {
      Object.assign(keys, { rsa: await newKey('RS256'), ec: await newKey('ES256') });
      Object.assign(ids, { rsa: `${ids.rsa}-next`, ec: `${ids.ec}-next` });
      await open();
    },
    setReachable(value) {
      isReachable = value;
      if (!value) server.closeAllConnections();
    },
    close: () => stopServer(server),
  };
}

function newKey(algorithm: 'RS256' | 'ES256') {
  return generateKeyPair(algorithm, { extractable: true });
}

async function privateJwk(key: GenerateKeyPairResult, kid: string, alg: string): Promise<JWK> {
  return { ...(await exportJWK(key.privateKey)), kid, alg, use: 'sig' };
}

function createProvider(
  issuer: string,
  jwks: readonly JWK[],
  { webOrigin }: OidcIssuerOptions,
): Provider {
  const client = (id: string) => ({
    client_id: id,
    client_secret: secret,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  });
  const webClient = {
    client_id: webClientId,
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    redirect_uris: [`${webOrigin}/sign-in`],
    post_logout_redirect_uris: [`${webOrigin}/`],
  };
  return new Provider(issuer, {
    clients: [
      ...['ada', 'bob', 'root'].map(client),
      ...(webOrigin === undefined ? [] : [webClient]),
    ],
    jwks: { keys: jwks },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, name: `${accountId} Example` }),
    }),
    claims: { profile: ['name'] },
    // The page reads who it is out of the ID token, as with most issuers.
    conformIdTokenClaims: false,
    cookies: { keys: [secret] },
    ttl: { Interaction: 600, Grant: 3_600, Session: 3_600, IdToken: 600, RefreshToken: 3_600 },
    scopes: [
      'openid',
      'offline_access',
      'mentor.chat',
      'mentor.me',
      'mentor.knowledge',
      'mentor.admin',
    ],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: webOrigin !== undefined },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'mentor.chat mentor.me mentor.knowledge mentor.admin',
          audience,
          accessTokenTTL: 600,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_context: unknown, token: { clientId: string; accountId?: string }) => ({
      roles: (token.accountId ?? token.clientId) === 'root' ? ['admin'] : ['user'],
    }),
  });
}
