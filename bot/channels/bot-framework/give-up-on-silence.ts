import type { ConnectorClient } from 'botframework-connector';

/** Azure's channels answer within a second; who takes a connection and says nothing must not keep everybody else waiting. */
const longestSilenceMs = 15_000;

/** A channel took the connection and did not answer: the turn runs again later, as with one that cannot be reached. */
class ChannelSilent extends Error {
  override readonly name = 'ChannelSilent';
  readonly isPassing = true;

  constructor(silenceMs: number, options: ErrorOptions) {
    super(`The channel did not answer within ${silenceMs / 1_000} seconds.`, options);
  }
}

interface PipelineRequest {
  timeout: number;
  readonly abortSignal?: { readonly aborted: boolean };
}

interface PipelineOf {
  readonly client: {
    readonly pipeline: {
      addPolicy(policy: {
        readonly name: string;
        sendRequest(
          request: PipelineRequest,
          next: (request: PipelineRequest) => Promise<unknown>,
        ): Promise<unknown>;
      }): void;
    };
  };
}

/** Has each call of a connector client end after so long without an answer; the SDK itself waits for ever, and has no option for it. */
export function giveUpOnSilence(
  connector: ConnectorClient,
  silenceMs: number = longestSilenceMs,
): ConnectorClient {
  // Private in the SDK's types alone.
  const { client } = connector as unknown as PipelineOf;
  client.pipeline.addPolicy({
    name: 'giveUpOnSilence',
    async sendRequest(request, next) {
      request.timeout = silenceMs;
      try {
        return await next(request);
      } catch (error) {
        const isOurs = (error as Error).name === 'AbortError' && !request.abortSignal?.aborted;
        throw isOurs ? new ChannelSilent(silenceMs, { cause: error }) : error;
      }
    },
  });
  return connector;
}
