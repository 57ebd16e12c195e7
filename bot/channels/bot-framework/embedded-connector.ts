import type { ResourceResponse } from 'botbuilder';
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

/** The SDK's own connector client with a function call in place of the network. */
export function createEmbeddedConnector(channel: EmbeddedChannel): ConnectorClient {
  const client = createClient(channel);
  sendDirectly(client.conversations, channel);
  return client;
}

/**
 * Messages, and the pieces of a text that grows, go past the SDK's HTTP pipeline and serializer, which took a third
 * of the time of a streamed answer. Every other call takes the SDK's whole way.
 */
function sendDirectly(conversations: Conversations, channel: EmbeddedChannel): void {
  const post = async (activity: object, ...path: string[]): Promise<ResourceResponse> => {
    const { status, body } = await channel.handle({
      method: 'POST',
      path: ['/v3/conversations', ...path.map(encodeURIComponent)].join('/'),
      body: JSON.parse(JSON.stringify(activity)) as unknown,
    });
    if (status >= 400) throw new RefusedByChannel(status, body);
    return body as ResourceResponse;
  };
  Object.assign(conversations, {
    sendToConversation: (conversationId: string, activity: object) =>
      post(activity, conversationId, 'activities'),
    replyToActivity: (conversationId: string, activityId: string, activity: object) =>
      post(activity, conversationId, 'activities', activityId),
  });
}

type Conversations = ConnectorClient['conversations'];

/** Says what the SDK's own error says of an answer that is an error. */
class RefusedByChannel extends Error {
  override readonly name = 'RefusedByChannel';
  readonly statusCode: number;
  readonly code: string | undefined;

  constructor(status: number, body: unknown) {
    const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
    super(error?.message ?? `The channel answered ${status}.`);
    this.statusCode = status;
    this.code = error?.code;
  }
}

function createClient(channel: EmbeddedChannel): ConnectorClient {
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
