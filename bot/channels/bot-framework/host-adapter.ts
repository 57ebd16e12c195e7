import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConfigurationBotFrameworkAuthenticationOptions,
  INVOKE_RESPONSE_KEY,
  type InvokeResponse,
  type ResourceResponse,
  TurnContext,
} from 'botbuilder';
import { AuthenticationError } from 'botframework-connector';
import { type ChannelCapabilities, capabilitiesKey } from '#bot/channels/channel.ts';
import { texts } from '#bot/texts.ts';
import { deliverOnce, deliveryMarkOf } from '#bot/turn-delivery.ts';
import type { RunningTurn, TurnEdge, TurnInbox, TurnLogger } from '#bot/turn-inbox.ts';
import { userKeyOf } from '#bot/turn-keys.ts';
import { reviveTimestamps } from './activity-timestamps.ts';
import { acknowledgeAction, readExecutedAction } from './card-action.ts';
import { deliveryMarkField, type EmbeddedChannel } from './embedded-connector.ts';
import { patchEntityMappers } from './entity-mapper.ts';
import { fitActivity } from './fit-activity.ts';
import { type CallerRecord, RoutingAuthentication } from './routing-authentication.ts';
import { sendPatiently, type Wait } from './send-patiently.ts';

/** The bot's registration; without an `appId` only this machine's own calls are let in. */
export interface BotCredentials {
  readonly appId?: string | undefined;
  readonly appPassword?: string | undefined;
  readonly appType?: string | undefined;
  readonly tenantId?: string | undefined;
}

/** Who signs calls to the bot, in the SDK's own names; the public cloud where nothing is said. */
export type TokenAuthority = Pick<
  ConfigurationBotFrameworkAuthenticationOptions,
  | 'ToBotFromChannelTokenIssuer'
  | 'ToBotFromChannelOpenIdMetadataUrl'
  | 'ToBotFromEmulatorOpenIdMetadataUrl'
  | 'ToChannelFromBotLoginUrl'
  | 'ToChannelFromBotOAuthScope'
>;

export type TurnLogic = (context: TurnContext) => Promise<void>;

export interface HostAdapterOptions {
  readonly credentials: BotCredentials;
  readonly capabilitiesOf: (activity: Activity) => ChannelCapabilities;
  /** Puts a channel's activities into the product's words, by channel id; `undefined` is nothing the bot should hear. */
  readonly readers?: ReadonlyMap<string, (activity: Activity) => Activity | undefined>;
  readonly authority?: TokenAuthority;
  readonly wait?: Wait;
}

/** Names this way in, in what is kept of a turn. */
export const botFrameworkEdge = 'bot-framework';

/** A turn as it is kept. */
interface KeptActivity {
  readonly activity: Activity;
  /** Absent where an embedded channel has verified the person itself. */
  readonly caller?: CallerRecord;
}

/**
 * CloudAdapter as this product hosts it: it acknowledges a channel before the turn runs (Azure's channels give up after 15
 * seconds and send again), it also carries the turns of channels that live in this process, and it tells every turn what
 * its channel can show.
 */
export class HostAdapter extends CloudAdapter {
  /** Whether calls need no signature; whoever lets them in must see to it that they come from this machine. */
  readonly isOpen: boolean;
  readonly #routing: RoutingAuthentication;
  readonly #capabilitiesOf: HostAdapterOptions['capabilitiesOf'];
  readonly #readers: NonNullable<HostAdapterOptions['readers']>;
  readonly #wait: Wait | undefined;

