import { createServer } from 'node:http';
import { z } from 'zod';
import { listenLocally, stopServer } from '#test/helpers/local-server.ts';
import { readJson, replyToChat, sendError } from '#test/helpers/openai-server.ts';
import { writeScriptedAnswer } from './scripted-model.ts';

const requestSchema = z.object({
  messages: z.array(
    z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }),
  ),
});

/** A model server on this machine that answers every chat completion by the script; nothing else is served. */
export async function startScriptedModelServer() {
  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    if (request.url !== '/v1/chat/completions') {
      sendError(response, { status: 404, message: `Nothing is served at ${request.url}` });
      return;
    }
    const { messages } = requestSchema.parse(body);
    replyToChat(body, { pieces: writeScriptedAnswer(messages).split(/(?<= )/) }, response);
  });
  const port = await listenLocally(server);
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    close: () => stopServer(server),
  };
}
