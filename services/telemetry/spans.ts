import {
  type Context,
  context,
  createContextKey,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { UserType } from './port.ts';

const userTypeKey = createContextKey('career-mentor user type');

/** Who the work under way is for; `anonymous` where nobody said. */
export function currentUserType(): UserType {
  return (context.active().getValue(userTypeKey) as UserType | undefined) ?? 'anonymous';
}

/** The present context with who the work is for. */
export function withUserType(userType: UserType, from: Context = context.active()): Context {
  return from.setValue(userTypeKey, userType);
}

/** The stable code of what was thrown: the error table's, or the name of its class. Its message may hold a person's words. */
export function errorTypeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return 'unknown';
  const { code, name } = thrown as { code?: unknown; name?: unknown };
  return (
    [code, name].find((value) => typeof value === 'string' && value !== '')?.toString() ?? 'unknown'
  );
}

/** Marks a span as failed and ends it. */
export function failSpan(span: Span, thrown: unknown): void {
  const errorType = errorTypeOf(thrown);
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR, message: errorType });
  span.end();
}

/** Runs one call to something outside within a span of its own. */
export async function withClientSpan<Result>(
  tracer: Tracer,
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes });
  try {
    const result = await context.with(trace.setSpan(context.active(), span), work);
    span.end();
    return result;
  } catch (error) {
    failSpan(span, error);
    throw error;
  }
}

/** What follows a stream while it passes. */
export interface StreamWatch<Item> {
  /** Where the next step runs, so that what it calls finds its parent span; `undefined` for where it is. */
  within(): Context | undefined;
  see(item: Item): void;
  fail(error: unknown): void;
  /** It is over, or nobody listens any more; called at least once, also after a failure. */
  end(): void;
}

/**
 * Passes a stream on, watched from its first step. Written out in place of a generator, which would add a wait of its own to
 * every piece of text.
 */
export function watchStream<Item>(
  open: () => AsyncIterable<Item>,
  begin: () => StreamWatch<Item>,
): AsyncGenerator<Item, void> {
  let begun:
    | { readonly watch: StreamWatch<Item>; readonly stream: AsyncIterator<Item> }
    | undefined;
  let isOver = false;
  const start = () => {
    const watch = begin();
    return { watch, stream: run(watch, open)[Symbol.asyncIterator]() };
  };
  const finish = () => {
    isOver = true;
    begun?.watch.end();
  };
  return {
    async next() {
      if (isOver) return { done: true, value: undefined };
      begun ??= start();
      const { watch, stream } = begun;
      try {
        const step = await run(watch, () => stream.next());
        if (!step.done) watch.see(step.value);
        else finish();
        return step.done ? { done: true, value: undefined } : step;
      } catch (error) {
        watch.fail(error);
        finish();
        throw error;
      }
    },
    async return() {
      const isOpen = !isOver;
      finish();
      // Whoever stops listening also ends what is behind it.
      if (isOpen) await begun?.stream.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await this.return();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

function run<Item, Result>(watch: StreamWatch<Item>, work: () => Result): Result {
  const within = watch.within();
  return within === undefined ? work() : context.with(within, work);
}
