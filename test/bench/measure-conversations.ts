import type { MeasuredProgram } from './measured-program.ts';
import { benchQuestions } from './questions.ts';
import { openWebConversation, type WebConversation } from './web-conversation.ts';

export interface ConversationMemory {
  readonly streams: number;
  /** Objects that stay in use, and memory of the process, for each conversation that is open. */
  readonly heapKbEach: number;
  readonly residentKbEach: number;
}

/** Opens conversations, greeted and each with its stream, and looks at what they cost the program together. */
export async function measureOpenConversations(
  program: MeasuredProgram,
  streams: number,
): Promise<ConversationMemory> {
  // What the first conversation loads is no cost of the others.
  const first = await openWebConversation(program.origin);
  await first.ask(benchQuestions[0]);
  const before = await memoryOf(program);
  const conversations: WebConversation[] = [];
  for (let count = 0; count < streams; count += 1)
    conversations.push(await openWebConversation(program.origin));
  const after = await memoryOf(program);
  for (const conversation of [first, ...conversations]) conversation.close();
  return {
    streams,
    heapKbEach: (after.heapBytes - before.heapBytes) / 1_024 / streams,
    residentKbEach: ((after.residentMb - before.residentMb) * 1_000) / streams,
  };
}

async function memoryOf(program: MeasuredProgram) {
  const heapBytes = await program.heapBytes();
  return { heapBytes, residentMb: program.residentMb() ?? Number.NaN };
}
