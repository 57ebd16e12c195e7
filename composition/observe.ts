import type { ModelServer } from '#config.ts';
import type { AnswerQuestion } from '#mentor/answer.ts';
import type { Cache } from '#services/cache/port.ts';
import type { EmbeddingModel } from '#services/embeddings/port.ts';
import type { HelperModel, LanguageModel } from '#services/model/port.ts';
import type { Stores } from './stores.ts';

/** Wraps what the core is made of, so that it reports what it does; without telemetry everything stays as it is. */
export interface Observe {
  stores(stores: Stores): Stores;
  cache<Given extends Cache>(cache: Given): Given;
  model<Given extends LanguageModel | undefined>(model: Given, server?: ModelServer): Given;
  helper<Given extends HelperModel | undefined>(helper: Given, server?: ModelServer): Given;
  embeddings<Given extends EmbeddingModel | undefined>(
    embeddings: Given,
    server?: ModelServer,
  ): Given;
  answers(answerQuestion: AnswerQuestion): AnswerQuestion;
}

/** For commands that end when they are done: nobody reads what they would report. */
export const unobserved: Observe = {
  stores: (stores) => stores,
  cache: (cache) => cache,
  model: (model) => model,
  helper: (helper) => helper,
  embeddings: (embeddings) => embeddings,
  answers: (answerQuestion) => answerQuestion,
};
