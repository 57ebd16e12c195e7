import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusReceivedMessage, ServiceBusSessionReceiver } from '@azure/service-bus';
import { withDeadline } from '#services/azure/with-deadline.ts';
import type { HeldTurn, RunTurn, TurnEnd } from '#services/turn-queue/port.ts';
import { packProgress, progressProperty, unpackProgress } from './packed-progress.ts';
import { type SessionLock, watchSessionLock } from './session-lock.ts';
import type { StoredTurn } from './stored-turn.ts';

export interface RunSessionOptions {
  readonly run: RunTurn;
  /** How long to wait for more of the conversation. */
  readonly lingerMs: number;
  readonly stopping: AbortSignal;
  readonly logger: { error(details: object, message: string): void };
  /** Does the waiting while others have the room. */
  readonly aside: (wait: () => Promise<void>) => Promise<void>;
}

/** What a session keeps: how far its first turn is. */
interface SessionState {
  readonly turn: string;
  readonly progress: unknown;
}

/** Where the connection breaks in the middle of a call, the SDK can wait for its answer without end. */
const callWithinMs = 10_000;

function within<Result>(call: () => Promise<Result>): Promise<Result> {
  return withDeadline(callWithinMs, call);
}

/** Runs the turns of one conversation until none is left, and lets go of it. Never rejects. */
export async function runSession(
  receiver: ServiceBusSessionReceiver,
  options: RunSessionOptions,
): Promise<void> {
  const { lingerMs, stopping, logger } = options;
  const lock = watchSessionLock(receiver);
  try {
    let state: SessionState | undefined = await within(() => receiver.getSessionState());
    while (!stopping.aborted) {
      const [message] = await within(() =>
        receiver.receiveMessages(1, { maxWaitTimeInMs: lingerMs }),
      );
      if (message === undefined) break;
      if (!(await runMessage(receiver, message, { ...options, lock, state }))) break;
      state = undefined;
    }
  } catch (error) {
    // Whatever is not settled comes again, to whoever holds the conversation then.
    logger.error({ err: error }, 'a conversation was lost to the queue; it is taken up again');
  } finally {
    lock.end();
    await within(() => receiver.close()).catch(() => undefined);
  }
}

/** Runs a turn until it has an end that holds; resolves to whether the session goes on. */
async function runMessage(
  receiver: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  {
    run,
    stopping,
    aside,
    lock: { lost, notice },
    state,
  }: RunSessionOptions & {
    readonly lock: SessionLock;
    readonly state: SessionState | undefined;
  },
): Promise<boolean> {
  const body = message.body as StoredTurn;
  let hasState = state !== undefined && state !== null;
  let progress =
    state?.turn === body.id
      ? state.progress
      : unpackProgress(message.applicationProperties?.[progressProperty]);
  const keep = async (kept: unknown): Promise<void> => {
    lost.throwIfAborted();
    progress = kept;
    hasState = true;
    const next: SessionState = { turn: body.id, progress: kept };
    try {
      await within(() => receiver.setSessionState(next));
    } catch (error) {
      notice(error);
      lost.throwIfAborted();
      throw error;
    }
  };
  for (let attempt = (message.deliveryCount ?? 0) + 1; ; attempt += 1) {
    const held: HeldTurn = {
      ...body,
      acceptedAt: new Date(body.acceptedAt),
      attempt,
      progress: structuredClone(progress),
      lost,
      keep,
    };
    let end = await run(held);
    if (end.kind === 'retry') {
      const { afterMs } = end;
      const signal = AbortSignal.any([stopping, lost]);
      await aside(() => delay(afterMs, undefined, { signal }).catch(() => undefined));
      if (!signal.aborted) continue;
      end = { kind: 'handed-back' };
    }
    // Whoever has it now settles it, too.
    if (lost.aborted) return false;
    return settle(receiver, message, end, { progress, hasState });
  }
}

async function settle(
  receiver: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  end: Exclude<TurnEnd, { kind: 'retry' }>,
  { progress, hasState }: { readonly progress: unknown; readonly hasState: boolean },
): Promise<boolean> {
  if (end.kind === 'handed-back') {
    await within(() => receiver.abandonMessage(message));
    return false;
  }
  if (end.kind === 'done') await within(() => receiver.completeMessage(message));
  else {
    const packed = packProgress(progress);
    const { code, message: description } = end.reason;
    await within(() =>
      receiver.deadLetterMessage(message, {
        deadLetterReason: code,
        deadLetterErrorDescription: description,
        ...(packed === undefined ? {} : { [progressProperty]: packed }),
      }),
    );
  }
  // Nothing of what was said stays once the turn has ended.
  if (hasState) await within(() => receiver.setSessionState(null));
  return true;
}
