import { isStopWord, wordsOf } from '#language/words.ts';
import type { LanguageModel } from '#services/model/port.ts';
import type { Answer, AnswerQuestion, MentorEvent, Question } from './answer.ts';
import { budgetPrompt, type CountTokens } from './budget-prompt.ts';
import { becauseYouSaid, fixedAnswer, groundText } from './compose-answer.ts';
import { fixedReplies } from './fixed-replies.ts';
import { type GeneratedAnswer, generateAnswer } from './generate-answer.ts';
import type { RenderPrompt } from './load-prompts.ts';
import { nextStepsOf } from './next-steps.ts';
import {
  type Retrieval,
  type RetrievalDependencies,
  retrievePassages,
} from './retrieve-passages.ts';
import { rewriteQuestion, type StandaloneQuestion } from './rewrite-question.ts';
import type { Screening } from './screen-question.ts';
import { createStopwatch, type Stopwatch } from './stopwatch.ts';
import { suggestFollowUps } from './suggest-follow-ups.ts';
import { createCitationFilter } from './verify-citations.ts';

export interface MentorDependencies extends RetrievalDependencies {
  readonly model: LanguageModel;
  /** Answers from the passages alone when the model fails; may be the model itself. */
  readonly fallback: LanguageModel;
  readonly screen: (question: string) => Screening;
  readonly render: RenderPrompt;
  readonly countTokens: CountTokens;
  readonly roleName: (id: string) => string | undefined;
  readonly newId: () => string;
  readonly temperature: number;
  readonly maxAnswerTokens: number;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs: () => number;
}

