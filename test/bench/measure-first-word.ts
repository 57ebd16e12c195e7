import OpenAI from 'openai';
import { openWebConversation } from './web-conversation.ts';

/** First words in ms, one a question: of the product in the web chat, and of the bare client right before it. */
export interface FirstWords {
  readonly oursMs: readonly number[];
  readonly bareMs: readonly number[];
}

/** Every question opens a new conversation, since what was said before changes what is asked of the model. */
export async function measureFirstWord(
  origin: string,
  modelUrl: string,
  questions: readonly string[],
): Promise<FirstWords> {
  const client = new OpenAI({ baseURL: modelUrl, apiKey: 'none', maxRetries: 0 });
  const oursMs: number[] = [];
  const bareMs: number[] = [];
  for (const question of questions) {
    bareMs.push(await bareFirstWord(client, question));
    const conversation = await openWebConversation(origin);
    oursMs.push((await conversation.ask(question)).firstWordMs);
    conversation.close();
  }
  return { oursMs, bareMs };
}

async function bareFirstWord(client: OpenAI, question: string): Promise<number> {
  const startedMs = performance.now();
  const stream = await client.chat.completions.create({
    model: 'gpt-4o',
    stream: true,
    messages: [{ role: 'user', content: question }],
  });
  let firstWordMs: number | undefined;
  for await (const chunk of stream)
    if (chunk.choices[0]?.delta.content) firstWordMs ??= performance.now() - startedMs;
  if (firstWordMs === undefined) throw new Error('The model server said nothing');
  return firstWordMs;
}
