import type { ChannelDriver } from './channel-driver.ts';

/** After so many questions a person begins a conversation anew, as people do on another day. */
export const questionsOfConversation = 20;

/** Somebody in a channel who asks one question after another. */
export interface Asker {
  /** Asks the next question; resolves to whether it was answered in time. */
  ask(): Promise<boolean>;
}

/** Each person begins at another question; after some a new person goes on in a new conversation, so that tables grow as in life. */
export function createAsker(
  driver: Pick<ChannelDriver, 'turn'>,
  { person, questions }: { readonly person: number; readonly questions: readonly string[] },
): Asker {
  let asked = 0;
  return {
    async ask() {
      const conversation = `${person}-${Math.floor(asked / questionsOfConversation)}`;
      const question = questions[(asked + person * questionsOfConversation) % questions.length];
      asked += 1;
      return driver.turn(conversation, question ?? '').then(
        () => true,
        () => false,
      );
    },
  };
}
