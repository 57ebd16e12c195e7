import {
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusSessionReceiver,
} from '@azure/service-bus';
import { createAzureCredential } from '#services/azure/credential.ts';
import { withDeadline } from '#services/azure/with-deadline.ts';
import { createDeadLetters } from './azure-service-bus/dead-letters.ts';
import { runSession } from './azure-service-bus/run-session.ts';
import { type StoredTurn, shortKey, toBusError } from './azure-service-bus/stored-turn.ts';
import type { RunTurn, TurnQueue } from './port.ts';

export interface ServiceBusTurnQueueOptions {
  readonly connectionString?: string | undefined;
  /** Where an identity takes the place of a connection string: the namespace's host. */
  readonly namespace?: string | undefined;
  readonly queueName?: string;
  readonly logger: { error(details: object, message: string): void };
  /** How long a channel waits for its turn to be kept. */
  readonly acceptWithinMs?: number;
  /** How long to wait for a conversation with something to do before asking again; after a broken connection, nobody is asked sooner. */
  readonly sessionWaitMs?: number;
  /** How long to wait for more of a conversation before going on to another. */
  readonly lingerMs?: number;
}

/** So many conversations are asked for at the same time: each question takes a while. */
const mostAcceptors = 4;
const pauseAfterFailureMs = 1_000;
/** Beyond the SDK's own time for a call: where the connection breaks in the middle of one, it can wait without end. */
const graceMs = 5_000;

/**
 * Keeps turns in a queue of Azure Service Bus, a session for each conversation: its lock is what holds a turn, its state what
 * a turn keeps. The queue needs sessions and duplicate detection; it connects with the first use, and again by itself.
 */
export function createServiceBusTurnQueue({
  queueName = 'chat-processing',
  logger,
  acceptWithinMs = 8_000,
  sessionWaitMs = 10_000,
  lingerMs = 50,
  ...address
}: ServiceBusTurnQueueOptions): TurnQueue {
  const openSending = () =>
    openClient(address, {
      timeoutInMs: acceptWithinMs,
      maxRetries: 2,
      retryDelayInMs: 200,
    });
  const senders = openSending();
  /** The wait for a session is one of its calls, so these are patient. */
  const receivers = openClient(address, { timeoutInMs: sessionWaitMs, maxRetries: 0 });
  const sender = senders.createSender(queueName);
  const sessionWithinMs = sessionWaitMs + graceMs;
  const sessions = createSessions({ receivers, queueName, logger, lingerMs, sessionWithinMs });
  const deadLetters = createDeadLetters(openSending, sender, queueName);
  return {
    async accept({ id, line, edge, person, payload }, { notBefore } = {}) {
      const body: StoredTurn = {
        id,
        line,
        edge,
        payload,
        acceptedAt: new Date().toISOString(),
        ...(person === undefined ? {} : { person }),
      };
      await toBusError(
        withDeadline(acceptWithinMs, (abortSignal) =>
          sender.sendMessages(
            {
              body,
              messageId: shortKey(id),
              sessionId: shortKey(line),
              ...(notBefore === undefined ? {} : { scheduledEnqueueTimeUtc: notBefore }),
            },
            { abortSignal },
          ),
        ),
      );
      return 'accepted';
    },
    start: (run, { concurrency }) => sessions.start(run, concurrency),
    stop: () => sessions.stop(),
    // Only who may manage the namespace can count.
    waiting: () => 0,
    async check(abortSignal) {
      await toBusError(sender.createMessageBatch(abortSignal === undefined ? {} : { abortSignal }));
    },
    listDead: () => toBusError(deadLetters.list()),
    runAgain: (id) => toBusError(deadLetters.runAgain(id)),
    forgetPerson: (person) => toBusError(deadLetters.forgetPerson(person)),
    async close() {
      await Promise.all([senders.close(), receivers.close()]);
    },
  };
}

function openClient(
  {
    connectionString,
    namespace,
  }: Pick<ServiceBusTurnQueueOptions, 'connectionString' | 'namespace'>,
  retryOptions: NonNullable<ServiceBusClientOptions['retryOptions']>,
): ServiceBusClient {
  return connectionString === undefined
    ? new ServiceBusClient(namespace ?? '', createAzureCredential(), { retryOptions })
    : new ServiceBusClient(connectionString, { retryOptions });
}

interface SessionsOptions
  extends Required<Pick<ServiceBusTurnQueueOptions, 'queueName' | 'logger' | 'lingerMs'>> {
  readonly receivers: ServiceBusClient;
  /** Whoever was given no conversation by then asks again. */
  readonly sessionWithinMs: number;
}

/** Takes conversations that have something to do, as many as there is room for, and runs their turns. */
function createSessions({
  receivers,
  queueName,
  logger,
  lingerMs,
  sessionWithinMs,
}: SessionsOptions) {
  const stopping = new AbortController();
  const served = new Set<Promise<void>>();
  let acceptors = 0;
  let busy = 0;
  let isFailing = false;

  const serve = async (
    receiver: ServiceBusSessionReceiver,
    run: RunTurn,
    concurrency: number,
  ): Promise<void> => {
    busy += 1;
    try {
      await runSession(receiver, {
        run,
        lingerMs,
        stopping: stopping.signal,
        logger,
        /** Who only waits leaves the room to others. */
        async aside(wait) {
          busy -= 1;
          acceptMore(run, concurrency);
          await wait();
          busy += 1;
        },
      });
    } finally {
      busy -= 1;
      acceptMore(run, concurrency);
    }
  };
  const accept = async (run: RunTurn, concurrency: number): Promise<void> => {
    try {
      const receiver = await withDeadline(sessionWithinMs, (late) =>
        receivers.acceptNextSession(queueName, {
          abortSignal: AbortSignal.any([stopping.signal, late]),
          maxAutoLockRenewalDurationInMs: 24 * 3_600_000,
        }),
      );
      isFailing = false;
      const serving = serve(receiver, run, concurrency);
      served.add(serving);
      void serving.finally(() => served.delete(serving));
    } catch (error) {
      if (stopping.signal.aborted || isNothingToDo(error)) return;
      if (!isFailing)
        logger.error(
          { err: error, setting: 'SERVICE_BUS_CONNECTION or SERVICE_BUS_NAMESPACE' },
          'the queue of turns cannot be reached',
        );
      isFailing = true;
      await new Promise((resolve) => setTimeout(resolve, pauseAfterFailureMs).unref());
    }
  };
  const acceptMore = (run: RunTurn, concurrency: number): void => {
    while (
      !stopping.signal.aborted &&
      acceptors < mostAcceptors &&
      busy + acceptors < concurrency
    ) {
      acceptors += 1;
      void accept(run, concurrency).finally(() => {
        acceptors -= 1;
        acceptMore(run, concurrency);
      });
    }
  };
  return {
    start: acceptMore,
    async stop(): Promise<void> {
      stopping.abort(new Error('The program stops.'));
      // Who still waits for a conversation ends with the connection; one that comes now is given back unread.
      while (served.size > 0) await Promise.all(served);
    },
  };
}

/** The wait for a conversation with something to do has ended without one. */
function isNothingToDo(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return [
    'ServiceTimeout',
    'OperationTimeoutError',
    'SessionCannotBeLocked',
    'SessionCannotBeLockedError',
  ].includes(String(code));
}
