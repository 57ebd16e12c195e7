import { type Context, context, isSpanContextValid, propagation, trace } from '@opentelemetry/api';

/** https://www.w3.org/TR/trace-context/ */
export interface TraceHeaders {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

/**
 * The headers that let whoever is called continue the trace; none where there is none, or where it shall not be told, as of the
 * calls that send telemetry. Nothing else that a caller may have put into the context goes on.
 */
export function traceHeadersOf(from: Context = context.active()): TraceHeaders {
  const span = trace.getSpanContext(from);
  if (span === undefined || !isSpanContextValid(span)) return {};
  const carrier: Record<string, string> = {};
  propagation.inject(from, carrier);
  return pick(carrier);
}

/** The given context within the trace that the headers name; as it is where they name none, or are malformed. */
export function continueTrace(headers: object, from: Context): Context {
  return propagation.extract(from, pick(headers));
}

/** Baggage is left where it is: what a stranger wrote into it would reach every service behind this one. */
function pick(headers: object): TraceHeaders {
  const { traceparent, tracestate } = headers as Record<string, unknown>;
  if (typeof traceparent !== 'string') return {};
  return { traceparent, ...(typeof tracestate === 'string' && { tracestate }) };
}
