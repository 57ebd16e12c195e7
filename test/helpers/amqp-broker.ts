import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import {
  BrokerQueue,
  type Outlet,
  type QueueOptions,
  wireMessage,
} from './amqp-broker/broker-queue.ts';
import {
  type Connection,
  type Container,
  type Delivery,
  type Link,
  type LinkEvent,
  type Message,
  rhea,
  type Terminus,
} from './amqp-broker/rhea.ts';

export interface AmqpBroker {
  /** What `ServiceBusClient` takes. */
  readonly connectionString: string;
  readonly queue: BrokerQueue;
  /** Breaks every connection, as where the network fails for a moment. */
  dropConnections(): void;
  /** Nobody is there; everything that was kept stays. */
  goAway(): Promise<void>;
  /** Is there again, under the same address. */
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export interface AmqpBrokerOptions extends Partial<Omit<QueueOptions, 'hasSessions'>> {
  readonly queueName?: string;
  /** How long a client waits for a session before it is told that there is none. */
  readonly sessionWaitMs?: number;
}

const sessionFilter = 'com.microsoft:session-filter';
/** A batch of messages comes as one, of this format: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-amqp-request-response. */
const batchFormat = 0x80013700;
const largestMessage = 262_144;

/** AMQP 1.0 as Azure Service Bus speaks it, for one queue with sessions: what `@azure/service-bus` needs, and no more. */
export async function startAmqpBroker({
  queueName = 'chat-processing',
  sessionWaitMs = 30_000,
  lockMs = 30_000,
  maxDeliveryCount = 10,
  rememberIdsForMs = 600_000,
}: AmqpBrokerOptions = {}): Promise<AmqpBroker> {
  const queue = new BrokerQueue({ lockMs, maxDeliveryCount, rememberIdsForMs, hasSessions: true });
  const queueOf = (address: string): BrokerQueue => {
    if (address === queueName) return queue;
    if (address === `${queueName}/$DeadLetterQueue` && queue.deadLetters) return queue.deadLetters;
    throw new Error(`There is no ${address}.`);
  };
  const container = rhea.create_container();
  container.sasl_server_mechanisms.enable_anonymous();
  wire(container, queueOf, sessionWaitMs);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const listen = async (port: number): Promise<number> => {
    const listening = container.listen({
      host: '127.0.0.1',
      port,
      max_frame_size: 1_048_576,
    });
    listening.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    });
    await once(listening, 'listening');
    server = listening;
    return (listening.address() as AddressInfo).port;
  };
  const dropConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  const goAway = async () => {
    dropConnections();
    await new Promise((resolve) => server?.close(resolve));
  };
  const port = await listen(0);
  return {
    connectionString: `Endpoint=sb://127.0.0.1:${port};SharedAccessKeyName=x;SharedAccessKey=y;UseDevelopmentEmulator=true;`,
    queue,
    dropConnections,
    goAway,
    async comeBack() {
      await listen(port);
    },
    async close() {
      queue.end();
      await goAway();
    },
  };
}

interface ServedSender extends Link {
  outlet?: Outlet;
  /** Ends the wait for a session. */
  letGo?: () => void;
  served?: BrokerQueue;
}

type Replies = Map<string, Link>;

