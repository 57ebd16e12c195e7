import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Cache } from '#services/cache/port.ts';
import { answerStates } from '#services/conversations/port.ts';
import type { Answer, AnswerOptions, AnswerQuestion, MentorEvent, Question } from './answer.ts';
import { factsOf } from './describe-profile.ts';
import type { IndexVersion } from './index-version.ts';

export interface AnswerCacheDependencies {
  readonly cache: Cache;
  readonly indexVersion: Pick<IndexVersion, 'current'>;
  /** See promptVersionOf. */
  readonly promptVersion: string;
  readonly model: string;
  readonly newId: () => string;
  /** 300 s where nothing is said. */
  readonly ttlSeconds?: number;
  /** Milliseconds on a clock that never goes back. */
  readonly elapsedMs: () => number;
}

/** Deleting this prefix empties the cache of answers; the number rises with the shape of what is stored. */
export const answerCachePrefix = 'answer:1:';

/**
 * Gives an answer that was given before, as the same events under a new id, where the question stands at the beginning of
 * a conversation and nothing that shaped the answer has changed: article, prompt, model, or what is known of the person.
 * Only whole answers that rest on sources are kept. A hit costs no tokens.
 */
export function withAnswerCache(
  answerQuestion: AnswerQuestion,
  dependencies: AnswerCacheDependencies,
): AnswerQuestion {
  const { cache, ttlSeconds = 300, elapsedMs } = dependencies;
  return async function* answerFromCache(question, options = {}) {
    const start = elapsedMs();
    const key = await keyOf(question, options, dependencies);
    if (key === undefined) {
      yield* answerQuestion(question, options);
      return;
    }
    const stored = readAnswer(await cache.get(key));
    options.signal?.throwIfAborted();
    if (stored !== undefined) {
      const total = Math.round(elapsedMs() - start);
      yield* replay({
        ...stored,
        messageId: dependencies.newId(),
        tokens: { prompt: 0, answer: 0 },
        ...(stored.costUsd === undefined ? {} : { costUsd: 0 }),
        timingsMs: { cache: total, total },
      });
      return;
    }
    for await (const event of answerQuestion(question, options)) {
      if (event.type === 'answer' && isWorthKeeping(event.answer))
        /** Nobody waits for it, and it never fails. */
        void cache.set(key, JSON.stringify(event.answer), { ttlSeconds });
      yield event;
    }
  };
}

/** A question within a conversation is answered for that conversation alone; one asked in a way of its own, that way. */
async function keyOf(
  question: Question,
  { maxAnswerTokens, temperature }: AnswerOptions,
  { indexVersion, promptVersion, model }: AnswerCacheDependencies,
): Promise<string | undefined> {
  if (maxAnswerTokens !== undefined || temperature !== undefined) return undefined;
  if (question.history.length > 0 || question.conversationSummary !== undefined) return undefined;
  const version = await indexVersion.current();
  if (version === undefined) return undefined;
  const asked = JSON.stringify([normalise(question.text), bucketOf(question)]);
  const hash = createHash('sha256').update(asked).digest('base64url');
  return `${answerCachePrefix}${version}:${promptVersion}:${model}:${hash}`;
}

/** Case, spaces and the mark at the end make no other question. */
function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/[\s.?!]+$/, '');
}

/**
 * Everything of the profile that an answer may be shaped by, or may quote: people share an answer only where all of it is
 * the same, so that nobody reads what another person told.
 */
function bucketOf({ profile }: Question): unknown {
  if (profile === undefined) return [];
  const specificInterests = profile.specificInterests.map(normalise).toSorted();
  const careerGoals = profile.careerGoals.map(normalise).toSorted();
  return factsOf({ ...profile, specificInterests, careerGoals }).map(([label, value]) => [
    label,
    normalise(value),
  ]);
}

/** What rests on nothing that could be confirmed is not passed on to the next person. */
function isWorthKeeping({ state, confidence }: Answer): boolean {
  return (state === 'grounded' || state === 'partly-grounded') && confidence > 0;
}

/** What a cache holds may be of another version of this program, or damaged: then it is a miss. */
const storedAnswer = z.looseObject({
  text: z.string().min(1),
  citations: z.array(
    z.looseObject({ number: z.number(), documentId: z.string(), title: z.string() }),
  ),
  followUps: z.array(z.string()),
  nextSteps: z.array(z.string()),
  state: z.enum(answerStates),
  model: z.string(),
  writtenBy: z.enum(['model', 'passages', 'fixed']),
});

function readAnswer(bytes: Uint8Array | undefined): Answer | undefined {
  if (bytes === undefined) return undefined;
  try {
    return storedAnswer.parse(JSON.parse(Buffer.from(bytes).toString())) as unknown as Answer;
  } catch {
    return undefined;
  }
}

function* replay(answer: Answer): Generator<MentorEvent, void> {
  yield { type: 'stage', stage: 'searching' };
  const titles = new Map(answer.citations.map(({ documentId, title }) => [documentId, title]));
  for (const [documentId, title] of titles) yield { type: 'source-found', title, documentId };
  yield { type: 'stage', stage: 'writing' };
  yield { type: 'text-delta', text: answer.text };
  yield { type: 'answer', answer };
}
