import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { TokenCredential } from '@azure/identity';
import { listenLocally, stopServer } from './local-server.ts';

export interface KeyVaultServer {
  readonly port: number;
  readonly url: string;
  /** The identity that may read the secrets. */
  readonly credential: TokenCredential;
  /** What identities were asked for: the scope of each token. */
  readonly scopes: string[];
  /** The names of the secrets that were asked for with a token, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

const resource = 'https://vault.azure.net';

/**
 * The part of Key Vault's REST protocol that reads secrets: a caller without a token is told where to get one, and with it
 * gets the secret's newest version, `SecretNotFound`, or, of a disabled one, `SecretDisabled`.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret
 */
export async function startKeyVaultServer(
  secrets: Readonly<Record<string, string | { readonly disabled: true }>>,
): Promise<KeyVaultServer> {
  const token = randomBytes(16).toString('hex');
  const scopes: string[] = [];
  const asked: string[] = [];
  let port = 0;

  const answer = (path: string, authorization: string | undefined): [number, unknown] => {
    if (authorization !== `Bearer ${token}`)
      return failure(401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
    const { pathname, searchParams } = new URL(path, 'http://vault');
    const name = /^\/secrets\/([0-9A-Za-z-]{1,127})\/?$/.exec(pathname)?.[1];
    if (name === undefined || !searchParams.has('api-version'))
      return failure(400, 'BadParameter', 'The request URI is invalid.');
    asked.push(name);
    const secret = secrets[name];
    if (secret === undefined)
      return failure(404, 'SecretNotFound', `A secret with (name/id) ${name} was not found.`);
    if (typeof secret !== 'string')
      return failure(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.');
    const id = `http://127.0.0.1:${port}/secrets/${name}/${'0'.repeat(32)}`;
    return [200, { value: secret, id, attributes: { enabled: true } }];
  };

  const server = createServer((request, response) => {
    const [status, body] = answer(request.url ?? '/', request.headers.authorization);
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      ...(status === 401 && {
        'www-authenticate': `Bearer authorization="https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000", resource="${resource}"`,
      }),
    });
    response.end(JSON.stringify(body));
  });
  port = await listenLocally(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    credential: {
      async getToken(scope) {
        scopes.push(...[scope].flat());
        return { token, expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    },
    scopes,
    asked,
    close: () => stopServer(server),
  };
}

function failure(status: number, code: string, message: string): [number, unknown] {
  return [status, { error: { code, message } }];
}
