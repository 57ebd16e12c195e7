import { benchQuestions } from './questions.ts';
import { openWebConversation } from './web-conversation.ts';

/** What one turn asks of the models, on average. */
export interface ModelCalls {
  readonly answerCalls: number;
  readonly helperCalls: number;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

interface Call {
  readonly model: string;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

const followUps = ['How long does that take?', 'And without a degree?'];

/** Conversations of a question and two that lean on it; the names are those of the settings. */
export async function measureModelCalls(
  origin: string,
  modelOrigin: string,
  fastModel: string,
): Promise<ModelCalls> {
  await takeCalls(modelOrigin);
  let turns = 0;
  for (const question of benchQuestions.slice(0, 6)) {
    const conversation = await openWebConversation(origin);
    for (const said of [question, ...followUps]) {
      await conversation.ask(said);
      turns += 1;
    }
    conversation.close();
  }
  const calls = await takeCalls(modelOrigin);
  const helper = calls.filter(({ model }) => model === fastModel).length;
  const sum = (of: 'promptTokens' | 'answerTokens') =>
    calls.reduce((total, call) => total + call[of], 0);
  return {
    answerCalls: (calls.length - helper) / turns,
    helperCalls: helper / turns,
    promptTokens: sum('promptTokens') / turns,
    answerTokens: sum('answerTokens') / turns,
  };
}

async function takeCalls(modelOrigin: string): Promise<Call[]> {
  return (await (await fetch(`${modelOrigin}/calls`)).json()) as Call[];
}
