import type { Activity } from 'botbuilder';
import {
  type AuthenticateRequestResult,
  AuthenticationError,
  BotFrameworkAuthentication,
  ClaimsIdentity,
  type ConnectorClient,
  type ConnectorFactory,
  type UserTokenClient,
} from 'botframework-connector';
import { createEmbeddedConnector, type EmbeddedChannel } from './embedded-connector.ts';
import { giveUpOnSilence } from './give-up-on-silence.ts';

/** Who a verified call came from, as plain data: it lets a turn run after the call has gone, and is no secret. */
export interface CallerRecord {
  readonly claims: readonly { readonly type: string; readonly value: string }[];
  readonly authenticationType: string | boolean | undefined;
  readonly audience: string;
  readonly callerId: string | undefined;
}

/** Enough for the regional service URLs of every Azure channel; a local caller may name any number of them. */
const keptConnectors = 100;

/**
 * The SDK's authentication with two additions: what goes to an embedded channel's service URL stays in this process, and
 * connector clients are kept, because building one costs more than a whole turn's other framework work.
 */
export class RoutingAuthentication extends BotFrameworkAuthentication {
  readonly #inner: BotFrameworkAuthentication;
  readonly #embedded = new Map<string, ConnectorClient>();
  readonly #connectors = new Map<string, Promise<ConnectorClient>>();
  /** Who speaks in a turn of an embedded channel: the channel itself has authenticated the person. */
  readonly #embeddedIdentity = new ClaimsIdentity([], 'anonymous');

  constructor(inner: BotFrameworkAuthentication) {
    super();
    this.#inner = inner;
  }

  embed(channel: EmbeddedChannel): void {
    this.#embedded.set(new URL(channel.serviceUrl).host, createEmbeddedConnector(channel));
  }

  /** Whether the service URL is an embedded channel's, however it is written. */
  isEmbedded(serviceUrl: string | undefined): boolean {
    return this.#embeddedConnector(serviceUrl) !== undefined;
  }

  /** What `authenticateRequest` would say of a turn that an embedded channel has verified itself. */
  authenticateEmbedded(): AuthenticateRequestResult {
    return {
      audience: '',
      claimsIdentity: this.#embeddedIdentity,
      connectorFactory: this.#route(undefined),
    };
  }

  /** What is to be kept of a caller. */
  record({ claimsIdentity, audience, callerId }: AuthenticateRequestResult): CallerRecord {
    // The SDK's types say that the kind of authentication is its own affair; what it says must come back as it was.
    const { authenticationType } = claimsIdentity as unknown as Pick<
      CallerRecord,
      'authenticationType'
    >;
    const claims = claimsIdentity.claims.map(({ type, value }) => ({ type, value }));
    return { claims, authenticationType, audience: audience ?? '', callerId };
  }

  /** The caller that a record was made of. */
  restore({
    claims,
    authenticationType,
    audience,
    callerId,
  }: CallerRecord): AuthenticateRequestResult {
    const claimsIdentity = new ClaimsIdentity([...claims], authenticationType);
    return {
      audience,
      claimsIdentity,
      connectorFactory: this.createConnectorFactory(claimsIdentity),
      ...(callerId === undefined ? {} : { callerId }),
    };
  }

  override async authenticateRequest(
    activity: Activity,
    authorization: string,
  ): Promise<AuthenticateRequestResult> {
    try {
      const result = await this.#inner.authenticateRequest(activity, authorization);
      return { ...result, connectorFactory: this.#route(result.connectorFactory) };
    } catch (error) {
      throw isBadToken(error) ? new AuthenticationError((error as Error).message, 401) : error;
    }
  }

  override authenticateStreamingRequest(
    authorization: string,
    channelId: string,
  ): Promise<AuthenticateRequestResult> {
    return this.#inner.authenticateStreamingRequest(authorization, channelId);
  }

  override createConnectorFactory(claimsIdentity: ClaimsIdentity): ConnectorFactory {
    return this.#route(this.#inner.createConnectorFactory(claimsIdentity));
  }

  override async createUserTokenClient(claimsIdentity: ClaimsIdentity): Promise<UserTokenClient> {
    // Embedded channels have no sign-in service. OAuthPrompt looks for the client and says so where there is none.
    if (claimsIdentity === this.#embeddedIdentity) return undefined as unknown as UserTokenClient;
    return this.#inner.createUserTokenClient(claimsIdentity);
  }

  #embeddedConnector(serviceUrl: string | undefined): ConnectorClient | undefined {
    if (serviceUrl === undefined || !URL.canParse(serviceUrl)) return undefined;
    return this.#embedded.get(new URL(serviceUrl).host);
  }

  #route(outside: ConnectorFactory | undefined): ConnectorFactory {
    return {
      create: async (serviceUrl, audience) => {
        const embedded = this.#embeddedConnector(serviceUrl);
        if (embedded) return embedded;
        if (!outside) throw new Error(`No embedded channel has the service URL ${serviceUrl}.`);
        return this.#kept(outside, serviceUrl, audience);
      },
    };
  }

  #kept(
    factory: ConnectorFactory,
    serviceUrl: string,
    audience?: string,
  ): Promise<ConnectorClient> {
    const key = `${audience ?? ''} ${serviceUrl}`;
    const kept = this.#connectors.get(key);
    if (kept) return kept;
    const created = factory
      .create(serviceUrl, audience)
      .then((connector) => giveUpOnSilence(connector));
    this.#connectors.set(key, created);
    created.catch(() => this.#connectors.delete(key));
    const [oldest] = this.#connectors.keys();
    if (this.#connectors.size > keptConnectors && oldest !== undefined)
      this.#connectors.delete(oldest);
    return created;
  }
}

/** The SDK rejects some tokens with the errors of its own parser: forged ones, those of tomorrow, and what is no token. */
function isBadToken(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['JsonWebTokenError', 'NotBeforeError', 'TokenExpiredError', 'SyntaxError'].includes(error.name)
  );
}
