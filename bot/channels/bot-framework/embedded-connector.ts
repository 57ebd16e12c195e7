import { ConnectorClient, type ConnectorClientOptions } from 'botframework-connector';

/** A call of the Bot Framework connector API, as the SDK would have sent it over HTTP. */
export interface ConnectorRequest {
  readonly method: string;
  /** Percent-encoded path below the service URL, such as `/v3/conversations/abc/activities`. */
  readonly path: string;
  readonly body?: unknown;
}

export interface ConnectorResponse {
  readonly status: number;
  readonly body?: unknown;
}

/** The field of a message's body by which an embedded channel takes the message once; see `DeliveryMark`. */
export const deliveryMarkField = 'deliveryMark';

/** A channel that lives in this process and answers the connector API itself. */
export interface EmbeddedChannel {
  /** Names the channel in activities and conversation references; nothing listens there. */
  readonly serviceUrl: string;
  /** Answers one call. What it throws reaches the bot's `sendActivity` as it is, without the retries of HTTP. */
  handle(request: ConnectorRequest): Promise<ConnectorResponse>;
}

type HttpClient = NonNullable<ConnectorClientOptions['httpClient']>;

/** The SDK's own connector client, its serializer included, with a function call in place of the network. */
export function createEmbeddedConnector(channel: EmbeddedChannel): ConnectorClient {
  const httpClient: HttpClient = {
    sendRequest: async (request) => {
      const { status, body } = await channel.handle({
        method: request.method,
        path: new URL(request.url).pathname,
        ...(typeof request.body === 'string' && { body: JSON.parse(request.body) as unknown }),
      });
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      headers.set('content-type', 'application/json');
      return { request, status, headers, bodyAsText: JSON.stringify(body ?? {}) };
    },
  };
  return new ConnectorClient(
    { signRequest: async (request) => request },
    { baseUri: channel.serviceUrl, httpClient },
  );
}
