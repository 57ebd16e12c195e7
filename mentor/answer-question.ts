import type { KnowledgeDocument } from '#services/knowledge-index/port.ts';
import type { Grounding, LanguageModel, TokenUsage } from '#services/model/port.ts';
import type { Answer, AnswerQuestion, MentorEvent, Question } from './answer.ts';
import { answerWithoutEvidence } from './answer-without-evidence.ts';
import { type BudgetedPrompt, budgetPrompt, type CountTokens } from './budget-prompt.ts';
import { becauseYouSaid, groundText } from './compose-answer.ts';
import { fixedReplies } from './fixed-replies.ts';
import { type GeneratedAnswer, generateAnswer } from './generate-answer.ts';
import { judgeClaims } from './judge-claims.ts';
import { nextStepsOf } from './next-steps.ts';
import { orderFollowUps } from './order-follow-ups.ts';
import type { OtherCareers } from './other-career.ts';
import { isWorthReranking, rerankPassages } from './rerank-passages.ts';
import { retrieveForQuestion } from './retrieve-for-question.ts';
import type { Retrieval, RetrievedPassage } from './retrieve-passages.ts';
import type { StandaloneQuestion } from './rewrite-question.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import { suggestFollowUps } from './suggest-follow-ups.ts';
import { countHelperCalls, type HelperDependencies } from './try-helper.ts';
import {
  type UnderstandingDependencies,
  type Understood,
  understandQuestion,
} from './understand-question.ts';
import { type CitationCheck, createCitationFilter, verifyCitations } from './verify-citations.ts';
import { type FreshRetrieval, withoutShown } from './without-shown.ts';

export interface MentorDependencies extends UnderstandingDependencies {
  /** Answers from the passages alone when the model fails; may be the model itself. */
  readonly fallback: LanguageModel;
  /** Careers outside our fields: said so, and helped with what carries over. */
  readonly otherCareers: OtherCareers;
  readonly countTokens: CountTokens;
  readonly roleName: (id: string) => string | undefined;
  readonly newId: () => string;
  readonly temperature: number;
  readonly maxAnswerTokens: number;
  /** Tokens of the model's window that stay free beside prompt and answer; none where nothing is said. */
  readonly reserveTokens?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs: () => number;
}

/** The mentor's pipeline: screen, rewrite, retrieve, generate, verify, suggest. See AnswerQuestion for its promise. */
export function createAnswerQuestion(setUp: MentorDependencies): AnswerQuestion {
  return async function* answerQuestion(question, options = {}): AsyncGenerator<MentorEvent, void> {
    const { signal, temperature = setUp.temperature, maxAnswerTokens = Infinity } = options;
    const dependencies = {
      ...setUp,
      temperature,
      maxAnswerTokens: Math.min(maxAnswerTokens, setUp.maxAnswerTokens),
    };
    const stopwatch = createStopwatch(dependencies.elapsedMs);
    const messageId = dependencies.newId();
    const counted = countHelperCalls(dependencies.helper);
    const helping = { ...dependencies, helper: counted.helper };

    yield { type: 'stage', stage: 'understanding' };
    const understood = await understandQuestion(question, messageId, helping, signal);
    if ('reply' in understood) {
      yield* whole(understood.reply);
      return;
    }
    const { asked, preface, standalone } = understood;
    stopwatch.lap('understanding');

    yield { type: 'stage', stage: 'searching' };
    const found = await retrieveForQuestion(standalone, question, dependencies, signal);
    stopwatch.lap('searching');
    const { retrieval: usable, allShown } = usableOf(found, standalone, question, dependencies);
    if (usable.passages.length === 0) {
      const { nearest } = found;
      const missing = {
        messageId,
        history: question.history,
        asked,
        standalone,
        preface,
        nearest,
        allShown,
      };
      const [tokens, timingsMs] = [counted.usage(), stopwatch.laps()];
      yield* whole(answerWithoutEvidence({ ...missing, timingsMs, tokens }, dependencies));
      return;
    }
    let retrieval = usable;
    /** One helper call at most stands before the first word: a question that was rewritten is not reranked as well. */
    if (counted.helper !== undefined && counted.calls() === 0 && isWorthReranking(usable)) {
      yield { type: 'stage', stage: 'reading' };
      const passages = await rerankPassages(standalone.text, usable, helping, signal);
      retrieval = { ...usable, passages };
      stopwatch.lap('reading');
    }
    const titles = new Map(
      retrieval.passages.map(({ document }) => [document.documentId, document.title]),
    );
    for (const [documentId, title] of titles) yield { type: 'source-found', title, documentId };

    yield { type: 'stage', stage: 'writing' };
    const beside = prepareFollowUps(standalone, question, retrieval, { ...helping, signal });
    const input = { standalone, asked, preface, question, retrieval, signal };
    const written = yield* write(input, dependencies);
    stopwatch.lap('writing');

    const cited = citedIn(written, retrieval);
    const check = await checkCitations(written, cited, helping, signal);
    stopwatch.lap('checking');
    const answer = finish(written, {
      cited,
      check,
      messageId,
      preface,
      standalone,
      question,
      retrieval,
      stopwatch,
      prepared: await beside,
      helperUsage: counted.usage(),
      dependencies,
    });
    yield { type: 'answer', answer };
  };
}

