import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { errorTable } from '#errors.ts';
import { listenLocally, readBody, stopServer } from '#test/helpers/local-server.ts';
import { measureEndurance } from './measure-endurance.ts';

interface Asked {
  readonly id: string;
  readonly serviceUrl: string;
  readonly from: { readonly id: string };
  readonly conversation: { readonly id: string };
}

/** What a bot does with its so-and-so-manieth turn; it answers every other. */
type Fault = 'drop' | 'twice' | 'apology' | 'refuse';

/** A bot that greets who is new and answers; its faults are known. */
async function startBot(faults: Readonly<Record<number, Fault>>) {
  const asked: Asked[] = [];
  const say = (turn: Asked, activity: object) =>
    fetch(`${turn.serviceUrl}v3/conversations/${turn.conversation.id}/activities/${turn.id}`, {
      method: 'POST',
      body: JSON.stringify({ type: 'message', replyToId: turn.id, ...activity }),
    });
  const answerOf = (text: string) => ({ text, inputHint: 'acceptingInput' });
  const server = createServer(async (request, response) => {
    const turn = JSON.parse((await readBody(request)).toString()) as Asked;
    asked.push(turn);
    const fault = faults[asked.length];
    response.writeHead(fault === 'refuse' ? 503 : 202).end();
    if (fault === 'drop' || fault === 'refuse') return;
    await say(turn, { text: 'Hello', inputHint: 'expectingInput' });
    const text = fault === 'apology' ? errorTable['internal'].userText : 'An answer';
    await say(turn, answerOf(text));
    if (fault === 'twice') await say(turn, answerOf(text));
  });
  const origin = `http://127.0.0.1:${await listenLocally(server)}`;
  const program = { origin, heapBytes: async () => 50_000_000, residentMb: () => 100 };
  return { program, asked, stop: () => stopServer(server) };
}

const load = { parts: 4, questions: ['What is RAG?', 'What is a token?'], replyTimeoutMs: 500 };

test('a turn without an answer is counted as failed, and an answer that comes again as repeated', async () => {
  const bot = await startBot({ 3: 'drop', 5: 'twice', 8: 'apology', 11: 'refuse' });
  try {
    const endurance = await measureEndurance(bot.program, { ...load, people: 3, turns: 20 });
    assert.equal(bot.asked.length, 20);
    assert.equal(endurance.failed, 3);
    assert.equal(endurance.repeated, 1);
    assert.deepEqual(
      endurance.samples.map(({ turns, heapMb, residentMb }) => [turns, heapMb, residentMb]),
      [5, 10, 15, 20].map((turns) => [turns, 50, 100]),
    );
  } finally {
    await bot.stop();
  }
});

test('after twenty questions somebody new begins a new conversation', async () => {
  const bot = await startBot({});
  try {
    await measureEndurance(bot.program, { ...load, people: 2, turns: 84 });
    const turnsOf = Map.groupBy(bot.asked, ({ conversation }) => conversation.id);
    assert.ok([...turnsOf.values()].every((turns) => turns.length <= 20));
    assert.ok(turnsOf.size >= 5);
    const people = new Set(bot.asked.map(({ from }) => from.id));
    assert.equal(people.size, turnsOf.size);
  } finally {
    await bot.stop();
  }
});
