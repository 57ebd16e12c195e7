import {
  type Context,
  context,
  createContextKey,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
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
    const result = await work();
    span.end();
    return result;
  } catch (error) {
    failSpan(span, error);
    throw error;
  }
}

/** Each step of the stream runs within the context, so that what it calls finds its parent span. */
export async function* iterateWithin<Item, Result>(
  within: () => Context,
  stream: AsyncIterator<Item, Result>,
): AsyncGenerator<Item, Result> {
  let isDone = false;
  try {
    for (;;) {
      const step = await context.with(within(), () => stream.next());
      if (step.done) {
        isDone = true;
        return step.value;
      }
      yield step.value;
    }
  } catch (error) {
    isDone = true;
    throw error;
  } finally {
    // Whoever stops listening also ends what is behind it.
    if (!isDone) await stream.return?.();
  }
}
