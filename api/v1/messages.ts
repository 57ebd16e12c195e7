import { createHash, randomUUID } from 'node:crypto';
import { problemOf, RequestProblem, sendProblemDocument } from '#api/problem.ts';
import type { TurnPlace } from '#bot/conversation-turn.ts';
import { saysCrisis } from '#bot/says-crisis.ts';
import { refuseSpent } from '#bot/token-budget.ts';
import type { ConversationStore, Message } from '#services/conversations/port.ts';
import { type AnswerMessageOptions, answerMessage, presentAnswer } from './answer-message.ts';
import type { AnswerRun, AnswerRuns, NumberedEvent } from './answer-runs.ts';
import { type Input, type Reply, type Route, route } from './operation.ts';
import { operations } from './operations.ts';
import type { MessageAnswer } from './schemas/message-answer.ts';
import type { MessageRequest } from './schemas/message-request.ts';
import type { StreamEvent } from './schemas/stream-event.ts';
import { sendEvents } from './send-events.ts';
import { derivedId, type FoundSession, type Sessions } from './sessions.ts';

export interface MessagesOptions extends AnswerMessageOptions {
  readonly sessions: Sessions;
  readonly runs: AnswerRuns;
  /** Whether somebody says that they are in danger. */
  readonly isCrisis: (text: string) => boolean;
  readonly heartbeatMs?: number;
}

type MessageInput = Input<unknown, unknown, MessageRequest>;

/** Takes questions; see `operations.sendMessage` for what a client may expect. */
export function messageRoutes(options: MessagesOptions): Route[] {
  return [
    route(operations.sendMessage, async (input) => {
      const run = await findAnswer(input, options);
      const events = run.events(input.signal);
      if (!acceptsEvents(input)) return answerInOnePiece(events, input);
      await sendEvents(input.response, events, {
        signal: input.signal,
        ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
      });
      return undefined;
    }),
  ];
}

/** What is sent to this client: of an answer under way, one that is kept, or one that begins now. */
interface FoundAnswer {
  events(signal: AbortSignal): AsyncIterable<NumberedEvent>;
}

async function findAnswer(input: MessageInput, options: MessagesOptions): Promise<FoundAnswer> {
  const { body, caller, requestId } = input;
  const session = await options.sessions.find(caller, body.sessionId);
  // Only a stream can be taken up in its middle.
  const last = acceptsEvents(input) ? readLastEventId(input) : undefined;
  const key = readIdempotencyKey(input);
  const keyedId = key && derivedId('message', caller.personId, session.place.conversationKey, key);
  const id = keyedId ?? last?.runId ?? randomUUID();
  const wanted = { id, personId: caller.personId, isSignedIn: caller.isSignedIn };
  const mayBeKnown = keyedId !== undefined || last !== undefined;
  const fingerprint = fingerprintOf(body);

  const live = options.runs.find(wanted);
  if (live !== undefined) {
    requireSameRequest(live.request.fingerprint === fingerprint);
    return following(live, last?.runId === id ? last.number : 0);
  }
  const kept = mayBeKnown ? await findKept(id, session, options.conversations) : undefined;
  if (kept !== undefined) {
    requireSameRequest(kept.question.content === body.message);
    return replaying(id, kept.answer, { body, isResumed: last !== undefined, options });
  }
  const { place, context } = session;
  await requireTokens(input, place, options);
  const asked = { place, context, request: body, messageId: id, requestId };
  const run = options.runs.start(
    { ...wanted, conversationKey: place.conversationKey, fingerprint },
    (signal) => beginning(last !== undefined, answerMessage(asked, options, signal)),
  );
  return following(run, 0);
}

/** Tells what is left of the day's tokens. Whoever is in danger is answered whatever was used up; it costs none. */
async function requireTokens(
  { body, response }: MessageInput,
  place: TurnPlace,
  { tokenBudget, isCrisis }: Pick<MessagesOptions, 'tokenBudget' | 'isCrisis'>,
): Promise<void> {
  const allowance = await tokenBudget?.left(place);
  if (allowance === undefined) return;
  const { limit, remaining, resetSeconds } = allowance;
  response.setHeader('Token-Budget-Limit', String(limit));
  response.setHeader('Token-Budget-Remaining', String(remaining));
  response.setHeader('Token-Budget-Reset', String(resetSeconds));
  if (!saysCrisis(body.message, isCrisis)) refuseSpent(allowance);
}

