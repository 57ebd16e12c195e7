import { z } from 'zod';

/** Where an issuer does what. */
export interface IssuerMetadata {
  readonly issuer: string;
  readonly jwksUri: string;
  readonly authorizationEndpoint?: string | undefined;
  readonly tokenEndpoint?: string | undefined;
  readonly endSessionEndpoint?: string | undefined;
  readonly revocationEndpoint?: string | undefined;
  /** Whether it says in its answers that they are its own: https://www.rfc-editor.org/rfc/rfc9207 */
  readonly namesItself: boolean;
}

const address = z.url({ protocol: /^https?$/ });
const discovery = z.object({
  issuer: z.string(),
  jwks_uri: address,
  authorization_endpoint: address.optional(),
  token_endpoint: address.optional(),
  end_session_endpoint: address.optional(),
  revocation_endpoint: address.optional(),
  authorization_response_iss_parameter_supported: z.boolean().default(false),
});

/**
 * Reads the issuer's discovery document, https://openid.net/specs/openid-connect-discovery-1_0.html; rejects where there is none
 * in time, and where it is of another issuer: such a document is not this one's.
 */
export async function readIssuerMetadata(
  { issuer, metadataUri }: { readonly issuer: string; readonly metadataUri?: string | undefined },
  timeoutMs: number,
): Promise<IssuerMetadata> {
  const from = metadataUri ?? `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(from, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`The issuer's discovery document answers ${response.status}`);
  const found = discovery.parse(await response.json());
  if (found.issuer !== issuer)
    throw new Error(
      `The discovery document is of the issuer ${found.issuer}; set AUTH_ISSUER to that`,
    );
  return {
    issuer,
    jwksUri: found.jwks_uri,
    authorizationEndpoint: found.authorization_endpoint,
    tokenEndpoint: found.token_endpoint,
    endSessionEndpoint: found.end_session_endpoint,
    revocationEndpoint: found.revocation_endpoint,
    namesItself: found.authorization_response_iss_parameter_supported,
  };
}
