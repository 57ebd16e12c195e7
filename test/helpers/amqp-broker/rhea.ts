import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { Server } from 'node:net';

/** What this broker uses of rhea; its own types leave out what only a broker needs. */
export interface Message {
  readonly message_id?: unknown;
  readonly correlation_id?: unknown;
  readonly reply_to?: string;
  readonly group_id?: string;
  readonly delivery_count?: number;
  readonly message_annotations?: Readonly<Record<string, unknown>>;
  readonly application_properties?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export interface Delivery {
  lockId?: string;
  readonly format?: number;
  readonly remote_state?: unknown;
  accept(): void;
  reject(error: { readonly condition: string; readonly description: string }): void;
  update(settled: boolean, state: unknown): void;
}

export interface Terminus {
  readonly address?: string;
  readonly filter?: Readonly<Record<string, unknown>>;
}

interface Attach {
  source?: Terminus | undefined;
  target?: Terminus | undefined;
  properties?: Readonly<Record<string, unknown>>;
  snd_settle_mode?: number;
  rcv_settle_mode?: number;
  max_message_size?: number;
}

export interface Connection {
  readonly remote: { readonly open: { idle_time_out?: number | undefined } };
  _register(): void;
}

export interface Link extends EventEmitter {
  readonly name: string;
  readonly connection: Connection;
  credit: number;
  delivery_count: number;
  _get_drain?: () => boolean;
  readonly local: { readonly attach: Attach };
  readonly remote: { readonly attach: Attach };
  /** Writes what is due; rhea finds it on the prototype. */
  _process?: () => void;
  set_source(source: Terminus | undefined): void;
  set_target(target: Terminus): void;
  set_drained(isDrained: boolean): void;
  sendable(): boolean;
  send(message: Message, tag?: Buffer): Delivery;
  close(error?: { readonly condition: string; readonly description: string }): void;
}

export interface LinkEvent {
  readonly connection: Connection;
  readonly sender?: Link;
  readonly receiver?: Link;
  readonly message?: Message;
  readonly delivery?: Delivery;
}

export interface Container {
  readonly sasl_server_mechanisms: { enable_anonymous(): void };
  on(event: string, listener: (event: LinkEvent) => void): void;
  listen(options: object): Server;
}

interface Rhea {
  create_container(): Container;
  readonly message: {
    encode(message: Message): Buffer;
    decode(bytes: unknown): Message;
    accepted(): { described(): unknown };
  };
  readonly types: {
    wrap_long(value: number | Buffer): unknown;
    wrap_int(value: number): unknown;
    wrap_timestamp(value: number): unknown;
    wrap_binary(value: Buffer): unknown;
  };
}

/** The AMQP that Azure's own client brings with it. */
export const rhea = createRequire(import.meta.resolve('@azure/service-bus'))('rhea') as Rhea;
