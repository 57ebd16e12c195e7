import { join } from 'node:path';
import type { Config } from '#config.ts';
import type { MentorError } from '#errors.ts';
import type { Logger } from '#log.ts';
import { createAnswerQuestion } from '#mentor/answer-question.ts';
import { createQueryExpander } from '#mentor/expand-query.ts';
import { createIndexVersion } from '#mentor/index-version.ts';
import { createInterviewPractice } from '#mentor/interview-practice.ts';
import { readInterviewQuestions } from '#mentor/interview-questions.ts';
import { loadPrompts, promptVersionOf } from '#mentor/load-prompts.ts';
import { readOtherCareers } from '#mentor/other-career.ts';
import { readOtherLanguages } from '#mentor/other-languages.ts';
import { readOtherTopics } from '#mentor/other-topic.ts';
import { sayWhatIsMissing } from '#mentor/say-what-is-missing.ts';
import { createDistressCheck } from '#mentor/says-distress.ts';
import { readScreeningRules } from '#mentor/screen-question.ts';
import { createConversationSummary } from '#mentor/summarise-conversation.ts';
import { readTaxonomy } from '#mentor/taxonomy.ts';
import { withAgeRules } from '#mentor/with-age-rules.ts';
import { answerCachePrefix, withAnswerCache } from '#mentor/with-answer-cache.ts';
import { createExtractiveModel } from '#services/model/extractive.ts';
import { openModels, openTokenCounter } from './models.ts';
import { type Observe, unobserved } from './observe.ts';
import type { Stores } from './stores.ts';

/** GPT-4-class models answer best for this product with some freedom in the wording; fixed by the architecture. */
const temperature = 0.7;
/** How many of the newest messages the model reads word for word; as many as the bot loads. */
const verbatimMessages = 12;

const root = join(import.meta.dirname, '..');
const promptFolder = join(root, 'mentor/prompts');

/** Wires the mentor's pipeline onto the stores, with the models that the settings name. */
export async function openMentor(
  config: Config,
  stores: Stores,
  logger: Logger,
  observe: Observe = unobserved,
) {
  const { index } = stores;
  const taxonomy = readTaxonomy(config.knowledgeDirectory);
  const expander = createQueryExpander(taxonomy);
  const screen = readScreeningRules(join(root, 'mentor/screening-rules.json'));
  /** Whether somebody says that they are in danger; throws for what the screening refuses to read. */
  const isCrisis = (text: string): boolean => {
    const screening = screen(text);
    return !screening.pass && screening.kind === 'crisis';
  };
  const fallback = observe.model(createExtractiveModel());
  const models = await openModels(config, logger, observe);
  const { helper, questionEmbeddings, articleEmbeddings, cache } = models;
  const model = models.model ?? fallback;
  const render = loadPrompts(promptFolder);
  const onFailure = (part: string, error: MentorError) =>
    logger.warn(
      { err: error, part, details: error.details },
      'a part of the pipeline failed; its fallback served',
    );
  const newId = () => crypto.randomUUID();
  const elapsedMs = () => performance.now();
  const indexVersion = createIndexVersion(index);
  const roleName = (id: string) => taxonomy.roles.find((role) => role.id === id)?.name;
  const answer = createAnswerQuestion({
    index,
    ...(questionEmbeddings === undefined ? {} : { embeddings: questionEmbeddings }),
    ...(helper === undefined ? {} : { helper }),
    expander,
    model,
    fallback,
    screen,
    otherLanguages: readOtherLanguages(config.knowledgeDirectory),
    otherCareers: readOtherCareers(join(config.knowledgeDirectory, 'other-careers.json')),
    isOtherTopic: readOtherTopics(join(config.knowledgeDirectory, 'other-topics.json')),
    render,
    onFailure,
    countTokens: await openTokenCounter(model),
    roleName,
    newId,
    temperature,
    maxAnswerTokens: config.maxAnswerTokens,
    reserveTokens: config.reserveTokens,
    elapsedMs,
    now: () => new Date(),
  });
  /** Putting passages together costs less than looking an answer up. */
  const answerQuestion =
    model === fallback || config.answerCacheSeconds === 0
      ? answer
      : withAnswerCache(answer, {
          cache,
          indexVersion,
          promptVersion: promptVersionOf(promptFolder),
          model: model.name,
          ttlSeconds: config.answerCacheSeconds,
          newId,
          elapsedMs,
        });
  return {
    taxonomy,
    expander,
    screen,
    isCrisis,
    model,
    articleEmbeddings,
    circuits: models.circuits,
    dependencies: models.dependencies,
    answerQuestion: observe.answers(
      withAgeRules(sayWhatIsMissing(answerQuestion), {
        minimumAge: config.minimumAge,
        isCrisis,
        newId,
      }),
    ),
    indexVersion,
    /** Practice for an interview, on the articles as they are. */
    interview: createInterviewPractice({
      questions: readInterviewQuestions(config.knowledgeDirectory),
      index,
      helper,
      render,
      onFailure,
      roleName,
      isDistress: createDistressCheck(screen),
      newId,
    }),
    /** Shortens what a long conversation said before its newest messages; runs after the turn. */
    summarise: createConversationSummary({
      helper,
      render,
      onFailure,
      conversations: stores.conversations,
      verbatimMessages,
    }),
    /** Empties the cache of answers, in which anybody's question may stand. */
    forgetAnswers: () => cache.deletePrefix(answerCachePrefix),
    closeModels: models.close,
  };
}
