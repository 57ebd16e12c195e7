import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { type ChannelCapabilities, capabilitiesKey } from '#bot/channels/channel.ts';
import type { TurnInbox } from '#bot/turn-inbox.ts';
import type { EmbeddedChannel } from './embedded-connector.ts';
import { patchEntityMappers } from './entity-mapper.ts';
import { RoutingAuthentication } from './routing-authentication.ts';

/** The bot's registration; without an `appId` every call is let in, so the server must then listen on loopback only. */
export interface BotCredentials {
  readonly appId?: string | undefined;
  readonly appPassword?: string | undefined;
  readonly appType?: string | undefined;
  readonly tenantId?: string | undefined;
}

export type TurnLogic = (context: TurnContext) => Promise<void>;

export interface HostAdapterOptions {
  readonly credentials: BotCredentials;
  readonly capabilitiesOf: (channelId: string) => ChannelCapabilities;
}

/**
 * CloudAdapter as this product hosts it: it acknowledges a channel before the turn runs (Azure's channels give up after 15
 * seconds and send again), it also carries the turns of channels that live in this process, and it tells every turn what
 * its channel can show.
 */
export class HostAdapter extends CloudAdapter {
  readonly #routing: RoutingAuthentication;
  readonly #capabilitiesOf: HostAdapterOptions['capabilitiesOf'];

  constructor({ credentials, capabilitiesOf }: HostAdapterOptions) {
    patchEntityMappers();
    const routing = new RoutingAuthentication(
      new ConfigurationBotFrameworkAuthentication({
        ...(credentials.appId && { MicrosoftAppId: credentials.appId }),
        ...(credentials.appPassword && { MicrosoftAppPassword: credentials.appPassword }),
        ...(credentials.appType && { MicrosoftAppType: credentials.appType }),
        ...(credentials.tenantId && { MicrosoftAppTenantId: credentials.tenantId }),
      }),
    );
    super(routing);
    this.#routing = routing;
    this.#capabilitiesOf = capabilitiesOf;
  }

  /** From now on, what the bot sends to the channel's service URL is handed to the channel, proactive messages included. */
  embed(channel: EmbeddedChannel): void {
    this.#routing.embed(channel);
  }

  /** Runs a turn that an embedded channel has authenticated; resolves with an invoke's answer when the turn has ended. */
  runLocal(activity: Activity, logic: TurnLogic): Promise<InvokeResponse | undefined> {
    return this.processActivity(this.#routing.authenticateEmbedded(), activity, logic);
  }

  /**
   * Takes an activity from outside and resolves to the HTTP answer. Invokes and `expectReplies` need the turn's result and
   * wait for it; everything else is answered as soon as the inbox holds it. Rejects with AuthenticationError.
   */
  async receive(
    authorization: string,
    activity: Activity,
    { inbox, logic }: { readonly inbox: TurnInbox; readonly logic: TurnLogic },
  ): Promise<InvokeResponse> {
    if (this.#routing.isEmbedded(activity.serviceUrl))
      throw new AuthenticationError('This service URL is reserved for an embedded channel.', 403);
    const caller = await this.#routing.authenticateRequest(activity, authorization);
    if (!inbox.accepting) return { status: 503 };
    if (activity.type === 'invoke' || activity.deliveryMode === 'expectReplies')
      return (await this.processActivity(caller, activity, logic)) ?? { status: 200 };
    const acceptance = await inbox.accept({
      channelId: activity.channelId,
      conversationId: activity.conversation.id,
      activityId: activity.id,
      run: () => this.processActivity(caller, activity, logic),
    });
    return { status: acceptance === 'closed' ? 503 : 202 };
  }

  protected override runMiddleware(context: TurnContext, next: TurnLogic): Promise<void> {
    context.turnState.set(capabilitiesKey, this.#capabilitiesOf(context.activity.channelId));
    return super.runMiddleware(context, next);
  }
}
