import { SocketModeClient } from '@slack/socket-mode';
import * as z from 'zod';
import type { TurnLogger } from '#bot/turn-inbox.ts';
import type { SlackReply } from './intake.ts';
import type { SlackTakers } from './routes.ts';
import { libraryLogger } from './slack-client.ts';

export interface SlackSocketOptions {
  /** The app-level token, `xapp-...`. */
  readonly appToken: string;
  readonly apiUrl: string;
  readonly takers: SlackTakers;
  readonly logger: TurnLogger;
}

export interface SlackSocket {
  /** Resolves once Slack has said hello. Rejects where it refuses the token. */
  open(): Promise<void>;
  close(): Promise<void>;
}

interface Envelope {
  readonly type: string;
  readonly body: unknown;
  readonly ack: (reply?: Readonly<Record<string, unknown>>) => Promise<void>;
}

const object = z.record(z.string(), z.unknown());
const fields = z.record(z.string(), z.string().catch(''));

/** Gets Slack's deliveries over a WebSocket, for machines that Slack cannot reach: development, not production. */
export function createSlackSocket({
  appToken,
  apiUrl,
  takers,
  logger,
}: SlackSocketOptions): SlackSocket {
  const socket = new SocketModeClient({
    appToken,
    logger: libraryLogger(logger),
    clientOptions: { slackApiUrl: apiUrl },
  });
  const take = async ({ type, body }: Envelope): Promise<SlackReply | undefined> => {
    if (type === 'slash_commands') return takers.command(fields.parse(body));
    if (type === 'interactive') return takers.interaction(object.parse(body));
    return type === 'events_api' ? takers.event(object.parse(body)) : { status: 200 };
  };
  socket.on('slack_event', async (envelope: Envelope) => {
    try {
      const reply = await take(envelope);
      // What is not acknowledged Slack sends again.
      if (reply?.status === 200) await envelope.ack(reply.body);
    } catch (error) {
      logger.error({ err: error }, 'a delivery over the socket could not be taken');
    }
  });
  return {
    open: async () => void (await socket.start()),
    close: () => socket.disconnect(),
  };
}
