import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceBusReceivedMessage, ServiceBusSessionReceiver } from '@azure/service-bus';
import { type HeldTurn, type RunTurn, type TurnEnd, TurnLost } from '#services/turn-queue/port.ts';
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

const lookForLossEveryMs = 1_000;

/** Runs the turns of one conversation until none is left, and lets go of it. Never rejects. */
export async function runSession(
  receiver: ServiceBusSessionReceiver,
  options: RunSessionOptions,
): Promise<void> {
  const { lingerMs, stopping, logger } = options;
  try {
    let state: SessionState | undefined = await receiver.getSessionState();
    while (!stopping.aborted) {
      const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: lingerMs });
      if (message === undefined) break;
      if (!(await runMessage(receiver, message, { ...options, state }))) break;
      state = undefined;
    }
  } catch (error) {
    // Whatever is not settled comes again, to whoever holds the conversation then.
    logger.error({ err: error }, 'a conversation was lost to the queue; it is taken up again');
  } finally {
    await receiver.close().catch(() => undefined);
  }
}

/** Runs a turn until it has an end that holds; resolves to whether the session goes on. */
async function runMessage(
  receiver: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  { run, stopping, aside, state }: RunSessionOptions & { readonly state: SessionState | undefined },
): Promise<boolean> {
  const body = message.body as StoredTurn;
  const lost = watchLoss(receiver);
  const earlier = state?.turn === body.id ? state.progress : undefined;
  let hasState = state !== undefined && state !== null;
  let progress = earlier;
  let attempt = (message.deliveryCount ?? 0) + 1;
  const keep = async (kept: unknown): Promise<void> => {
    lost.signal.throwIfAborted();
    progress = kept;
    hasState = true;
    const next: SessionState = { turn: body.id, progress: kept };
    try {
      await receiver.setSessionState(next);
    } catch (error) {
      if (isLoss(error)) lost.abort();
      lost.signal.throwIfAborted();
      throw error;
    }
  };
  try {
    for (;;) {
      const held: HeldTurn = {
        ...body,
        acceptedAt: new Date(body.acceptedAt),
        attempt,
        progress: structuredClone(progress),
        lost: lost.signal,
        keep,
      };
      const end = await run(held);
      if (lost.signal.aborted) return false;
      if (end.kind !== 'retry') return await settle(receiver, message, end, hasState);
      await aside(() => delay(end.afterMs, undefined, { signal: stopping }).catch(() => undefined));
      if (stopping.aborted)
        return await settle(receiver, message, { kind: 'handed-back' }, hasState);
      attempt += 1;
    }
  } finally {
    lost.end();
  }
}

async function settle(
  receiver: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  end: Exclude<TurnEnd, { kind: 'retry' }>,
  hasState: boolean,
): Promise<boolean> {
  if (end.kind === 'handed-back') {
    await receiver.abandonMessage(message);
    return false;
  }
  if (end.kind === 'done') await receiver.completeMessage(message);
  else
    await receiver.deadLetterMessage(message, {
      deadLetterReason: end.reason.code,
      deadLetterErrorDescription: end.reason.message,
    });
  // Nothing of what was said stays once the turn has ended.
  if (hasState) await receiver.setSessionState(null);
  return true;
}

/** Aborts once the lock may be another's. */
function watchLoss(receiver: ServiceBusSessionReceiver) {
  const controller = new AbortController();
  const abort = () => controller.abort(new TurnLost());
  const timer = setInterval(() => {
    if (receiver.isClosed || receiver.sessionLockedUntilUtc.getTime() < Date.now()) abort();
  }, lookForLossEveryMs).unref();
  return { signal: controller.signal, abort, end: () => clearInterval(timer) };
}

function isLoss(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return code === 'SessionLockLost' || code === 'MessageLockLost';
}
