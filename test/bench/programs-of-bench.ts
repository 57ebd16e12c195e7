import { join } from 'node:path';
import { type StartOptions, startMeasured } from './measured-program.ts';

export const main = join(import.meta.dirname, '../../start.js');
export const knowledgeFolder = join(import.meta.dirname, '../../knowledge');
export const fastModel = 'gpt-4o-mini';

export const startEcho = (options?: StartOptions) =>
  startMeasured(join(import.meta.dirname, 'echo-bot.ts'), options);
/** A language model that answers in no time. */
export const startModel = () => startMeasured(join(import.meta.dirname, 'model-server.ts'));

export type BenchSettings = ReturnType<typeof settingsFor>;

/** The settings that are measured: without a model, with one, and with a fast one beside it. */
export function settingsFor(folder: string, modelOrigin: string) {
  const passages = { KNOWLEDGE_DIR: knowledgeFolder, DATA_DIR: join(folder, 'passages') };
  // A folder of its own: programs that share one share their queue of turns too.
  const model = {
    ...passages,
    DATA_DIR: join(folder, 'model'),
    OPENAI_BASE_URL: `${modelOrigin}/v1`,
    OPENAI_API_KEY: 'none',
    OPENAI_MODEL: 'gpt-4o',
  };
  return {
    passages,
    modelUncached: { ...model, ANSWER_CACHE_SECONDS: '0' },
    modelCached: { ...model, ANSWER_CACHE_SECONDS: '3600' },
    twoModels: { ...model, ANSWER_CACHE_SECONDS: '0', OPENAI_FAST_MODEL: fastModel },
  };
}
