import { createServer } from 'node:http';
import { listenLocally, stopServer } from './local-server.ts';

/**
 * The managed identity of an App Service or a Container App: a program there asks it for tokens.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export async function startIdentityServer(tokenFor: (resource: string) => string | undefined) {
  const secret = 'identity-header-of-the-test';
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://identity');
    const resource = searchParams.get('resource') ?? '';
    const token = request.headers['x-identity-header'] === secret ? tokenFor(resource) : undefined;
    response.writeHead(token === undefined ? 400 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        token === undefined
          ? { statusCode: 400, message: 'No managed identity found for specified ClientId.' }
          : {
              access_token: token,
              expires_on: String(Math.floor(Date.now() / 1_000) + 3_600),
              resource,
              token_type: 'Bearer',
            },
      ),
    );
  });
  const port = await listenLocally(server);
  return {
    /** What the platform sets in the program's environment. */
    environment: {
      IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`,
      IDENTITY_HEADER: secret,
    },
    close: () => stopServer(server),
  };
}
