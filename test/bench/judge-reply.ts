import { texts } from '#bot/texts.ts';
import { errorTable } from '#errors.ts';

/** What a bot's reply to a question is: its answer, a sentence that there is none, or something beside it, such as a greeting. */
export type ReplyKind = 'answer' | 'apology' | 'aside';

/** What is looked at in a reply. */
export interface JudgedReply {
  readonly type?: string;
  readonly text?: string;
  readonly inputHint?: string;
}

const apologies = Object.values(errorTable).map(({ userText }) => userText);

/** As the greeting begins, however many articles it counts. */
const [greeting = ''] = texts.greeting(0).split('0');

/** Judges a reply of ours, or of the echo bot: after an answer both wait for whatever comes, after an aside ours wait for a reply to it. */
export function judgeReply({ type, text = '', inputHint }: JudgedReply): ReplyKind {
  if (type !== 'message' || text === texts.oneMoment || text.startsWith(greeting)) return 'aside';
  // What was shown of an answer that failed stands before the apology.
  if (apologies.some((apology) => text.endsWith(apology))) return 'apology';
  return inputHint === 'acceptingInput' ? 'answer' : 'aside';
}