/** The mentor's pipeline: screen, rewrite, retrieve, generate, verify, suggest. See AnswerQuestion for its promise. */
export function createAnswerQuestion(dependencies: MentorDependencies): AnswerQuestion {
  return async function* answerQuestion(question, options = {}): AsyncGenerator<MentorEvent, void> {
    const { signal } = options;
    const stopwatch = createStopwatch(dependencies.elapsedMs);
    const messageId = dependencies.newId();

    yield { type: 'stage', stage: 'understanding' };
    const screening = dependencies.screen(question.text);
    if (!screening.pass) {
      const followUps = await followUpsForDeclined(screening.kind, question, dependencies);
      yield* whole(fixedAnswer(messageId, screening.reply, 'declined', { followUps }));
      return;
    }
    const standalone = rewriteQuestion(screening.text, question.history);
    stopwatch.lap('understanding');

    yield { type: 'stage', stage: 'searching' };
    const retrieval = await retrieve(standalone, question, dependencies, signal);
    stopwatch.lap('searching');
    if (retrieval.passages.length === 0) {
      yield* whole(nothingFound(messageId, screening.text, retrieval, stopwatch));
      return;
    }
    for (const { document } of retrieval.passages)
      yield { type: 'source-found', title: document.title, documentId: document.documentId };

    yield { type: 'stage', stage: 'writing' };
    if (screening.preface !== undefined)
      yield { type: 'text-delta', text: `${screening.preface}\n\n` };
    const written = yield* write({ standalone, question, retrieval, signal }, dependencies);
    stopwatch.lap('writing');

    const answer = await finish(written, {
      messageId,
      preface: screening.preface,
      standalone,
      question,
      retrieval,
      stopwatch,
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

function retrieve(
  standalone: StandaloneQuestion,
  question: Question,
  dependencies: MentorDependencies,
  signal: AbortSignal | undefined,
): Promise<Retrieval> {
  return retrievePassages(
    {
      question: standalone.text,
      ...(question.profile === undefined ? {} : { profile: question.profile }),
      ...(standalone.level === undefined ? {} : { level: standalone.level }),
      ...(signal === undefined ? {} : { signal }),
    },
    dependencies,
  );
}

interface WriteInput {
  readonly standalone: StandaloneQuestion;
  readonly question: Question;
  readonly retrieval: Retrieval;
  readonly signal: AbortSignal | undefined;
}

interface WrittenText {
  readonly text: string;
  /** Positions in the retrieval, plus one, by display number. */
  readonly order: readonly number[];
  readonly generated: GeneratedAnswer;
}

async function* write(
  { standalone, question, retrieval, signal }: WriteInput,
  dependencies: MentorDependencies,
): AsyncGenerator<MentorEvent, WrittenText> {
  const { passages, synonyms } = retrieval;
  const known = new Set(passages.map((passage) => passage.number));
  const messages =
    dependencies.model.writes === 'freely'
      ? budgetPrompt({ ...question, passages, question: question.text }, dependencies)
      : [];
  const request = {
    messages,
    grounding: {
      question: standalone.text,
      synonyms,
      passages: passages.map(({ number, document, relevance }) => ({
        number,
        relevance,
        title: document.title,
        section: document.section,
        content: document.content,
      })),
    },
    temperature: dependencies.temperature,
    maxAnswerTokens: dependencies.maxAnswerTokens,
    ...(signal === undefined ? {} : { signal }),
  };
  let filter = createCitationFilter(known);
  let text = '';
  for await (const event of generateAnswer(request, dependencies)) {
    if (event.type === 'done') {
      const rest = filter.end().trimEnd();
      if (rest !== '') yield { type: 'text-delta', text: rest };
      return { text: (text + rest).trim(), order: filter.order, generated: event.result };
    }
    if (event.type === 'restart') {
      if (text !== '') yield { type: 'text-reset' };
      filter = createCitationFilter(known);
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

interface FinishInput {
  readonly messageId: string;
  readonly preface: string | undefined;
  readonly standalone: StandaloneQuestion;
  readonly question: Question;
  readonly retrieval: Retrieval;
  readonly stopwatch: Stopwatch;
  readonly dependencies: MentorDependencies;
}

async function finish(written: WrittenText, input: FinishInput): Promise<Answer> {
  const { retrieval, question, dependencies, stopwatch } = input;
  const { generated } = written;
  const cited = written.order.flatMap(
    (number) => retrieval.passages.find((passage) => passage.number === number) ?? [],
  );
  const grounded = groundText(written.text, cited, generated);
  const main = cited[0] ?? retrieval.passages[0];
  const documents = await documentsOf(retrieval, dependencies);
  const level = input.standalone.level ?? question.profile?.experienceLevel;
  const shaped = becauseYouSaid(question.profile, retrieval, dependencies.roleName);
  stopwatch.lap('checking');
  return {
    ...grounded,
    messageId: input.messageId,
    text: input.preface === undefined ? grounded.text : `${input.preface}\n\n${grounded.text}`,
    followUps: suggestFollowUps(
      input.standalone.text,
      question.history.filter((turn) => turn.role === 'user').map((turn) => turn.content),
      [...documents.flat(), ...retrieval.nearest],
      new Set(cited.map((passage) => passage.document.id)),
    ),
    nextSteps: nextStepsOf(
      documents.find((passages) => passages[0]?.documentId === main?.document.documentId) ?? [],
      level,
    ),
    ...(shaped === undefined ? {} : { becauseYouSaid: shaped }),
    model: generated.model.name,
    writtenBy: generated.model.writes === 'freely' ? 'model' : 'passages',
    tokens: { prompt: generated.usage.promptTokens, answer: generated.usage.answerTokens },
    timingsMs: stopwatch.laps(),
  };
}

/** The whole articles behind the passages, best first; what cannot be read now is left out: the answer stands without. */
async function documentsOf(retrieval: Retrieval, { index }: MentorDependencies) {
  const ids = [...new Set(retrieval.passages.map((passage) => passage.document.documentId))];
  const results = await Promise.allSettled(ids.slice(0, 3).map((id) => index.getDocument(id)));
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function nothingFound(
  messageId: string,
  asked: string,
  retrieval: Retrieval,
  stopwatch: Stopwatch,
): Answer {
  const titles = [...new Set(retrieval.nearest.map((document) => document.title))].slice(0, 2);
  const short = asked.length > 120 ? `${asked.slice(0, 117)}...` : asked;
  const offer =
    titles.length === 0 ? fixedReplies.noEvidenceNothing : fixedReplies.noEvidenceNearest(titles);
  return fixedAnswer(messageId, `${fixedReplies.noEvidence(short)} ${offer}`, 'no-evidence', {
    followUps: suggestFollowUps(asked, [], retrieval.nearest, new Set()),
    timingsMs: stopwatch.laps(),
    ...(looksEnglish(asked) ? {} : { notice: fixedReplies.englishOnly }),
  });
}

/** English function words are in nearly every English question, and in hardly any other. */
function looksEnglish(text: string): boolean {
  const words = wordsOf(text);
  return words.length < 3 || words.some(isStopWord);
}

/** Somebody who was just hit by bad news is offered, not told, the first steps; other declined questions get none. */
async function followUpsForDeclined(
  kind: string,
  question: Question,
  dependencies: MentorDependencies,
): Promise<string[]> {
  if (kind !== 'distress') return [];
  try {
    const { nearest } = await retrievePassages({ question: question.text }, dependencies);
    return suggestFollowUps(question.text, [], nearest, new Set());
  } catch {
    /** The kind words matter more than the offers. */
    return [];
  }
}
