/** A language model that answers in no time, in a process of its own, and counts what it was asked. */
import { createServer } from 'node:http';
import { z } from 'zod';
import { splitSentences } from '#language/sentences.ts';
import { openTokenCounter } from '#services/model/open-token-counter.ts';
import { readJson, replyToChat } from '#test/helpers/openai-server.ts';

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ content: z.string() })),
  response_format: z.object({ json_schema: z.object({ name: z.string() }) }).optional(),
});

type ChatRequest = z.infer<typeof requestSchema>;

/** What the helper is asked for, by the name of the schema. */
const helperAnswers: Readonly<Record<string, object>> = {
  order: { order: [1, 2, 3, 4, 5] },
  choice: { choice: [1, 2, 3] },
  verdicts: { verdicts: [] },
};

const countTokens = await openTokenCounter('gpt-4o');
const calls: { model: string; promptTokens: number; answerTokens: number }[] = [];

const server = createServer(async (request, response) => {
  if (request.url === '/calls') {
    response.end(JSON.stringify(calls.splice(0)));
    return;
  }
  if (request.url !== '/v1/chat/completions') {
    response.end();
    return;
  }
  const body = await readJson(request);
  const asked = requestSchema.parse(body);
  const answer = answerTo(asked);
  replyToChat(body, { pieces: answer.split(/(?<= )/) }, response);
  const promptTokens = countTokens(asked.messages.map(({ content }) => content).join('\n'));
  calls.push({ model: asked.model, promptTokens, answerTokens: countTokens(answer) });
});
server.listen(Number(process.env['PORT']), '127.0.0.1');

/** The first sentences of the first two documents, cited; or what a helper is asked for. */
function answerTo({ messages, response_format: format }: ChatRequest): string {
  const helperAnswer = helperAnswers[format?.json_schema.name ?? ''];
  if (helperAnswer !== undefined) return JSON.stringify(helperAnswer);
  const given = messages.find(({ content }) => content.startsWith('Documents, as JSON:'))?.content;
  if (given === undefined) return 'How do I become an AI engineer?';
  const documents = JSON.parse(given.slice(given.indexOf('['))) as { id: number; text: string }[];
  return documents
    .slice(0, 2)
    .flatMap(({ id, text }) =>
      splitSentences(text)
        .slice(0, 2)
        .map((sentence) => `${sentence} [${id}]`),
    )
    .join(' ');
}
