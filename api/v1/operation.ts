import type { Request, Response } from 'restify';
import type { z } from 'zod';
import type { Caller, Permission } from '#api/sign-in/caller.ts';
import type { ErrorCode } from '#errors.ts';

type ObjectSchema = z.ZodObject<z.ZodRawShape>;

/** One route as its callers see it: from this come validation, types and documentation. */
export interface Operation<
  Params extends ObjectSchema = ObjectSchema,
  Query extends ObjectSchema = ObjectSchema,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  /** Unique; names the method of a generated client. */
  readonly id: string;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** With `{name}` for its parameters. */
  readonly path: string;
  readonly tag: 'chat' | 'me' | 'knowledge' | 'administration' | 'health';
  readonly summary: string;
  readonly description?: string;
  /** What the caller must be permitted; `public` asks nobody who they are. */
  readonly permission: Permission | 'public';
  /** Which of the limits it counts against. */
  readonly countsAs: 'message' | 'read' | 'nothing';
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** Headers it reads beside the usual ones: name and meaning. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    readonly schema?: Result;
    /** What it answers with where that is no JSON. */
    readonly mediaType?: string;
    /** Whether it also answers as a stream of server-sent events where these are accepted. */
    readonly streams?: boolean;
  };
  /** What it can fail with beside what every route can. */
  readonly errors: readonly ErrorCode[];
}

/** Keeps the exact types of an operation's schemas. */
export function defineOperation<
  Params extends ObjectSchema,
  Query extends ObjectSchema,
  Body extends z.ZodType,
  Result extends z.ZodType,
>(operation: Operation<Params, Query, Body, Result>): Operation<Params, Query, Body, Result> {
  return operation;
}

/** What a handler works with: everything of it was validated. */
export interface Input<Params, Query, Body> {
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Reply<Result> {
  readonly body?: Result;
  /** Where it differs from the operation's own. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one operation; `undefined` where the handler has written the answer itself. */
export type Handler<Params, Query, Body, Result> = (
  input: Input<Params, Query, Body>,
) => Promise<Reply<Result> | undefined>;

/** An operation with what answers it. */
export interface Route {
  readonly operation: Operation;
  readonly handle: Handler<never, never, never, unknown>;
}

/** Joins an operation and its handler, whose input and answer follow from the operation's schemas. */
export function route<
  Params extends ObjectSchema,
  Query extends ObjectSchema,
  Body extends z.ZodType,
  Result extends z.ZodType,
>(
  operation: Operation<Params, Query, Body, Result>,
  handle: Handler<z.output<Params>, z.output<Query>, z.output<Body>, z.input<Result>>,
): Route {
  return { operation: operation as unknown as Operation, handle: handle as Route['handle'] };
}