/** Whoever saw a part of an answer that was stopped begins again with nothing. */
async function* beginning(
  isResumed: boolean,
  events: AsyncIterable<StreamEvent>,
): AsyncGenerator<StreamEvent> {
  if (isResumed) yield { event: 'text-reset', data: {} };
  yield* events;
}

function following(run: AnswerRun, after: number): FoundAnswer {
  return { events: (signal) => run.follow(after, signal) };
}

function replaying(
  id: string,
  answer: Message,
  {
    body,
    isResumed,
    options,
  }: {
    readonly body: MessageRequest;
    readonly isResumed: boolean;
    readonly options: MessagesOptions;
  },
): FoundAnswer {
  const data = presentAnswer(answer, body.sessionId, {
    includesSources: body.options?.includeSources ?? true,
    publicUrl: options.publicUrl(),
  });
  const events: StreamEvent[] = [
    ...(isResumed ? [{ event: 'text-reset', data: {} } as const] : []),
    { event: 'text-delta', data: { text: data.response } },
    { event: 'answer', data },
  ];
  return {
    async *events() {
      for (const [index, event] of events.entries()) yield { id: `${id}.${index + 1}`, event };
    },
  };
}

/** How far back an answer is looked for that this process does not remember. */
const newestMessages = 20;

async function findKept(
  id: string,
  { place }: FoundSession,
  conversations: ConversationStore,
): Promise<{ question: Message; answer: Message } | undefined> {
  const { messages } = await conversations.listMessages(place.conversationKey, {
    limit: newestMessages,
  });
  const at = messages.findIndex(({ messageId }) => messageId === id);
  const question = messages[at];
  const answer = messages[at + 1];
  return question !== undefined && answer?.role === 'assistant' ? { question, answer } : undefined;
}

async function answerInOnePiece(
  events: AsyncIterable<NumberedEvent>,
  { response, signal, requestId }: MessageInput,
): Promise<Reply<MessageAnswer> | undefined> {
  for await (const { event } of events) {
    if (event.event === 'answer') return { body: event.data };
    if (event.event !== 'error') continue;
    sendProblemDocument(response, event.data);
    return undefined;
  }
  signal.throwIfAborted();
  // Somebody else deleted the session or the person meanwhile.
  sendProblemDocument(response, problemOf(new RequestProblem('not-found'), requestId));
  return undefined;
}

function acceptsEvents({ request }: MessageInput): boolean {
  return /(?:^|[\s,])text\/event-stream\b/i.test(request.headers.accept ?? '');
}

function requireSameRequest(isSame: boolean): void {
  if (!isSame) throw new RequestProblem('idempotency-key-reused');
}

function fingerprintOf(body: MessageRequest): string {
  return createHash('sha256').update(JSON.stringify(body)).digest('base64url');
}

function readLastEventId({
  request,
}: MessageInput): { readonly runId: string; readonly number: number } | undefined {
  const given = request.headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const [, runId, number] = /^([\w-]{1,100})\.(\d{1,6})$/.exec(String(given)) ?? [];
  if (runId === undefined) throw badHeader('last-event-id', 'must be the id of an event');
  return { runId, number: Number(number) };
}

/** The key of a request that may be made again; absent where the client gave none. */
export function readIdempotencyKey({ request }: Pick<MessageInput, 'request'>): string | undefined {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return undefined;
  if (typeof given !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(given))
    throw badHeader('idempotency-key', 'must be 1 to 200 visible ASCII characters');
  return given;
}

function badHeader(name: string, detail: string): RequestProblem {
  return new RequestProblem('request-invalid', {
    errors: [{ in: 'header', pointer: `/${name}`, detail }],
  });
}