/** A fixed answer still goes through the stream, so that every channel shows every answer the same way. */
function* whole(answer: Answer): Generator<MentorEvent, void> {
  yield { type: 'text-delta', text: answer.text };
  yield { type: 'answer', answer };
}

/** A model words what it said before in a new way; passages that were shown would only be shown again. */
function usableOf(
  found: Retrieval,
  standalone: StandaloneQuestion,
  { history }: Question,
  { model }: MentorDependencies,
): FreshRetrieval {
  return model.writes === 'freely'
    ? { retrieval: found, allShown: false }
    : withoutShown(found, standalone, history);
}

interface WriteInput extends Understood {
  readonly question: Question;
  readonly retrieval: Retrieval;
  readonly signal: AbortSignal | undefined;
}

interface WrittenText {
  readonly text: string;
  /** Positions in the retrieval, plus one, by display number. */
  readonly order: readonly number[];
  /** Where a source was named that was never given. */
  readonly invented: readonly number[];
  readonly generated: GeneratedAnswer;
}

async function* write(
  { standalone, asked, preface, question, retrieval, signal }: WriteInput,
  dependencies: MentorDependencies,
): AsyncGenerator<MentorEvent, WrittenText> {
  const { passages } = retrieval;
  const prompt = promptFor({ question, asked, passages }, dependencies);
  const request = {
    messages: prompt.messages,
    grounding: groundingOf(standalone, retrieval),
    temperature: dependencies.temperature,
    maxAnswerTokens: dependencies.maxAnswerTokens,
    ...(signal === undefined ? {} : { signal }),
  };
  let filter = createCitationFilter(numbersOf(prompt.passages));
  let text = '';
  const opening = preface === '' ? [] : [{ type: 'text-delta', text: preface } as const];
  yield* opening;
  for await (const event of generateAnswer(request, dependencies)) {
    if (event.type === 'done') {
      const rest = filter.end().trimEnd();
      if (rest !== '') yield { type: 'text-delta', text: rest };
      const all = text + rest;
      const cut = all.length - all.trimStart().length;
      const invented = filter.invented.map((place) => place - cut);
      return { text: all.trim(), order: filter.order, invented, generated: event.result };
    }
    if (event.type === 'restart') {
      if (text !== '') yield* [{ type: 'text-reset' } as const, ...opening];
      /** The fallback reads all passages, whatever found room in the prompt. */
      filter = createCitationFilter(numbersOf(passages));
      text = '';
      continue;
    }
    const delta = filter.push(event.text);
    if (delta === '') continue;
    text += delta;
    yield { type: 'text-delta', text: delta };
  }
  throw new Error('The generation ended without its last event');
}

/** What a model that works from passages needs. */
function groundingOf(
  standalone: StandaloneQuestion,
  { passages, synonyms, parts }: Retrieval,
): Grounding {
  return {
    question: standalone.searchText ?? standalone.text,
    synonyms,
    ...(parts === undefined ? {} : { parts }),
    passages: passages.map(({ number, document, relevance }) => ({
      number,
      relevance,
      title: document.title,
      section: document.section,
      content: document.content,
    })),
  };
}

function numbersOf(passages: Retrieval['passages']): Set<number> {
  return new Set(passages.map((passage) => passage.number));
}

/** A model that only works from passages needs no prompt. */
function promptFor(
  input: Pick<WriteInput, 'question' | 'asked'> & Pick<Retrieval, 'passages'>,
  dependencies: MentorDependencies,
): BudgetedPrompt {
  const { asked, passages } = input;
  if (dependencies.model.writes === 'from-passages') return { messages: [], passages };
  const { profile, conversationSummary, history } = input.question;
  return budgetPrompt(
    {
      question: asked,
      passages,
      history,
      ...(profile === undefined ? {} : { profile }),
      ...(conversationSummary === undefined ? {} : { summary: conversationSummary }),
    },
    dependencies,
  );
}

interface PreparedFollowUps {
  /** The whole articles behind the passages, best first. */
  readonly documents: readonly (readonly KnowledgeDocument[])[];
  /** The passages whose headings may be offered, the likeliest first. */
  readonly offers: readonly KnowledgeDocument[];
}

