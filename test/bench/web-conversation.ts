import { followAnswers, NotAnswered, type WordTimes } from './follow-answers.ts';

/** A person on the web page: one conversation over the embedded Direct Line, with its stream open. */
export interface WebConversation {
  /** Asks and waits for the final answer; rejects with NotAnswered, and says why. One question at a time. */
  ask(question: string): Promise<WordTimes>;
  /** Final answers that came again. */
  repeatedAnswers(): number;
  /** Whether the stream is still there. */
  isOpen(): boolean;
  close(): void;
}

const usualPatienceMs = 60_000;

/** Opens a conversation as the web page does and waits for the greeting. */
export async function openWebConversation(
  origin: string,
  { patienceMs = usualPatienceMs }: { readonly patienceMs?: number } = {},
): Promise<WebConversation> {
  const session = await postJson(`${origin}/api/web-chat/session`, {}, undefined);
  const token = String(session['token']);
  const conversation = await postJson(`${origin}/v3/directline/conversations`, {}, token);
  const answers = await followAnswers(String(conversation['streamUrl']), patienceMs);
  const activitiesUrl = `${origin}/v3/directline/conversations/${session['conversationId']}/activities`;

  return {
    async ask(question) {
      const expected = answers.expect();
      const post = async () => {
        const message = { type: 'message', text: question, from: { id: session['userId'] } };
        const { id } = await postJson(activitiesUrl, message, token);
        expected.isFor(String(id));
      };
      try {
        const [times] = await Promise.all([expected.answer, post()]);
        return times;
      } finally {
        expected.end();
      }
    },
    repeatedAnswers: answers.repeated,
    isOpen: answers.isOpen,
    close: answers.close,
  };
}

async function postJson(
  url: string,
  body: unknown,
  token: string | undefined,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  }).catch((error: unknown) => {
    throw new NotAnswered('refused', `${url} could not be reached`, { cause: error });
  });
  if (!response.ok) throw new NotAnswered('refused', `${url} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
