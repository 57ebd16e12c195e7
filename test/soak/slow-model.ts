import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { readJson, replyToChat } from '#test/helpers/openai-server.ts';

/** A language model that always says the same, as late as it is told to. */
export interface SlowModel {
  readonly url: string;
  delayMs: number;
  stop(): Promise<void>;
}

/** Starts the model; it answers at once until it is told otherwise. */
export async function startSlowModel(): Promise<SlowModel> {
  const model = { url: '', delayMs: 0, stop: () => stopServer(server) };
  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    await wait(model.delayMs);
    const pieces = [
      'Begin with one small project ',
      'that answers questions ',
      'from documents [1].',
    ];
    if (!response.destroyed) replyToChat(body, { pieces }, response);
  });
  model.url = `http://127.0.0.1:${await listenLocally(server)}/v1`;
  return model;
}
