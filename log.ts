import { trace } from '@opentelemetry/api';
import pino from 'pino';
import { MentorError } from '#errors.ts';
import { emitLogLine } from '#services/telemetry/emit-log-line.ts';

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

/** Standard error, and whoever collects logs by OpenTelemetry; both get a line as it is after what must not leave was cut out. */
function createOutput(): pino.DestinationStream {
  const standardError = pino.destination({ fd: 2, sync: true });
  return {
    write(line) {
      standardError.write(line);
      emitLogLine(line);
    },
  };
}

/** An error with what its operator should look at. */
function describeError(error: unknown): unknown {
  const described = pino.stdSerializers.err(error as Error);
  return error instanceof MentorError ? { ...described, hint: hintOf(error) } : described;
}

/** What to look at because of an error: the setting that it names itself, or else what helps with all of its kind. */
export function hintOf({ details, row }: MentorError): string {
  const { setting } = details;
  return typeof setting === 'string' ? `Check ${setting}.` : row.operatorHint;
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
      serializers: { err: describeError },
      mixin: traceOfNow,
      redact: {
        paths: redactedFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
        censor: '[removed]',
      },
    },
    createOutput(),
  );
}
