import { randomUUID } from 'node:crypto';
import { type Link, type Message, rhea } from './rhea.ts';

/** The receiving end of a client, as the broker sees it. */
export interface Outlet {
  readonly sender: Link;
  /** How many messages it asked for and has not got. */
  credit: number;
  sent: number;
  /** The session it holds; of a queue with sessions only. */
  sessionId?: string;
}

export interface QueueOptions {
  readonly lockMs: number;
  readonly maxDeliveryCount: number;
  /** Ids are known for so long; 0: duplicates are let through. */
  readonly rememberIdsForMs: number;
  readonly hasSessions: boolean;
}

export interface Entry {
  readonly message: Message;
  readonly sequence: number;
  readonly enqueuedAt: Date;
  deliveryCount: number;
}

export type DeadLetterProperties = Readonly<Record<string, unknown>> & {
  readonly DeadLetterReason: string;
  readonly DeadLetterErrorDescription: string;
};

interface Lock {
  readonly entry: Entry;
  readonly outlet: Outlet;
  until: number;
  timer?: NodeJS.Timeout;
}

interface SessionLock {
  readonly outlet: Outlet;
  until: number;
  timer: NodeJS.Timeout;
}

/** One queue with what Service Bus does to its messages: locks, sessions, duplicates, times, dead letters. */
export class BrokerQueue {
  readonly deadLetters: BrokerQueue | undefined;
  readonly states = new Map<string, Buffer>();
  readonly #options: QueueOptions;
  readonly #ready: Entry[] = [];
  readonly #locks = new Map<string, Lock>();
  readonly #sessions = new Map<string, SessionLock>();
  readonly #waiting: { outlet: Outlet; grant(sessionId: string, until: Date): void }[] = [];
  readonly #outlets = new Set<Outlet>();
  readonly #ids = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #sequence = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.deadLetters = options.hasSessions
      ? new BrokerQueue({
          ...options,
          hasSessions: false,
          rememberIdsForMs: 0,
          maxDeliveryCount: 1_000,
        })
      : undefined;
  }

  get size(): number {
    return this.#ready.length + this.#locks.size;
  }

  /** Takes a message, now or at its time, unless its id was there lately. */
  take(message: Message): void {
    const id = String(message.message_id ?? randomUUID());
    const now = Date.now();
    const { rememberIdsForMs } = this.#options;
    if (rememberIdsForMs > 0) {
      if (now - (this.#ids.get(id) ?? 0) < rememberIdsForMs) return;
      this.#ids.set(id, now);
    }
    const at = Number(message.message_annotations?.['x-opt-scheduled-enqueue-time'] ?? 0);
    if (at > now) this.#later(at - now, () => this.#enqueue(message));
    else this.#enqueue(message);
  }

  /** Begins to send to a client that asked for messages. */
  open(outlet: Outlet): void {
    this.#outlets.add(outlet);
  }

  /** Lets a client wait for the next session with something to do. */
  openNextSession(outlet: Outlet, grant: (sessionId: string, until: Date) => void): void {
    this.#waiting.push({ outlet, grant });
    this.pump();
  }

  /** Gives up what a client held; `counts`: it did not let go by itself. */
  close(outlet: Outlet, { counts }: { readonly counts: boolean }): void {
    this.#outlets.delete(outlet);
    const waiting = this.#waiting.findIndex((one) => one.outlet === outlet);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    for (const [id, lock] of this.#locks) if (lock.outlet === outlet) this.#release(id, { counts });
    const { sessionId } = outlet;
    const session = sessionId === undefined ? undefined : this.#sessions.get(sessionId);
    if (sessionId !== undefined && session?.outlet === outlet) {
      clearTimeout(session.timer);
      this.#sessions.delete(sessionId);
    }
    this.pump();
  }

  /** Everything that can go out goes out. */
  pump(): void {
    this.#grantSessions();
    for (const outlet of this.#outlets) this.#feed(outlet);
  }

  complete(lockId: string): void {
    this.#unlock(lockId);
    this.pump();
  }

  abandon(lockId: string): void {
    this.#release(lockId, { counts: true });
    this.pump();
  }

  /** Moves a message to the dead letters, with what else its receiver says about it. */
  setAside(lockId: string, properties: DeadLetterProperties): void {
    const lock = this.#unlock(lockId);
    if (lock) this.#bury(lock.entry, properties);
    this.pump();
  }

  /** How many of the next renewals fail on the way. */
  failingRenewals = 0;

  renewSession(sessionId: string): Date | undefined {
    const session = this.#sessions.get(sessionId);
    if (!session) return undefined;
    clearTimeout(session.timer);
    session.until = Date.now() + this.#options.lockMs;
    session.timer = this.#expireSession(sessionId, session.outlet);
    return new Date(session.until);
  }

  holdsSession(sessionId: string): boolean {
    return this.#sessions.has(sessionId);
  }

  peek(from: number, count: number): Entry[] {
    return [...this.#ready, ...[...this.#locks.values()].map(({ entry }) => entry)]
      .filter(({ sequence }) => sequence >= from)
      .toSorted((left, right) => left.sequence - right.sequence)
      .slice(0, count);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const { timer } of [...this.#locks.values(), ...this.#sessions.values()])
      clearTimeout(timer);
    this.deadLetters?.end();
  }

  #enqueue(message: Message): void {
    this.#sequence += 1;
    this.#ready.push({
      message,
      sequence: this.#sequence,
      enqueuedAt: new Date(),
      deliveryCount: 0,
    });
    this.pump();
  }

  #grantSessions(): void {
    for (const entry of [...this.#ready]) {
      const [next] = this.#waiting;
      const sessionId = String(entry.message.group_id ?? '');
      if (next === undefined) return;
      if (this.#sessions.has(sessionId)) continue;
      this.#waiting.shift();
      next.outlet.sessionId = sessionId;
      const until = Date.now() + this.#options.lockMs;
      const timer = this.#expireSession(sessionId, next.outlet);
      this.#sessions.set(sessionId, { outlet: next.outlet, until, timer });
      this.#outlets.add(next.outlet);
      next.grant(sessionId, new Date(until));
    }
  }

  #feed(outlet: Outlet): void {
    while (outlet.credit > 0 && outlet.sender.sendable()) {
      const index = this.#ready.findIndex(
        ({ message }) => outlet.sessionId === undefined || message.group_id === outlet.sessionId,
      );
      const [entry] = index < 0 ? [] : this.#ready.splice(index, 1);
      if (entry === undefined) return;
      outlet.credit -= 1;
      outlet.sent += 1;
      this.#deliver(outlet, entry);
    }
  }

  #deliver(outlet: Outlet, entry: Entry): void {
    const id = randomUUID();
    const until = Date.now() + this.#options.lockMs;
    const lock: Lock = { entry, outlet, until };
    // In a session it is the session that is locked.
    if (outlet.sessionId === undefined)
      lock.timer = setTimeout(() => this.abandon(id), this.#options.lockMs);
    const delivery = outlet.sender.send(wireMessage(entry, until), lockTag(id));
    delivery.lockId = id;
    this.#locks.set(id, lock);
  }

  #unlock(id: string): Lock | undefined {
    const lock = this.#locks.get(id);
    clearTimeout(lock?.timer);
    this.#locks.delete(id);
    return lock;
  }

  #release(id: string, { counts }: { readonly counts: boolean }): void {
    const lock = this.#unlock(id);
    if (!lock) return;
    const { entry } = lock;
    if (counts) entry.deliveryCount += 1;
    if (entry.deliveryCount >= this.#options.maxDeliveryCount) {
      this.#bury(entry, {
        DeadLetterReason: 'MaxDeliveryCountExceeded',
        DeadLetterErrorDescription: 'It was delivered too often.',
      });
      return;
    }
    const behind = this.#ready.findIndex(({ sequence }) => sequence > entry.sequence);
    this.#ready.splice(behind < 0 ? this.#ready.length : behind, 0, entry);
  }

  #bury({ message }: Entry, properties: DeadLetterProperties): void {
    this.deadLetters?.take({
      ...message,
      application_properties: { ...message.application_properties, ...properties },
    });
  }

  #expireSession(sessionId: string, outlet: Outlet): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#sessions.get(sessionId)?.outlet !== outlet) return;
      outlet.sender.close({ condition: 'com.microsoft:session-lock-lost', description: 'expired' });
      this.close(outlet, { counts: true });
    }, this.#options.lockMs);
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      work();
    }, ms);
    this.#timers.add(timer);
  }
}

/** A message as the client gets it. */
export function wireMessage(
  { message, sequence, enqueuedAt, deliveryCount }: Entry,
  lockedUntil?: number,
): Message {
  return {
    ...message,
    delivery_count: deliveryCount,
    message_annotations: {
      ...message.message_annotations,
      'x-opt-sequence-number': rhea.types.wrap_long(sequence),
      'x-opt-enqueued-time': rhea.types.wrap_timestamp(enqueuedAt.getTime()),
      ...(lockedUntil === undefined
        ? {}
        : { 'x-opt-locked-until': rhea.types.wrap_timestamp(lockedUntil) }),
    },
  };
}

/** The lock's name goes out as the delivery's tag: a GUID with its first three parts turned round. */
function lockTag(id: string): Buffer {
  const bytes = Buffer.from(id.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    bytes.subarray(0, 4).toReversed(),
    bytes.subarray(4, 6).toReversed(),
    bytes.subarray(6, 8).toReversed(),
    bytes.subarray(8),
  ]);
}
