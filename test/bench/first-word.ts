import { WebSocket } from 'ws';

export interface WordTimes {
  /** From the post to the first piece of the answer's text, and to the whole answer. */
  readonly firstWordMs: number;
  readonly wholeAnswerMs: number;
}

interface WireActivity {
  readonly type: string;
  readonly text?: string;
  readonly replyToId?: string;
  readonly channelData?: { readonly streamType?: string };
}

/** Asks questions over the embedded Direct Line, as the web page does, and times what arrives on the stream. */
export async function measureFirstWord(
  origin: string,
  questions: readonly string[],
): Promise<WordTimes[]> {
  const session = await postJson(`${origin}/api/web-chat/session`, {}, undefined);
  const token = String(session['token']);
  const conversation = await postJson(`${origin}/v3/directline/conversations`, {}, token);
  const socket = new WebSocket(String(conversation['streamUrl']));
  const listeners = new Set<(activity: WireActivity) => void>();
  socket.on('message', (data) => {
    const text = data.toString();
    if (text === '') return;
    for (const activity of JSON.parse(text).activities ?? [])
      for (const listener of listeners) listener(activity);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const times: WordTimes[] = [];
  try {
    for (const question of questions) times.push(await ask(question));
  } finally {
    socket.close();
  }
  return times;

  async function ask(question: string): Promise<WordTimes> {
    const startedMs = performance.now();
    let firstWordMs: number | undefined;
    const answered = new Promise<number>((resolve) => {
      const listener = (activity: WireActivity) => {
        const elapsedMs = performance.now() - startedMs;
        if (activity.type === 'typing' && activity.channelData?.streamType === 'streaming')
          firstWordMs ??= elapsedMs;
        if (activity.type !== 'message' || activity.channelData?.streamType !== 'final') return;
        listeners.delete(listener);
        resolve(elapsedMs);
      };
      listeners.add(listener);
    });
    await postJson(
      `${origin}/v3/directline/conversations/${session['conversationId']}/activities`,
      { type: 'message', text: question, from: { id: session['userId'] } },
      token,
    );
    const wholeAnswerMs = await answered;
    return { firstWordMs: firstWordMs ?? wholeAnswerMs, wholeAnswerMs };
  }
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