  constructor({ credentials, capabilitiesOf, readers, authority, wait }: HostAdapterOptions) {
    patchEntityMappers();
    const routing = new RoutingAuthentication(
      new ConfigurationBotFrameworkAuthentication({
        ...authority,
        ...(credentials.appId && { MicrosoftAppId: credentials.appId }),
        ...(credentials.appPassword && { MicrosoftAppPassword: credentials.appPassword }),
        ...(credentials.appType && { MicrosoftAppType: credentials.appType }),
        ...(credentials.tenantId && { MicrosoftAppTenantId: credentials.tenantId }),
      }),
    );
    super(routing);
    this.isOpen = !credentials.appId;
    this.#routing = routing;
    this.#capabilitiesOf = capabilitiesOf;
    this.#readers = readers ?? new Map();
    this.#wait = wait;
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
    delivered: Activity,
    { inbox, logic }: { readonly inbox: TurnInbox; readonly logic: TurnLogic },
  ): Promise<InvokeResponse> {
    if (this.#routing.isEmbedded(delivered.serviceUrl))
      throw new AuthenticationError('This service URL is reserved for an embedded channel.', 403);
    const caller = await this.#routing.authenticateRequest(delivered, authorization);
    if (!inbox.accepting) return { status: 503 };
    const executed = readExecutedAction(delivered);
    const activity = this.#read(executed ?? delivered);
    if (activity === undefined) return { status: 202 };
    if (activity.type === 'invoke' || activity.deliveryMode === 'expectReplies')
      return (await this.processActivity(caller, activity, logic)) ?? { status: 200 };
    const acceptance = await inbox.accept({
      channelId: activity.channelId,
      conversationId: activity.conversation.id,
      activityId: turnIdOf(activity),
      edge: botFrameworkEdge,
      person: userKeyOf(activity),
      payload: { activity, caller: this.#routing.record(caller) } satisfies KeptActivity,
    });
    if (acceptance === 'closed') return { status: 503 };
    return executed === undefined ? { status: 202 } : acknowledgeAction(texts.cardReceived);
  }

  /** Runs what `receive`, or an embedded channel, gave to the inbox. */
  createEdge(logic: TurnLogic, logger: TurnLogger): TurnEdge {
    return {
      run: (payload, turn) => this.#runKept(payload as KeptActivity, turn, { logic, logger }),
      say: async (payload, text) => {
        const { activity, caller } = payload as KeptActivity;
        // Nobody waits for an answer to their arrival, or to a thumb.
        if (activity.type !== 'message') return;
        const { claimsIdentity, audience } = this.#callerOf(caller);
        await this.continueConversationAsync(
          claimsIdentity,
          TurnContext.getConversationReference(activity),
          audience,
          async (context) => void (await context.sendActivity(text)),
        );
      },
    };
  }

  #runKept(
    { activity, caller }: KeptActivity,
    turn: RunningTurn,
    { logic, logger }: { readonly logic: TurnLogic; readonly logger: TurnLogger },
  ): Promise<InvokeResponse | undefined> {
    const revived = reviveTimestamps({ ...activity }) as unknown as Activity;
    return this.processActivity(this.#callerOf(caller), revived, (context) => {
      deliverOnce(context, turn, { logger, looksForMarks: caller === undefined });
      return logic(context);
    });
  }

  #callerOf(caller: CallerRecord | undefined) {
    return caller === undefined
      ? this.#routing.authenticateEmbedded()
      : this.#routing.restore(caller);
  }

  override sendActivities(
    context: TurnContext,
    activities: Partial<Activity>[],
  ): Promise<ResourceResponse[]> {
    const { maxMessageBytes } = this.#capabilitiesOf(context.activity);
    const send = async (activity: Partial<Activity>) => {
      const fitted = this.#mark(fitActivity(activity, maxMessageBytes), context);
      const [response] = await super.sendActivities(context, [fitted]);
      return response ?? { id: '' };
    };
    return sendPatiently(activities, send, this.#wait);
  }

  protected override runMiddleware(context: TurnContext, logic: TurnLogic): Promise<void> {
    context.turnState.set(capabilitiesKey, this.#capabilitiesOf(context.activity));
    return super.runMiddleware(context, async (inner) => {
      try {
        await logic(inner);
      } catch (error) {
        // Who asked must learn that it failed, whatever `onTurnError` does about the error.
        if (inner.activity.type === 'invoke')
          inner.turnState.set(INVOKE_RESPONSE_KEY, { value: { status: 500 } });
        throw error;
      }
    });
  }

  /** An embedded channel can look whether it has a message already; what others would make of the mark, nobody knows. */
  #mark(activity: Partial<Activity>, context: TurnContext): Partial<Activity> {
    const mark = deliveryMarkOf(activity);
    if (mark === undefined || !this.#routing.isEmbedded(context.activity.serviceUrl))
      return activity;
    return { ...activity, [deliveryMarkField]: mark } as Partial<Activity>;
  }

  #read(activity: Activity): Activity | undefined {
    const read = this.#readers.get(activity.channelId);
    return read === undefined ? activity : read(activity);
  }
}

/** An edited message keeps its id, and each of its versions is a turn of its own. */
function turnIdOf({ id, type, timestamp }: Activity): string | undefined {
  return id === undefined || type === 'message'
    ? id
    : JSON.stringify([type, id, timestamp ?? null]);
}
