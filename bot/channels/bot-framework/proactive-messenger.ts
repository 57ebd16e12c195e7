import type { ConversationReference } from 'botbuilder';
import type { TurnInbox } from '#bot/turn-inbox.ts';
import type { ConversationReferenceStore } from '#services/conversation-references/port.ts';
import type { HostAdapter, TurnLogic } from './host-adapter.ts';

/** `unknown` was never seen one to one, `left` has removed the bot, `closed` is a server that shuts down. */
export type ProactiveOutcome = 'sent' | 'unknown' | 'left' | 'closed';

export interface ProactiveMessenger {
  /**
   * Lets the bot begin to speak to a person, after the turns of theirs that run or wait. Where the channel says that they have
   * left, their address is forgotten. Rejects with what sending threw for any other reason.
   */
  send(userKey: string, say: TurnLogic): Promise<ProactiveOutcome>;
}

export interface ProactiveMessengerOptions {
  readonly adapter: HostAdapter;
  /** The bot's app id; empty where there is none. */
  readonly appId: string;
  readonly references: ConversationReferenceStore;
  readonly inbox: TurnInbox;
}

/** Writes to people first, each where they were last seen. */
export function createProactiveMessenger({
  adapter,
  appId,
  references,
  inbox,
}: ProactiveMessengerOptions): ProactiveMessenger {
  return {
    async send(userKey, say) {
      const address = await references.get(userKey);
      if (address === undefined) return 'unknown';
      const said = Promise.withResolvers<void>();
      const acceptance = await inbox.accept({
        channelId: address.channelId,
        conversationId: address.conversation.id,
        run: () =>
          adapter
            .continueConversationAsync(
              appId,
              address as unknown as Partial<ConversationReference>,
              // Caught here: an apology for a message that nobody waits for would come out of nowhere.
              (context) => say(context).catch(said.reject),
            )
            .then(said.resolve, said.reject),
      });
      if (acceptance === 'closed') return 'closed';
      try {
        await said.promise;
        return 'sent';
      } catch (error) {
        if (!isGone(error)) throw error;
        await references.delete(userKey);
        return 'left';
      }
    },
  };
}

/** The channel knows the bot, and the bot is not in this conversation any more, or was blocked there. */
function isGone(error: unknown): boolean {
  const status = (error as { readonly statusCode?: unknown } | null)?.statusCode;
  return status === 403 || status === 404;
}
