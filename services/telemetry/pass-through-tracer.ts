import {
  type Context,
  context,
  isSpanContextValid,
  type Span,
  type SpanContext,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { RandomIdGenerator } from '@opentelemetry/sdk-trace-node';

/**
 * A tracer for when nobody receives spans: work that begins without a trace gets an id, which log lines show, and everything
 * below it and behind this process goes on with what the caller sent. A span costs a lookup.
 */
export function createPassThroughTracer(): Tracer {
  const startSpan: Tracer['startSpan'] = (_name, _options, parent = context.active()): Span => {
    const given = trace.getSpanContext(parent);
    const isKnown = given !== undefined && isSpanContextValid(given);
    return trace.wrapSpanContext(isKnown ? given : beginTrace());
  };
  return {
    startSpan,
    startActiveSpan(name: string, ...given: readonly unknown[]) {
      const work = given.at(-1) as (span: Span) => unknown;
      const parent = given.length === 3 ? (given[1] as Context) : context.active();
      const span = startSpan(name, {}, parent);
      return context.with(trace.setSpan(parent, span), work, undefined, span);
    },
  };
}

const ids = new RandomIdGenerator();

function beginTrace(): SpanContext {
  return {
    traceId: ids.generateTraceId(),
    spanId: ids.generateSpanId(),
    traceFlags: TraceFlags.NONE,
  };
}