function wire(
  container: Container,
  queueOf: (address: string) => BrokerQueue,
  sessionWaitMs: number,
): void {
  /** Where the answers to requests go, by connection. */
  const replies = new WeakMap<Connection, Replies>();
  const open = new Map<ServedSender, Connection>();
  const close = (sender: ServedSender, counts: boolean) => {
    sender.letGo?.();
    if (sender.outlet) sender.served?.close(sender.outlet, { counts });
    open.delete(sender);
  };
  container.on('connection_open', ({ connection }: LinkEvent) => {
    replies.set(connection, new Map());
    // Without heartbeats: those of a connection that broke would go on, and keep the process from its end.
    connection.remote.open.idle_time_out = undefined;
  });
  for (const event of [
    'connection_error',
    'session_error',
    'sender_error',
    'receiver_error',
    'error',
  ])
    container.on(event, () => undefined);
  container.on('receiver_open', ({ receiver }: LinkEvent) => {
    if (!receiver) return;
    receiver.set_target({ address: addressOf(receiver.remote.attach.target) });
    receiver.local.attach.max_message_size = largestMessage;
  });
  container.on('sender_open', ({ sender, connection }: LinkEvent) => {
    if (!sender) return;
    const served: ServedSender = sender;
    const { source, target, snd_settle_mode, rcv_settle_mode } = sender.remote.attach;
    const address = addressOf(source);
    sender.set_source(source);
    sender.set_target({ address: addressOf(target) });
    Object.assign(sender.local.attach, { snd_settle_mode, rcv_settle_mode });
    if (isRequestAddress(address)) {
      for (const name of [addressOf(target), sender.name])
        replies.get(connection)?.set(`${address}|${name}`, sender);
      return;
    }
    served.served = queueOf(address);
    served.outlet = { sender, credit: 0, sent: 0 };
    open.set(served, connection);
    if (source?.filter && sessionFilter in source.filter)
      serveNextSession(served, source, sessionWaitMs);
    else served.served.open(served.outlet);
  });
  container.on('sender_close', ({ sender }: LinkEvent) => sender && close(sender, false));
  const purge = ({ connection }: LinkEvent) => {
    for (const [sender, its] of open) if (its === connection) close(sender, true);
  };
  container.on('connection_close', purge);
  container.on('disconnected', purge);
  container.on('sender_flow', ({ sender }: LinkEvent) => {
    const { outlet } = (sender ?? {}) as ServedSender;
    // rhea counts what it has written; what is still on its way there is spent too.
    if (outlet && sender) outlet.credit = sender.credit - (outlet.sent - sender.delivery_count);
  });
  container.on('sendable', ({ sender }: LinkEvent) => (sender as ServedSender).served?.pump());
  container.on('sender_draining', ({ sender }: LinkEvent) => {
    const { outlet } = (sender ?? {}) as ServedSender;
    if (!outlet || !sender) return;
    outlet.credit = 0;
    // What was sent before is written first: a drained link writes nothing more.
    setImmediate(() => {
      // rhea only says that a link is drained where credit is left over; Service Bus says it in any case.
      sender._get_drain = () => {
        delete sender._get_drain;
        sender.delivery_count += sender.credit;
        sender.credit = 0;
        outlet.sent = sender.delivery_count;
        return true;
      };
      sender.set_drained(true);
      sender.connection._register();
    });
  });
  wireSettlement(container);
  container.on('message', (context: LinkEvent) => {
    const { message, receiver, delivery, connection } = context;
    if (!message || !receiver || !delivery) return;
    const address = addressOf(receiver.remote.attach.target);
    if (isRequestAddress(address)) {
      const to = replies.get(connection)?.get(`${address}|${message.reply_to}`);
      if (to) to.send(answerOf(address, message, queueOf));
      return;
    }
    if (rhea.message.encode(message).length > largestMessage) {
      delivery.reject({ condition: 'amqp:link:message-size-exceeded', description: 'too large' });
      return;
    }
    for (const one of messagesIn(message, delivery)) queueOf(address).take(one);
    delivery.accept();
  });
}

/** The client waits with its link half open until there is a session for it. */
function serveNextSession(
  sender: ServedSender,
  source: Terminus | undefined,
  waitMs: number,
): void {
  const { outlet, served, connection } = sender;
  if (!outlet || !served) return;
  // rhea answers an attach by itself; held back, the client goes on waiting.
  sender._process = () => undefined;
  const letGo = () => {
    clearTimeout(timer);
    delete sender._process;
    connection._register();
  };
  const timer = setTimeout(() => {
    sender.local.attach.source = undefined;
    sender.close({
      condition: 'com.microsoft:timeout',
      description: 'There is no session with messages.',
    });
    letGo();
    served.close(outlet, { counts: false });
  }, waitMs);
  sender.letGo = letGo;
  served.openNextSession(outlet, (sessionId, until) => {
    sender.set_source({
      ...source,
      filter: { [sessionFilter]: sessionId },
    });
    sender.local.attach.properties = { 'com.microsoft:locked-until-utc': ticksOf(until) };
    letGo();
  });
}

