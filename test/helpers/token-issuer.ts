import { createServer } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { TokenAuthority } from '#bot/channels/bot-framework/host-adapter.ts';
import { listenLocally, stopServer } from './local-server.ts';

export interface TokenIssuer {
  readonly issuer: string;
  /** Names this issuer to the SDK in place of Microsoft's. */
  readonly authority: TokenAuthority;
  /** A token that the channel would send, with these claims changed; an expiry is in seconds from now. */
  sign(
    claims: Readonly<Record<string, unknown>>,
    options?: { readonly expiresInS?: number; readonly key?: CryptoKey },
  ): Promise<string>;
  stop(): Promise<void>;
}

const keyId = 'key-1';

/** An OpenID issuer as the Bot Framework runs one: metadata, and keys that are endorsed for one channel. */
export async function startTokenIssuer({ endorsement = 'msteams' } = {}): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, use: 'sig', alg: 'RS256' };
  const server = createServer((request, response) => {
    const isKeys = request.url === '/keys';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isKeys
          ? { keys: [{ ...jwk, endorsements: [endorsement] }] }
          : {
              issuer,
              jwks_uri: `${issuer}/keys`,
              id_token_signing_alg_values_supported: ['RS256'],
            },
      ),
    );
  });
  const issuer = `http://127.0.0.1:${await listenLocally(server)}`;
  return {
    issuer,
    authority: {
      ToBotFromChannelTokenIssuer: issuer,
      ToBotFromChannelOpenIdMetadataUrl: `${issuer}/.well-known/openidconfiguration`,
      ToBotFromEmulatorOpenIdMetadataUrl: `${issuer}/.well-known/openidconfiguration`,
      ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
      ToChannelFromBotOAuthScope: 'https://api.botframework.com',
    },
    async sign(claims, { expiresInS = 600, key = privateKey } = {}) {
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({
        iss: issuer,
        iat: now - 600,
        nbf: now - 600,
        exp: now + expiresInS,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: keyId })
        .sign(key);
    },
    stop: () => stopServer(server),
  };
}