/** What the end of the answer needs, made ready while it is being written; fails only with the signal. */
function prepareFollowUps(
  standalone: StandaloneQuestion,
  question: Question,
  retrieval: Retrieval,
  dependencies: MentorDependencies & { readonly signal: AbortSignal | undefined },
): Promise<PreparedFollowUps> {
  const prepare = async () => {
    const documents = await documentsOf(retrieval, dependencies);
    const offers = await orderFollowUps(
      standalone.text,
      [...documents.flat(), ...retrieval.nearest],
      {
        ...dependencies,
        profile: question.profile,
        answered: new Set(retrieval.passages.map(({ document }) => document.id)),
      },
      dependencies.signal,
    );
    return { documents, offers };
  };
  const prepared = prepare();
  /** Whoever stops listening to the answer never waits for this. */
  prepared.catch(() => {});
  return prepared;
}

/** The passages that the text cites, in the order of their display numbers. */
function citedIn({ order }: WrittenText, { passages }: Retrieval): RetrievedPassage[] {
  return order.flatMap((number) => passages.find((passage) => passage.number === number) ?? []);
}

/** What a model wrote in its own words, and the words leave in doubt, the helper judges. */
function checkCitations(
  { text, invented, generated }: WrittenText,
  cited: readonly RetrievedPassage[],
  dependencies: HelperDependencies,
  signal: AbortSignal | undefined,
): Promise<CitationCheck> | CitationCheck {
  const contents = new Map(cited.map((passage, index) => [index + 1, passage.document.content]));
  const check = verifyCitations(text, contents, invented);
  return generated.model.writes === 'freely'
    ? judgeClaims(check, contents, dependencies, signal)
    : check;
}

interface FinishInput {
  readonly cited: readonly RetrievedPassage[];
  readonly check: CitationCheck;
  readonly messageId: string;
  readonly preface: string;
  readonly standalone: StandaloneQuestion;
  readonly question: Question;
  readonly retrieval: Retrieval;
  readonly stopwatch: Stopwatch;
  readonly prepared: PreparedFollowUps;
  readonly helperUsage: TokenUsage;
  readonly dependencies: MentorDependencies;
}

function finish(written: WrittenText, input: FinishInput): Answer {
  const { retrieval, question, dependencies, stopwatch, helperUsage } = input;
  const { documents, offers } = input.prepared;
  const { generated } = written;
  if (generated.failure !== undefined) dependencies.onFailure?.('generate', generated.failure);
  const { cited } = input;
  const grounded = groundText(written.text, cited, input.check, generated);
  const main = cited[0] ?? retrieval.passages[0];
  const level = input.standalone.level ?? question.profile?.experienceLevel;
  const shaped = becauseYouSaid(question.profile, retrieval, dependencies.roleName);
  /** A model answers in the person's language; the articles' own sentences stay English. */
  const isQuoted = generated.model.writes === 'from-passages';
  const notice =
    grounded.notice ??
    (isQuoted ? dependencies.otherLanguages.noticeOfEnglish(question.text) : undefined);
  return {
    ...grounded,
    messageId: input.messageId,
    text: [input.preface + grounded.text, ...missingParts(retrieval)].join('\n\n'),
    followUps: suggestFollowUps(
      input.standalone.text,
      question.history.filter((turn) => turn.role === 'user').map((turn) => turn.content),
      offers,
      new Set(cited.map((passage) => passage.document.id)),
    ),
    nextSteps: nextStepsOf(
      documents.find((passages) => passages[0]?.documentId === main?.document.documentId) ?? [],
      level,
    ),
    ...(shaped === undefined ? {} : { becauseYouSaid: shaped }),
    ...(notice === undefined ? {} : { notice }),
    model: generated.model.name,
    writtenBy: generated.model.writes === 'freely' ? 'model' : 'passages',
    tokens: {
      prompt: generated.usage.promptTokens + helperUsage.promptTokens,
      answer: generated.usage.answerTokens + helperUsage.answerTokens,
    },
    timingsMs: stopwatch.laps(),
  };
}

/** What of several questions has no answer is said, so that nobody takes the rest for it. */
function missingParts({ unanswered = [] }: Retrieval): string[] {
  return unanswered.length === 0 ? [] : [fixedReplies.partsMissing(unanswered)];
}

/** The whole articles behind the passages, best first; what cannot be read now is left out: the answer stands without. */
async function documentsOf(retrieval: Retrieval, { index }: MentorDependencies) {
  const ids = [...new Set(retrieval.passages.map((passage) => passage.document.documentId))];
  const results = await Promise.allSettled(ids.slice(0, 3).map((id) => index.getDocument(id)));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
