import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSender,
} from '@azure/service-bus';
import type { DeadTurn } from '#services/turn-queue/port.ts';
import { progressProperty } from './packed-progress.ts';
import { type StoredTurn, shortKey } from './stored-turn.ts';

const atOnce = 100;
const waitForMoreMs = 300;

/** What was set aside, in the queue's own dead letters. */
export function createDeadLetters(
  openClient: () => ServiceBusClient,
  sender: ServiceBusSender,
  queueName: string,
) {
  const within = async <Result>(work: (receiver: ServiceBusReceiver) => Promise<Result>) => {
    // A client of its own each time: one goes on peeking where it left off.
    const client = openClient();
    try {
      return await work(client.createReceiver(queueName, { subQueueType: 'deadLetter' }));
    } finally {
      await client.close();
    }
  };
  /** Takes those that match out, once `before` has done with each; the others stay. */
  const take = (
    matches: (turn: StoredTurn) => boolean,
    before: (message: ServiceBusReceivedMessage) => Promise<void>,
  ): Promise<number> =>
    within(async (receiver) => {
      const messages = await receiveAll(receiver);
      const [wanted, others] = [true, false].map((isWanted) =>
        messages.filter(({ body }) => matches(body as StoredTurn) === isWanted),
      ) as [ServiceBusReceivedMessage[], ServiceBusReceivedMessage[]];
      for (const message of wanted) {
        await before(message);
        await receiver.completeMessage(message);
      }
      await Promise.all(others.map((message) => receiver.abandonMessage(message)));
      return wanted.length;
    });

  return {
    list: () =>
      within(async (receiver) => {
        const dead: DeadTurn[] = [];
        for (;;) {
          const messages = await receiver.peekMessages(atOnce);
          dead.push(...messages.map(toDeadTurn));
          if (messages.length === 0) return dead;
        }
      }),
    async runAgain(id: string): Promise<boolean> {
      const taken = await take(
        (turn) => turn.id === id,
        ({ body, sequenceNumber, applicationProperties }) => {
          const turn = body as StoredTurn;
          const progress = applicationProperties?.[progressProperty];
          return sender.sendMessages({
            body: turn,
            // Another than the first one's, which the queue still knows; the same where this was broken off after the sending.
            messageId: shortKey(`${turn.id} again ${sequenceNumber}`),
            sessionId: shortKey(turn.line),
            ...(progress === undefined
              ? {}
              : { applicationProperties: { [progressProperty]: progress } }),
          });
        },
      );
      return taken > 0;
    },
    forgetPerson: (person: string) =>
      take(
        (turn) => turn.person === person,
        async () => undefined,
      ),
  };
}

/** All of them before any is given back: one that is comes round again. */
async function receiveAll(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage[]> {
  const all: ServiceBusReceivedMessage[] = [];
  for (;;) {
    const more = await receiver.receiveMessages(atOnce, { maxWaitTimeInMs: waitForMoreMs });
    if (more.length === 0) return all;
    all.push(...more);
  }
}

function toDeadTurn(message: ServiceBusReceivedMessage): DeadTurn {
  const { id, edge, acceptedAt } = message.body as StoredTurn;
  return {
    id,
    edge,
    acceptedAt: new Date(acceptedAt),
    diedAt: message.enqueuedTimeUtc ?? new Date(acceptedAt),
    attempts: (message.deliveryCount ?? 0) + 1,
    reason: {
      code: message.deadLetterReason ?? 'internal',
      message: message.deadLetterErrorDescription ?? '',
    },
  };
}