function wireSettlement(container: Container): void {
  const settle = (
    event: string,
    work: (queue: BrokerQueue, lockId: string, delivery: Delivery) => void,
  ) =>
    container.on(event, ({ sender, delivery }: LinkEvent) => {
      const { served } = (sender ?? {}) as ServedSender;
      const { lockId } = delivery ?? {};
      // The client waits for the broker's own word.
      delivery?.update(true, rhea.message.accepted().described());
      if (served && lockId !== undefined && delivery) work(served, lockId, delivery);
    });
  settle('accepted', (queue, lockId) => queue.complete(lockId));
  settle('released', (queue, lockId) => queue.abandon(lockId));
  settle('modified', (queue, lockId) => queue.abandon(lockId));
  settle('rejected', (queue, lockId, delivery) => {
    const { error } = (delivery.remote_state ?? {}) as {
      readonly error?: { readonly info?: Record<string, unknown>; readonly condition?: string };
    };
    queue.setAside(lockId, {
      DeadLetterReason: error?.condition ?? '',
      DeadLetterErrorDescription: '',
      ...error?.info,
    });
  });
}

function messagesIn(message: Message, delivery: Delivery): Message[] {
  if (delivery.format !== batchFormat) return [message];
  const decoded = rhea.message.decode(message);
  const { content } = decoded.body as { readonly content: Buffer | Buffer[] };
  return [content].flat().map((one) => rhea.message.decode(one));
}

/** Answers a request to `$cbs` or to a queue's `$management`. */
function answerOf(
  address: string,
  message: Message,
  queueOf: (address: string) => BrokerQueue,
): Message {
  const reply = (code: number, body?: unknown): Message =>
    ({
      correlation_id: message.correlation_id ?? message.message_id,
      application_properties: {
        statusCode: rhea.types.wrap_int(code),
        'status-code': rhea.types.wrap_int(code),
        statusDescription: String(code),
        'status-description': String(code),
        ...(code === 410
          ? {
              errorCondition: 'com.microsoft:session-lock-lost',
              'error-condition': 'com.microsoft:session-lock-lost',
            }
          : {}),
      },
      body,
    }) as Message;
  if (address === '$cbs') return reply(202);
  const queue = queueOf(address.slice(0, -'/$management'.length));
  const body = (message.body ?? {}) as Record<string, unknown>;
  const sessionId = String(body['session-id'] ?? '');
  switch (message.application_properties?.['operation']) {
    case 'com.microsoft:renew-session-lock':
      return reply(...renew(queue, sessionId));
    case 'com.microsoft:get-session-state': {
      const state = queue.states.get(sessionId);
      return reply(200, {
        'session-state': state === undefined ? null : rhea.types.wrap_binary(state),
      });
    }
    case 'com.microsoft:set-session-state': {
      if (!queue.holdsSession(sessionId)) return reply(410);
      const state = body['session-state'] as Buffer | null | undefined;
      if (state) queue.states.set(sessionId, state);
      else queue.states.delete(sessionId);
      return reply(200, {});
    }
    case 'com.microsoft:peek-message': {
      const entries = queue.peek(
        numberOf(body['from-sequence-number']),
        numberOf(body['message-count']),
      );
      const messages = entries.map((entry) => ({
        message: rhea.types.wrap_binary(rhea.message.encode(wireMessage(entry))),
      }));
      return messages.length === 0 ? reply(204) : reply(200, { messages });
    }
    default:
      return reply(501);
  }
}

function renew(queue: BrokerQueue, sessionId: string): [code: number, body?: unknown] {
  if (queue.failingRenewals > 0) {
    queue.failingRenewals -= 1;
    return [500];
  }
  const until = queue.renewSession(sessionId);
  return until === undefined
    ? [410]
    : [200, { expiration: rhea.types.wrap_timestamp(until.getTime()) }];
}

function numberOf(value: unknown): number {
  return Buffer.isBuffer(value) ? Number(value.readBigInt64BE()) : Number(value);
}

/** .NET counts time in tenths of a microsecond from the year 1 on. */
function ticksOf(date: Date): unknown {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(date.getTime()) * 10_000n + 621_355_968_000_000_000n);
  return rhea.types.wrap_long(bytes);
}

function addressOf(terminus: Terminus | undefined): string {
  return terminus?.address ?? '';
}

function isRequestAddress(address: string): boolean {
  return address === '$cbs' || address.endsWith('/$management');
}
