import { trace } from '@opentelemetry/api';
import pino from 'pino';

/** What the parts of the program log with: pino's shape, so that tests can give a small object. */
export interface Logger {
  info(details: object, message?: string): void;
  warn(details: object, message?: string): void;
  error(details: object, message?: string): void;
  debug(details: object, message?: string): void;
}

/** What people write, and what opens doors; a wildcard reaches one level, so each depth is named. */
const redactedFields = ['text', 'content', 'authorization', 'token', 'apiKey', 'password'];

/** The trace that the line belongs to: the same id stands in what was sent to a collector. */
function traceOfNow(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { traceId: span.traceId };
}

/**
 * Structured logs, one JSON object a line, on standard error: standard output stays for what people asked for. Nothing
 * that people write is logged; should a field of theirs slip in, or a secret, it is cut out here.
 */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: traceOfNow,
      redact: {
        paths: redactedFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[removed]',
      },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
