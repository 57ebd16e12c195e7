import { WebSocket } from 'ws';

export interface WordTimes {
  /** From the post to the first piece of the answer's text, and to the whole answer. */
  readonly firstWordMs: number;
  readonly wholeAnswerMs: number;
}

/** A person on the web page: one conversation over the embedded Direct Line, with its stream open. */
export interface WebConversation {
  ask(question: string): Promise<WordTimes>;
  close(): void;
}

interface WireActivity {
  readonly type: string;
  readonly from?: { readonly role?: string };
  readonly channelData?: { readonly streamType?: string };
}

const patienceMs = 60_000;

/** Opens a conversation as the web page does and waits for the greeting. */
export async function openWebConversation(origin: string): Promise<WebConversation> {
  const session = await postJson(`${origin}/api/web-chat/session`, {}, undefined);
  const token = String(session['token']);
  const conversation = await postJson(`${origin}/v3/directline/conversations`, {}, token);
  const socket = new WebSocket(String(conversation['streamUrl']));
  const listeners = new Set<(activity: WireActivity) => void>();
  const until = (isIt: (activity: WireActivity) => boolean) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer on the stream')), patienceMs);
      const listener = (activity: WireActivity) => {
        if (!isIt(activity)) return;
        clearTimeout(timer);
        listeners.delete(listener);
        resolve();
      };
      listeners.add(listener);
    });
  socket.on('message', (data) => {
    const text = data.toString();
    if (text === '') return;
    for (const activity of JSON.parse(text).activities ?? [])
      for (const listener of listeners) listener(activity);
  });
  const greeted = until(({ type }) => type === 'message');
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  await greeted;

  return {
    async ask(question) {
      const startedMs = performance.now();
      const elapsedMs = () => performance.now() - startedMs;
      let firstWordMs: number | undefined;
      const answered = until(({ type, channelData }) => {
        if (type === 'typing' && channelData?.streamType === 'streaming')
          firstWordMs ??= elapsedMs();
        return type === 'message' && channelData?.streamType === 'final';
      });
      await postJson(
        `${origin}/v3/directline/conversations/${session['conversationId']}/activities`,
        { type: 'message', text: question, from: { id: session['userId'] } },
        token,
      );
      await answered;
      const wholeAnswerMs = elapsedMs();
      return { firstWordMs: firstWordMs ?? wholeAnswerMs, wholeAnswerMs };
    },
    close: () => socket.close(),
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
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return (await response.json()) as Record<string, unknown>;
}
